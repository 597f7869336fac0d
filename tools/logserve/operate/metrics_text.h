// Prometheus text of several programs in one: each metric is described once, with the samples of all of them behind it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace logmill::logserve {

// Thread-compatible.
class MetricsText {
 public:
  // Lines that make no sense are left out.
  void add(std::string_view text);
  std::string text() const;

 private:
  struct Metric {
    std::string name;
    std::string help, type;  // lines
    std::string samples;
  };
  Metric& metric(std::string_view name);

  std::vector<Metric> metrics_;
};

}  // namespace logmill::logserve
