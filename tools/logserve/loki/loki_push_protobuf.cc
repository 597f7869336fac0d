// PushRequest of grafana/loki, pkg/push/push.proto: streams (1) of labels (1) and entries (2); an entry of a timestamp (1), a line (2) and
// pairs of structured metadata (3). All else is passed over, as protobuf has it.
#include <optional>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

#include "logserve/loki/logql_lexer.h"
#include "logserve/loki/loki_push_body.h"
#include "record/fields.h"
#include "text/json_text.h"

namespace logmill::logserve {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr std::int64_t kPushSecondsMax = INT64_MAX / base::kNsPerSecond - 1;

constexpr std::uint32_t field(std::uint32_t number, pbf_wire_type type = pbf_wire_type::length_delimited) {
  return protozero::tag_and_type(number, type);
}
std::string_view view_of(const protozero::data_view& data) { return {data.data(), data.size()}; }

// A label may not be what a line is by itself.
bool is_of_the_line(std::string_view name) { return name == record::kTimestamp || name == record::kMessage; }

std::optional<base::TimeNs> time_of(pbf_reader message) {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case field(1, pbf_wire_type::varint): seconds = message.get_int64(); break;
      case field(2, pbf_wire_type::varint): nanoseconds = message.get_int32(); break;
      default: message.skip();
    }
  }
  if (seconds < -kPushSecondsMax || seconds > kPushSecondsMax || nanoseconds < 0 || nanoseconds >= base::kNsPerSecond) return std::nullopt;
  return seconds * base::kNsPerSecond + nanoseconds;
}

void append_pair(text::JsonText& json, pbf_reader message) {
  std::string_view name, value;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case field(1): name = view_of(message.get_view()); break;
      case field(2): value = view_of(message.get_view()); break;
      default: message.skip();
    }
  }
  if (!is_of_the_line(name)) json.text(name, value);
}

using Labels = std::vector<std::pair<std::string, std::string>>;

// {service="shop", level="info"}
base::Result<Labels> labels_of(std::string_view text) {
  LogQlLexer lexer(text);
  Labels labels;
  if (!lexer.take("{")) return lexer.error("labels are expected: {service=\"shop\"}");
  while (!lexer.take("}")) {
    if (!labels.empty() && !lexer.take(",")) return lexer.error("a comma or } is expected");
    if (lexer.take("}")) break;
    const std::string_view name = lexer.next_word();
    if (name.empty()) return lexer.error("the name of a label is expected");
    lexer.skip_word();
    if (!lexer.take("=")) return lexer.error("= is expected");
    LOGMILL_ASSIGN_OR_RETURN(std::string value, lexer.take_string());
    labels.emplace_back(name, std::move(value));
  }
  if (!lexer.at_end()) return lexer.error("the end is expected here");
  return labels;
}

// The record of an entry, with the labels of its stream.
base::Result<std::string> record_of_entry(pbf_reader entry, const Labels& labels) {
  std::optional<base::TimeNs> time;
  std::string_view line;
  text::JsonText json;
  pbf_reader metadata = entry;
  while (entry.next()) {
    switch (entry.tag_and_type()) {
      case field(1):
        time = time_of(entry.get_message());
        if (!time) return base::Error{base::ErrorCode::invalid, "there is no such time"};
        break;
      case field(2): line = view_of(entry.get_view()); break;
      default: entry.skip();
    }
  }
  if (!time) return base::Error{base::ErrorCode::invalid, "a time is expected"};
  json.time(record::kTimestamp, *time).text(record::kMessage, line);
  while (metadata.next(3, pbf_wire_type::length_delimited)) append_pair(json, metadata.get_message());
  for (const auto& [name, value] : labels)
    if (!is_of_the_line(name)) json.text(name, value);
  return json.end();
}

class PushRequest {
 public:
  PushRequest(std::uint64_t bytes_max, const UseRecord& use) : records_(bytes_max, use) {}

  base::Status read(pbf_reader message) {
    while (message.next(1, pbf_wire_type::length_delimited)) {
      ++stream_;
      line_ = 0;
      LOGMILL_RETURN_IF_ERROR(read_stream(message.get_message()));
    }
    return {};
  }
  base::Error malformed(std::string_view what) const { return malformed_push(stream_, line_, what); }

 private:
  base::Status read_stream(pbf_reader stream) {
    std::string_view text;
    for (pbf_reader labels = stream; labels.next(1, pbf_wire_type::length_delimited);) text = view_of(labels.get_view());
    const auto labels = labels_of(text);
    if (!labels) return malformed(labels.error().what);
    while (stream.next(2, pbf_wire_type::length_delimited)) {
      ++line_;
      const auto record = record_of_entry(stream.get_message(), *labels);
      if (!record) return malformed(record.error().what);
      LOGMILL_RETURN_IF_ERROR(records_.add(*record));
    }
    return {};
  }

  PushedRecords records_;
  std::size_t stream_ = 0, line_ = 0;
};

}  // namespace

base::Status each_record_of_push_request(std::string_view message, std::uint64_t bytes_max, const UseRecord& use) {
  PushRequest request(bytes_max, use);
  try {
    return request.read(pbf_reader(protozero::data_view(message.data(), message.size())));
  } catch (const protozero::exception& damage) {
    return request.malformed(std::string("is no message of protobuf: ") + damage.what());
  }
}

}  // namespace logmill::logserve
