// Rows as Loki's streams: lines with their times, put together by their labels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "query/pipeline/stage.h"

namespace logmill::logserve {

// What is not of a stream's labels: among them, as Loki has it by itself, or by each line, as its clients can ask for
// (X-Loki-Response-Encoding-Flags: categorize-labels).
enum class Metadata : std::uint8_t { among_labels, by_line };

// Keeps the rows it is given, up to a bound on their bytes; then it is `too_large`.
class LokiStreams final : public query::Stage {
 public:
  explicit LokiStreams(Metadata metadata) : metadata_(metadata) {}

  base::Status push(const query::Rows& rows) override;
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  std::size_t entries() const { return entries_.size(); }
  // Of the lines.
  std::uint64_t bytes() const { return bytes_; }
  // Tells an entry from others: of two runs the same for the same record.
  std::string key(std::size_t entry) const { return streams_[entries_[entry].stream] + entries_[entry].value; }
  // [{"stream":{…},"values":[["ns","line"],…]},…]: the rows in the order in which they came, or the other way around.
  enum class Order : std::uint8_t { as_they_came, latest_first };
  std::string json(Order order) const;

 private:
  struct Entry {
    std::size_t stream;
    std::string value;  // ["ns","line"]
  };
  std::size_t stream_of(std::string labels);

  const Metadata metadata_;
  std::vector<std::string> streams_;  // their labels, as JSON
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<Entry> entries_;
  std::uint64_t bytes_ = 0;  // of the lines
  std::uint64_t held_ = 0;
};

}  // namespace logmill::logserve
