#include "logserve/operate/metrics_text.h"

#include <algorithm>

namespace logmill::logserve {
namespace {

constexpr std::string_view kHelp = "# HELP ";
constexpr std::string_view kType = "# TYPE ";

// "records" of "records{program=…} 7" and of "records_total a counter".
std::string_view name_of(std::string_view text) { return text.substr(0, text.find_first_of("{ \t")); }

}  // namespace

void MetricsText::add(std::string_view text) {
  std::string described;  // the metric whose samples come: those of a histogram have names of their own
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const bool help = line.starts_with(kHelp), type = line.starts_with(kType);
    if (help || type) {
      described = name_of(line.substr(kHelp.size()));
      std::string& to = help ? metric(described).help : metric(described).type;
      if (to.empty()) to = line;
    } else if (!line.empty() && !line.starts_with('#')) {
      const std::string_view name = name_of(line);
      const bool belongs = !described.empty() && name.starts_with(described);
      metric(belongs ? std::string_view(described) : name).samples.append(line).append("\n");
    }
  }
}

std::string MetricsText::text() const {
  std::string all;
  for (const Metric& metric : metrics_) {
    if (!metric.help.empty()) all.append(metric.help).append("\n");
    if (!metric.type.empty()) all.append(metric.type).append("\n");
    all += metric.samples;
  }
  return all;
}

MetricsText::Metric& MetricsText::metric(std::string_view name) {
  const auto found = std::ranges::find(metrics_, name, &Metric::name);
  return found != metrics_.end() ? *found : metrics_.emplace_back(Metric{std::string(name), {}, {}, {}});
}

}  // namespace logmill::logserve
