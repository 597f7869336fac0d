#include "alert/state_json.h"

#include "text/json_text.h"

namespace logmill::alert {

std::string json_of(const std::string& rule, const SeriesState& series) {
  text::JsonText json;
  json.text("rule", rule)
      .raw("labels", series.key)
      .text("state", state_name(series.state))
      .time("since", series.since)
      .number("value", series.value)
      .text("message", series.summary);
  if (series.told_firing) json.time("told", series.told_at);
  return json.end();
}

std::string json_of(const Silence& silence) {
  return text::JsonText()
      .integer("silence", silence.id)
      .text("filter", silence.filter)
      .time("from", silence.starts)
      .time("until", silence.ends)
      .text("comment", silence.comment)
      .end();
}

std::string json_of(const HistoryEntry& entry) {
  return text::JsonText()
      .time("timestamp", entry.at)
      .text("rule", entry.rule)
      .raw("labels", entry.key)
      .text("was", state_name(entry.from))
      .text("became", state_name(entry.to))
      .number("value", entry.value)
      .text("message", entry.summary)
      .end();
}

}  // namespace logmill::alert
