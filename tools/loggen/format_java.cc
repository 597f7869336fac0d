// What a Java program logs with the usual pattern of Log4j and Logback,
// `%d %-5p [%t] %c - %m%n`; errors bring a stack trace, so that a record has several lines.
#include "loggen/format.h"
#include "generate/random.h"
#include "loggen/second_text.h"
#include "text/write_digits.h"

namespace logmill::loggen {

namespace {

using generate::Event;
using generate::write_text;

constexpr std::string_view kJavaLevels[record::kSeverities] = {"     ", "TRACE", "DEBUG", "INFO ", "WARN ", "ERROR", "FATAL"};

constexpr std::string_view kClasses[] = {"RequestFilter", "HttpController", "EventHandler", "Repository",
                                         "ClientPool",    "WorkerLoop",     "Cache",        "Validator"};
constexpr std::string_view kMethods[] = {"handle", "doFilter", "execute", "load", "send", "run", "resolve", "commit"};
constexpr std::string_view kExceptions[] = {
    "java.net.SocketTimeoutException: Read timed out",   "java.net.ConnectException: Connection refused",
    "java.lang.IllegalStateException: Unexpected state", "java.lang.NullPointerException",
    "java.io.IOException: No space left on device",      "java.util.concurrent.TimeoutException",
};

template <std::size_t N>
std::string_view pick(const std::string_view (&words)[N], std::uint32_t bits) {
  return words[generate::scale_below(bits, N)];
}

class JavaFormat final : public LineFormat {
 public:
  explicit JavaFormat(const FormatContext& context) : world_(context.world) {}

  char* write(const Event& event, char* to) override {
    generate::SplitMix64 noise(event.noise);
    const std::uint64_t word = noise.next();
    to = second_.write(event.time, to);
    *to++ = ',';
    to = text::write_3_digits(to, second_.microseconds(event.time) / 1'000);
    *to++ = ' ';
    to = write_text(kJavaLevels[static_cast<std::size_t>(event.level)], to);
    to = write_text(event.request ? " [http-nio-8080-exec-" : " [pool-2-thread-", to);
    to = text::write_unsigned(to, 1 + word % 32);
    to = write_class(event, generate::high_bits(word), write_text("] ", to));
    to = event.message->write(event, world_, generate::Quoting::none, write_text(" - ", to));
    *to++ = '\n';
    // Half of the errors were thrown, the others noticed.
    if (event.level >= record::Severity::error && (word & 64) != 0) to = write_trace(event, noise, to);
    return to;
  }

 private:
  char* write_class(const Event& event, std::uint32_t bits, char* to) const {
    to = write_text(world_.services()[event.service], write_text("com.example.", to));
    *to++ = '.';
    return write_text(pick(kClasses, bits), to);
  }

  char* write_trace(const Event& event, generate::SplitMix64& noise, char* to) const {
    const std::uint64_t word = noise.next();
    to = write_text(pick(kExceptions, generate::high_bits(word)), to);
    *to++ = '\n';
    for (std::uint64_t depth = 3 + word % 10; depth > 0; --depth) to = write_call(event, noise.next(), to);
    return to;
  }

  char* write_call(const Event& event, std::uint64_t word, char* to) const {
    const std::uint32_t bits = generate::high_bits(word);
    to = write_class(event, bits, write_text("\tat ", to));
    *to++ = '.';
    to = write_text(pick(kMethods, generate::low_bits(word)), to);
    *to++ = '(';
    to = write_text(pick(kClasses, bits), to);
    to = text::write_unsigned(write_text(".java:", to), 20 + word % 700);
    return write_text(")\n", to);
  }

  const generate::World& world_;
  SecondText second_{append_java_second};
};

}  // namespace

extern constexpr FormatSpec kJava{
    .name = "java",
    .summary = "Log4j pattern, errors with stack traces",
    .make = [](const FormatContext& context) -> std::unique_ptr<LineFormat> { return std::make_unique<JavaFormat>(context); },
    .numbered = false};

}  // namespace logmill::loggen
