// Both generations of syslog: RFC 3164 as it is sent over a network, and RFC 5424.
#include "loggen/format.h"
#include "loggen/second_text.h"
#include "text/write_digits.h"

namespace logmill::loggen {

namespace {

using generate::Event;
using generate::write_text;

constexpr unsigned kFacilityLocal0 = 16;
// By record::Severity; RFC 5424 section 6.2.1.
constexpr unsigned kSyslogSeverity[record::kSeverities] = {6, 7, 7, 6, 4, 3, 2};

char* write_priority(const Event& event, char* to) {
  *to++ = '<';
  to = text::write_unsigned(to, kFacilityLocal0 * 8 + kSyslogSeverity[static_cast<std::size_t>(event.level)]);
  *to++ = '>';
  return to;
}

// A process id for each service on each host, that stays the same.
std::uint32_t process_id(const Event& event) { return 300 + (event.service * 7'919 + event.host * 104'729) % 32'000; }

class Rfc3164Format final : public LineFormat {
 public:
  explicit Rfc3164Format(const FormatContext& context) : world_(context.world) {}

  char* write(const Event& event, char* to) override {
    to = second_.write(event.time, write_priority(event, to));
    *to++ = ' ';
    to = write_text(world_.hosts()[event.host], to);
    *to++ = ' ';
    to = write_text(world_.services()[event.service], to);
    *to++ = '[';
    to = text::write_unsigned(to, process_id(event));
    to = event.message->write(event, world_, generate::Quoting::none, write_text("]: ", to));
    *to++ = '\n';
    return to;
  }

 private:
  const generate::World& world_;
  SecondText second_{append_bsd_second};
};

class Rfc5424Format final : public LineFormat {
 public:
  explicit Rfc5424Format(const FormatContext& context) : world_(context.world), sequence_(context.sequence) {}

  char* write(const Event& event, char* to) override {
    to = second_.write(event.time, write_text("1 ", write_priority(event, to)));
    *to++ = '.';
    to = text::write_6_digits(to, second_.microseconds(event.time));
    to = write_text(world_.hosts()[event.host], write_text("Z ", to));
    *to++ = ' ';
    to = write_text(world_.services()[event.service], to);
    *to++ = ' ';
    to = text::write_unsigned(to, process_id(event));
    to = write_structured_data(event, write_text(" - ", to));
    *to++ = ' ';
    to = event.message->write(event, world_, generate::Quoting::none, to);
    *to++ = '\n';
    return to;
  }

 private:
  // 32473 is the enterprise number that RFC 5612 sets aside for examples.
  char* write_structured_data(const Event& event, char* to) {
    to = write_text("[event@32473", to);
    if ((event.trace_high | event.trace_low) != 0) {
      to = text::write_hex_64(write_text(" trace_id=\"", to), event.trace_high);
      to = write_text("\"", text::write_hex_64(to, event.trace_low));
    }
    to = write_text(" duration_ms=\"", to);
    to = generate::write_hundredths(event.duration_hundredths_ms, to);
    if (event.request) {
      to = text::write_unsigned(write_text("\" status=\"", to), event.status);
      to = text::write_unsigned(write_text("\" user_id=\"", to), event.user_id);
    }
    if (sequence_ == generate::Sequence::field) to = text::write_unsigned(write_text("\" seq=\"", to), event.sequence);
    return write_text("\"]", to);
  }

  const generate::World& world_;
  generate::Sequence sequence_;
  SecondText second_{append_iso_second};
};

}  // namespace

extern constexpr FormatSpec kSyslog{
    .name = "syslog",
    .summary = "RFC 3164, with priority",
    .make = [](const FormatContext& context) -> std::unique_ptr<LineFormat> { return std::make_unique<Rfc3164Format>(context); },
    .numbered = false};

extern constexpr FormatSpec kRfc5424{
    .name = "rfc5424",
    .summary = "syslog with structured data",
    .make = [](const FormatContext& context) -> std::unique_ptr<LineFormat> { return std::make_unique<Rfc5424Format>(context); },
    .numbered = true};

}  // namespace logmill::loggen
