#include "alert/notification.h"

#include "alert/rule.h"
#include "base/hash.h"
#include "text/json_text.h"

namespace logmill::alert {
namespace {

std::string alert_json(const Alert& alert) {
  return text::JsonText()
      .raw("labels", labels_to_json(alert.labels))
      .number("value", alert.value)
      .time("since", alert.since)
      .text("summary", alert.summary)
      .end();
}

}  // namespace

std::string Notification::key() const {
  std::string text = rule + '\n' + std::string(status()) + '\n' + labels_to_json(labels) + '\n';
  text::append_integer(text, at);
  for (const Alert& alert : alerts) text += '\n' + labels_to_json(alert.labels);
  const auto hash = base::xxh3_128(text);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t byte : hash) hex.append({kDigits[byte >> 4], kDigits[byte & 15]});
  return hex;
}

std::string Notification::summary() const {
  if (alerts.size() == 1) return alerts.front().summary;
  return rule + ": " + std::to_string(alerts.size()) + (firing ? " series firing: " : " series resolved: ") + alerts.front().summary +
         ", …";
}

std::string to_json(const Notification& notification) {
  text::JsonText json;
  json.time("timestamp", notification.at)
      .text("rule", notification.rule)
      .text("status", notification.status())
      .text("message", notification.summary())
      .raw("labels", labels_to_json(notification.labels))
      .raw("alerts", text::json_list(notification.alerts, alert_json));
  if (notification.repeat > 0) json.integer("repeat", static_cast<std::int64_t>(notification.repeat));
  return json.text("key", notification.key()).end();
}

}  // namespace logmill::alert
