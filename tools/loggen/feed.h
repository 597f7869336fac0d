// What is to be sent: invented events, or the lines of a real log.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "generate/generator.h"
#include "loggen/output.h"

namespace logmill::loggen {

class Feed {
 public:
  virtual ~Feed() = default;
  // Moves on to the next record; false at the end.
  virtual base::Result<bool> next() = 0;
  // When the record is due, in nanoseconds since the first one.
  virtual std::int64_t due_ns() const = 0;
  virtual base::Status give(Output& output) = 0;
};

class EventFeed final : public Feed {
 public:
  // `due_scale` stretches log time to the time of sending: 1, unless both are given.
  EventFeed(const generate::World& world, const generate::GeneratorOptions& options, double due_scale)
      : generator_(world, options), due_scale_(due_scale) {}

  base::Result<bool> next() override {
    event_ = &generator_.next();
    return true;
  }
  std::int64_t due_ns() const override {
    return due_scale_ == 1 ? event_->due_ns : static_cast<std::int64_t>(static_cast<double>(event_->due_ns) * due_scale_);
  }
  base::Status give(Output& output) override { return output.add(*event_); }

 private:
  generate::Generator generator_;
  double due_scale_;
  const generate::Event* event_ = nullptr;
};

}  // namespace logmill::loggen
