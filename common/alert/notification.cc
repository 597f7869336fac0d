#include "alert/notification.h"

#include "alert/rule.h"
#include "base/hash.h"
#include "text/json_writer.h"

namespace logmill::alert {
namespace {

void append_member(std::string& json, std::string_view name) {
  if (json.back() != '{') json += ',';
  text::append_json_string(json, name);
  json += ':';
}

void append_text(std::string& json, std::string_view name, std::string_view value) {
  append_member(json, name);
  text::append_json_string(json, value);
}

void append_time(std::string& json, std::string_view name, base::TimeNs time) {
  append_member(json, name);
  json += '"';
  text::append_time_utc(json, time);
  json += '"';
}

void append_alert(std::string& json, const Alert& alert) {
  json += '{';
  append_member(json, "labels");
  json += labels_to_json(alert.labels);
  append_member(json, "value");
  text::append_real(json, alert.value);
  append_time(json, "since", alert.since);
  append_text(json, "summary", alert.summary);
  json += '}';
}

}  // namespace

std::string Notification::key() const {
  std::string text = rule + '\n' + (firing ? "firing\n" : "resolved\n") + labels_to_json(labels) + '\n';
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
  std::string json = "{";
  append_time(json, "timestamp", notification.at);
  append_text(json, "rule", notification.rule);
  append_text(json, "status", notification.firing ? "firing" : "resolved");
  append_text(json, "message", notification.summary());
  append_member(json, "labels");
  json += labels_to_json(notification.labels);
  append_member(json, "alerts");
  json += '[';
  for (const Alert& alert : notification.alerts) {
    if (json.back() != '[') json += ',';
    append_alert(json, alert);
  }
  json += ']';
  if (notification.repeat > 0) {
    append_member(json, "repeat");
    text::append_integer(json, static_cast<std::int64_t>(notification.repeat));
  }
  append_text(json, "key", notification.key());
  return json + "}";
}

}  // namespace logmill::alert
