// A number is too high or too low.
#include "alert/rule.h"

namespace logmill::alert {

extern constexpr RuleKind kThreshold{
    .name = "threshold",
    .summary = "the number is above or below a bound",
    .sample = "query = 'level=ERROR | count by service'\nabove = 100\nwindow = \"1m\"\n",
    .read = read_bounds,
    .lookback_ns = [](const Rule&) -> std::int64_t { return 0; },
    .judge =
        [](const Rule& rule, const Tick& tick, Memory&, std::vector<Verdict>& verdicts) {
          for (const Sample& sample : tick.values) {
            BoundCheck check = check_bounds(rule, sample.value, format_value);
            verdicts.push_back({sample.key, sample.labels, sample.value, check.bad, std::move(check.text)});
          }
        }};

}  // namespace logmill::alert
