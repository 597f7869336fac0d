#include "cli/metrics_file.h"

#include <unistd.h>

#include "sys/file_system.h"

namespace logmill::cli {
namespace {

std::string path_of(std::string_view option) {
  std::string path(option);
  if (const std::size_t at = path.find("%p"); at != std::string::npos) path.replace(at, 2, std::to_string(::getpid()));
  return path;
}

}  // namespace

std::string format_messages(std::string_view program, const MessageCounts& messages) {
  std::string text =
      "# HELP logmill_messages_total Messages to stderr, shown or not.\n"
      "# TYPE logmill_messages_total counter\n";
  const std::string label = "{program=\"" + std::string(program) + "\"";
  const auto count = [&](std::string_view severity, std::uint64_t value) {
    text.append("logmill_messages_total").append(label).append(",severity=\"").append(severity).append("\"} ");
    text.append(std::to_string(value)).append("\n");
  };
  count("error", messages.errors);
  count("warning", messages.warnings);
  if (messages.errors + messages.warnings == 0) return text;
  text +=
      "# HELP logmill_last_message_timestamp_seconds When the last of them came.\n"
      "# TYPE logmill_last_message_timestamp_seconds gauge\n"
      "logmill_last_message_timestamp_seconds" +
      label + "} " + std::to_string(messages.last_ns / base::kNsPerSecond) + "\n";
  return text;
}

base::Status MetricsFile::write(std::string_view option, std::string text) {
  path_ = path_of(option);
  text_ = std::move(text);
  with_messages_ = text_ + messages();
  return replace();
}

base::Status MetricsFile::settle() {
  if (path_.empty()) return {};
  std::string now = text_ + messages();
  if (now == with_messages_) return {};
  with_messages_ = std::move(now);
  return replace();
}

base::Status MetricsFile::replace() {
  // Not through the files of `Io`, which encrypt for who has --encrypt: whoever collects metrics has no key, and they hold nothing of
  // records.
  return sys::os_file_system().replace_file(path_, with_messages_);
}

}  // namespace logmill::cli
