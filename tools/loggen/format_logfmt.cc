// logfmt: key=value pairs; the message always in quotes, as Go's slog writes one with spaces.
#include "loggen/format.h"
#include "loggen/second_text.h"
#include "text/write_digits.h"

namespace logmill::loggen {

namespace {

using generate::Event;
using generate::write_text;

constexpr std::string_view kLogfmtLevels[record::kSeverities] = {"", "trace", "debug", "info", "warn", "error", "fatal"};

class LogfmtFormat final : public LineFormat {
 public:
  explicit LogfmtFormat(const FormatContext& context) : world_(context.world), sequence_(context.sequence) {}

  char* write(const Event& event, char* to) override {
    to = second_.write(event.time, write_text("time=", to));
    *to++ = '.';
    to = text::write_6_digits(to, second_.microseconds(event.time));
    to = write_text("Z level=", to);
    to = write_text(kLogfmtLevels[static_cast<std::size_t>(event.level)], to);
    to = write_text(world_.services()[event.service], write_text(" service=", to));
    to = write_text(world_.hosts()[event.host], write_text(" host=", to));
    if ((event.trace_high | event.trace_low) != 0) {
      to = text::write_hex_64(write_text(" trace_id=", to), event.trace_high);
      to = text::write_hex_64(to, event.trace_low);
    }
    // The quotes of logfmt and of JSON need the same escapes.
    to = event.message->write(event, world_, generate::Quoting::json, write_text(" msg=\"", to));
    to = write_text("\" duration_ms=", to);
    to = generate::write_hundredths(event.duration_hundredths_ms, to);
    if (event.request) to = write_request(event, to);
    if (sequence_ == generate::Sequence::field) to = text::write_unsigned(write_text(" seq=", to), event.sequence);
    *to++ = '\n';
    return to;
  }

 private:
  static char* write_request(const Event& event, char* to) {
    to = text::write_unsigned(write_text(" status=", to), event.status);
    to = text::write_unsigned(write_text(" user_id=", to), event.user_id);
    to = write_text(generate::routes()[event.route].method, write_text(" method=", to));
    // A value with an equals sign or a quote in it needs quotes; paths of searches have one.
    to = generate::write_path(event, write_text(" path=\"", to));
    *to++ = '"';
    return to;
  }

  const generate::World& world_;
  generate::Sequence sequence_;
  SecondText second_{append_iso_second};
};

}  // namespace

extern constexpr FormatSpec kLogfmt{
    .name = "logfmt",
    .summary = "key=value pairs",
    .make = [](const FormatContext& context) -> std::unique_ptr<LineFormat> { return std::make_unique<LogfmtFormat>(context); },
    .numbered = true};

}  // namespace logmill::loggen
