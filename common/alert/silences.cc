#include "alert/silences.h"

#include <algorithm>

namespace logmill::alert {

base::Result<query::Filter> parse_silence(std::string_view filter) { return query::Filter::parse(filter, {.utc = true}); }

base::Result<Silences> Silences::load(StateFile& state) {
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<Silence> known, state.silences());
  Silences silences;
  for (const Silence& silence : known) {
    LOGMILL_ASSIGN_OR_RETURN(query::Filter filter, parse_silence(silence.filter));
    silences.entries_.push_back({std::move(filter), silence.starts, silence.ends});
  }
  return silences;
}

bool Silences::cover(std::string_view rule, const Labels& labels, base::TimeNs at) const {
  if (entries_.empty()) return false;
  record::Batch batch;
  const std::size_t row = batch.add_row();
  for (const auto& [name, value] : labels) {
    batch.set(name, row, record::Value::string(value));
    if (name == "level") batch.levels()[row] = record::severity_from_text(value).value_or(record::Severity::none);
  }
  batch.set("rule", row, record::Value::string(rule));
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    if (at < entry.starts || at >= entry.ends) return false;
    query::Mask keep;
    entry.filter.select(batch, keep);
    return keep[row] != 0;
  });
}

}  // namespace logmill::alert
