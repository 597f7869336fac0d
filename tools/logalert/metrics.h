// What logalert does, as Prometheus text in a file: --metrics.
#pragma once

#include <string>

#include "alert/delivery.h"
#include "alert/engine.h"
#include "cli/io.h"

namespace logmill::logalert {

// Thread-compatible.
class Metrics {
 public:
  // All must outlive it. An empty path: none are kept.
  Metrics(std::string_view path, const alert::Engine& engine, const alert::Delivery& delivery, alert::StateFile& state, cli::Io& io)
      : path_(path), engine_(engine), delivery_(delivery), state_(state), io_(io) {}

  // Writes them every few seconds; call it often. What fails is reported.
  void tick();
  // At the end.
  void write();

 private:
  base::Result<std::string> text() const;

  const std::string path_;
  const alert::Engine& engine_;
  const alert::Delivery& delivery_;
  alert::StateFile& state_;
  cli::Io& io_;
  std::int64_t next_ns_ = 0;
};

}  // namespace logmill::logalert
