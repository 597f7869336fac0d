// NDJSON: byte for byte what record::JsonObjectWriter prints for the same records, only faster: all
// that is constant is prepared, escaped, in advance.
#include <vector>

#include "loggen/format.h"
#include "loggen/second_text.h"
#include "record/fields.h"
#include "text/json_writer.h"
#include "text/write_digits.h"

namespace logmill::loggen {

namespace {

using generate::Event;
using generate::write_text;

// ,"key":"value"
std::string string_field(std::string_view key, std::string_view value) {
  std::string text = ",";
  text::append_json_string(text, key);
  text.push_back(':');
  text::append_json_string(text, value);
  return text;
}

std::vector<std::string> string_fields(std::string_view key, const std::vector<std::string>& values) {
  std::vector<std::string> texts;
  for (const std::string& value : values) texts.push_back(string_field(key, value));
  return texts;
}

class JsonFormat final : public LineFormat {
 public:
  explicit JsonFormat(const FormatContext& context)
      : world_(context.world),
        sequence_(context.sequence),
        services_(string_fields(record::kService, world_.services())),
        hosts_(string_fields(record::kHost, world_.hosts())) {
    for (std::size_t level = 0; level < record::kSeverities; ++level)
      levels_.push_back(string_field(record::kLevel, record::severity_name(static_cast<record::Severity>(level))));
    for (const generate::Route& route : generate::routes()) methods_.push_back(string_field("method", route.method));
  }

  char* write(const Event& event, char* to) override {
    to = write_text(R"({"timestamp":")", to);
    to = write_time(event.time, to);
    to = write_text(levels_[static_cast<std::size_t>(event.level)], to);
    to = write_text(services_[event.service], to);
    to = write_text(hosts_[event.host], to);
    if ((event.trace_high | event.trace_low) != 0) to = write_trace(event, to);
    to = write_text(R"(,"message":")", to);
    to = event.message->write(event, world_, generate::Quoting::json, to);
    to = write_text(R"(","duration_ms":)", to);
    to = generate::write_hundredths(event.duration_hundredths_ms, to);
    if (event.request) to = write_request(event, to);
    if (sequence_ == generate::Sequence::field) to = text::write_unsigned(write_text(R"(,"seq":)", to), event.sequence);
    return write_text("}\n", to);
  }

 private:
  // As text::append_time_utc: as many digits as the fraction needs, in groups of three.
  char* write_time(base::TimeNs time, char* to) {
    to = second_.write(time, to);
    const std::uint32_t fraction = second_.microseconds(time);
    if (fraction % 1'000 != 0) {
      *to++ = '.';
      to = text::write_6_digits(to, fraction);
    } else if (fraction != 0) {
      *to++ = '.';
      to = text::write_3_digits(to, fraction / 1'000);
    }
    return write_text("Z\"", to);
  }

  static char* write_trace(const Event& event, char* to) {
    to = write_text(R"(,"trace_id":")", to);
    to = text::write_hex_64(text::write_hex_64(to, event.trace_high), event.trace_low);
    *to++ = '"';
    return to;
  }

  char* write_request(const Event& event, char* to) {
    to = text::write_unsigned(write_text(R"(,"status":)", to), event.status);
    to = text::write_unsigned(write_text(R"(,"user_id":)", to), event.user_id);
    to = write_text(methods_[event.route], to);
    to = generate::write_path(event, write_text(R"(,"path":")", to));
    *to++ = '"';
    return to;
  }

  const generate::World& world_;
  generate::Sequence sequence_;
  std::vector<std::string> services_, hosts_, levels_, methods_;
  SecondText second_{append_iso_second};
};

}  // namespace

extern constexpr FormatSpec kJson{
    .name = "json",
    .summary = "one object a line",
    .make = [](const FormatContext& context) -> std::unique_ptr<LineFormat> { return std::make_unique<JsonFormat>(context); },
    .numbered = true};

}  // namespace logmill::loggen
