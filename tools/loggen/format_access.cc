// Access logs: the combined format, as nginx writes it by default and as Apache does with its
// `combined` format. Every event counts as a request, whatever its service.
#include "loggen/format.h"
#include "loggen/second_text.h"
#include "text/write_digits.h"

namespace logmill::loggen {

namespace {

using generate::Event;
using generate::write_text;

enum class Dialect { nginx, apache };

class AccessFormat final : public LineFormat {
 public:
  explicit AccessFormat(Dialect dialect) : dialect_(dialect) {}

  char* write(const Event& event, char* to) override {
    to = generate::write_client_ip(event, to);
    to = write_user(event, write_text(" - ", to));
    to = second_.write(event.time, write_text(" [", to));
    to = write_text(generate::routes()[event.route].method, write_text("] \"", to));
    *to++ = ' ';
    to = generate::write_path(event, to);
    to = text::write_unsigned(write_text(" HTTP/1.1\" ", to), event.status);
    *to++ = ' ';
    to = write_bytes(event, to);
    to = write_text(generate::referrer_words()[event.referrer], write_text(" \"", to));
    to = write_text(generate::agent_words()[event.agent], write_text("\" \"", to));
    return write_text("\"\n", to);
  }

 private:
  // One request in eight comes from someone who has logged in over HTTP.
  static char* write_user(const Event& event, char* to) {
    if (event.user_id % 8 != 0) return write_text("-", to);
    const auto words = generate::user_words();
    return write_text(words[event.user_id / 8 % words.size()], to);
  }
  // Apache's %b is "-" for an empty body, nginx's $body_bytes_sent is 0.
  char* write_bytes(const Event& event, char* to) const {
    if (event.bytes == 0 && dialect_ == Dialect::apache) return write_text("-", to);
    return text::write_unsigned(to, event.bytes);
  }

  Dialect dialect_;
  SecondText second_{append_clf_second};
};

}  // namespace

extern constexpr FormatSpec kNginx{
    .name = "nginx",
    .summary = "nginx access log, combined",
    .make = [](const FormatContext&) -> std::unique_ptr<LineFormat> { return std::make_unique<AccessFormat>(Dialect::nginx); },
    .numbered = false};

extern constexpr FormatSpec kApache{
    .name = "apache",
    .summary = "Apache access log, combined",
    .make = [](const FormatContext&) -> std::unique_ptr<LineFormat> { return std::make_unique<AccessFormat>(Dialect::apache); },
    .numbered = false};

}  // namespace logmill::loggen
