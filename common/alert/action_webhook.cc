// A POST to a URL, in the form that Alertmanager sends, that Slack takes, or our own.
#include <algorithm>
#include <array>
#include <sys/stat.h>

#include "alert/action.h"
#include "alert/rule.h"
#include "base/hash.h"
#include "http/post.h"
#include "sys/file_system.h"
#include "text/json_text.h"
#include "text/json_writer.h"
#include "text/write_digits.h"

namespace logmill::alert {
namespace {

constexpr std::uint64_t kSecretBytesMax = 64 << 10;
// A longer list nobody reads, and Slack cuts it.
constexpr std::size_t kSlackLinesMax = 20;

// {}:{alertname="errors", service="db"}: the path of routes, of which there is one, and the labels of the group. Receivers find by it what
// they were told of the group before, so nothing is in it that differs between firing and resolved.
std::string group_key(const Labels& group) {
  std::string key = "{}:{";
  for (const auto& [name, value] : group) {
    if (key.back() != '{') key += ", ";
    key.append(name).push_back('=');
    text::append_json_string(key, value);
  }
  return key + "}";
}

// Tells an alert from others, by its labels alone.
std::string fingerprint_of(const Labels& labels) {
  std::string hex(16, '0');
  text::write_hex_64(hex.data(), base::xxh3_64(labels_to_json(labels)));
  return hex;
}

// What Alertmanager sends to its webhooks, version 4 of it.
std::string format_alertmanager(const Action& action, const Notification& notification) {
  Labels labels = notification.labels;
  labels["alertname"] = notification.rule;
  const auto alert_json = [&](const Alert& alert) {
    Labels own = alert.labels;
    own["alertname"] = notification.rule;
    text::JsonText json;
    json.text("status", notification.status())
        .raw("labels", labels_to_json(own))
        .raw("annotations", labels_to_json({{"summary", alert.summary}, {"value", format_value(alert.value)}}))
        .time("startsAt", alert.since);
    // Of what still fires Alertmanager gives the zero time of its language.
    if (notification.firing)
      json.text("endsAt", "0001-01-01T00:00:00Z");
    else
      json.time("endsAt", notification.at);
    return json.text("generatorURL", "").text("fingerprint", fingerprint_of(own)).end();
  };
  return text::JsonText()
      .text("version", "4")
      .text("groupKey", group_key(labels))
      .text("status", notification.status())
      .text("receiver", action.name)
      .raw("groupLabels", labels_to_json(labels))
      .raw("commonLabels", labels_to_json(labels))
      .raw("commonAnnotations", labels_to_json({{"summary", notification.summary()}}))
      .text("externalURL", "")
      .integer("truncatedAlerts", 0)
      .raw("alerts", text::json_list(notification.alerts, alert_json))
      .end();
}

// Slack reads these three as its own language: links, and calls to everybody.
std::string slack_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

std::string format_slack(const Action&, const Notification& notification) {
  std::string text = notification.firing ? "*[FIRING]* " : "*[RESOLVED]* ";
  text += slack_escaped(notification.summary());
  for (std::size_t i = 0; notification.alerts.size() > 1 && i < notification.alerts.size(); ++i) {
    if (i == kSlackLinesMax) {
      text += "\n… and " + std::to_string(notification.alerts.size() - i) + " more";
      break;
    }
    text += "\n• " + slack_escaped(notification.alerts[i].summary);
  }
  return text::JsonText().text("text", text).end();
}

std::string format_own(const Action&, const Notification& notification) { return to_json(notification); }

struct Form {
  std::string_view name;
  std::string (*format)(const Action&, const Notification&);
};
constexpr std::array kForms = {Form{"alertmanager", format_alertmanager}, Form{"slack", format_slack}, Form{"json", format_own}};

void read_webhook(TableReader& reader, Action& action) {
  action.format = kForms.front().name;
  reader.take("url", action.url);
  reader.take("url_file", action.url_file);
  reader.take("token_file", action.token_file);
  reader.take("ca_cert", action.ca_cert);
  reader.take("format", action.format);
  if (action.url.empty() == action.url_file.empty()) reader.refuse("", "needs either url or url_file");
  if (const auto url = http::parse_url(action.url); !action.url.empty() && !url) reader.refuse("url", url.error().what);
  if (std::ranges::find(kForms, action.format, &Form::name) == kForms.end())
    reader.refuse("format", "there is no form '" + action.format + "', but alertmanager, slack, json");
}

std::string format_webhook(const Action& action, const Notification& notification) {
  return std::ranges::find(kForms, action.format, &Form::name)->format(action, notification);
}

// The first line of a file that others may not read.
base::Result<std::string> read_secret(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0)
    return base::Error{base::ErrorCode::invalid, path + ": anybody may read this secret: chmod o-r"};
  LOGMILL_ASSIGN_OR_RETURN(const std::string text, sys::os_file_system().read_file(path, kSecretBytesMax));
  return text.substr(0, text.find_first_of("\r\n"));
}

base::Status post_webhook(const Action& action, const Outgoing& outgoing, const ActionIo&) {
  std::string text = action.url;
  if (!action.url_file.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(text, read_secret(action.url_file));
  }
  LOGMILL_ASSIGN_OR_RETURN(const http::Url url, http::parse_url(text));
  std::vector<std::pair<std::string, std::string>> headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", outgoing.key}};
  if (!action.token_file.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string token, read_secret(action.token_file));
    headers.emplace_back("Authorization", "Bearer " + token);
  }
  // A stop does not tear it off: the receiver may have taken it already. Who waits for it ends it when the grace is over.
  const http::PostOptions options{.tls = {.ca_cert = action.ca_cert}, .timeout_ms = static_cast<int>(action.timeout_ns / base::kNsPerMs)};
  auto answer = http::post(url, headers, outgoing.body, options);
  if (!answer) return std::move(answer).error().with_context(url.origin());
  if (answer->status / 100 == 2) return {};
  return base::Error{base::ErrorCode::again, url.origin() + ": status " + std::to_string(answer->status)};
}

}  // namespace

extern constexpr ActionKind kWebhook{
    .name = "webhook",
    .summary = "a POST to a URL, as Alertmanager sends it or Slack takes it",
    .sample =
        "kind = \"webhook\"\nurl = \"https://hooks.example.org/x\"\ntoken_file = \"/etc/logmill/hook.token\"\n"
        "ca_cert = \"/etc/ssl/ca.pem\"\nformat = \"slack\"\n",
    .read = read_webhook,
    .format = format_webhook,
    .deliver = post_webhook};

}  // namespace logmill::alert
