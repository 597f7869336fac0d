#include "generate/message.h"

#include <cassert>

#include "generate/random.h"
#include "generate/vocabulary.h"
#include "generate/world.h"
#include "text/json_writer.h"
#include "text/write_digits.h"

namespace logmill::generate {

namespace {

std::string_view pick_word(std::span<const std::string_view> words, std::uint64_t noise) {
  return words[scale_below(high_bits(noise), static_cast<std::uint32_t>(words.size()))];
}

char* write_ip(const Event& event, const World&, std::uint64_t, char* to) { return write_client_ip(event, to); }
char* write_port(const Event&, const World&, std::uint64_t noise, char* to) {
  return text::write_unsigned(to, 1'024 + scale_below(high_bits(noise), 64'000));
}
char* write_small(const Event&, const World&, std::uint64_t noise, char* to) {
  return text::write_unsigned(to, 2 + scale_below(high_bits(noise), 96));
}
char* write_number(const Event&, const World&, std::uint64_t noise, char* to) {
  return text::write_unsigned(to, 1 + scale_below(high_bits(noise), 100'000));
}
// Of any magnitude up to 16 MiB, small ones as likely as large ones.
char* write_size(const Event&, const World&, std::uint64_t noise, char* to) {
  return text::write_unsigned(to, 64 + (high_bits(noise) >> (8 + (noise & 15))));
}
char* write_hex(const Event&, const World&, std::uint64_t noise, char* to) { return text::write_hex_32(to, high_bits(noise)); }
char* write_ms(const Event& event, const World&, std::uint64_t, char* to) { return write_hundredths(event.duration_hundredths_ms, to); }
char* write_user(const Event& event, const World&, std::uint64_t, char* to) {
  return write_text(user_words()[event.user_id % user_words().size()], to);
}
char* write_host(const Event&, const World& world, std::uint64_t noise, char* to) {
  const auto count = static_cast<std::uint32_t>(world.hosts().size());
  return write_text(world.hosts()[scale_below(high_bits(noise), count)], to);
}
char* write_table(const Event&, const World&, std::uint64_t noise, char* to) { return write_text(pick_word(table_words(), noise), to); }
char* write_job(const Event&, const World&, std::uint64_t noise, char* to) { return write_text(pick_word(job_words(), noise), to); }
char* write_method(const Event& event, const World&, std::uint64_t, char* to) { return write_text(routes()[event.route].method, to); }
char* write_route(const Event& event, const World&, std::uint64_t, char* to) { return write_path(event, to); }
char* write_status(const Event& event, const World&, std::uint64_t, char* to) { return text::write_unsigned(to, event.status); }

std::string json_inside(std::string_view text) {
  std::string quoted;
  text::append_json_string(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Message::Variable Message::find_variable(std::string_view name) {
  struct Named {
    std::string_view name;
    Variable variable;
  };
  // None of these writes a character that JSON would escape.
  static constexpr Named kVariables[] = {
      {"ip", write_ip},   {"port", write_port},     {"small", write_small}, {"number", write_number}, {"size", write_size},
      {"hex", write_hex}, {"ms", write_ms},         {"user", write_user},   {"host", write_host},     {"table", write_table},
      {"job", write_job}, {"method", write_method}, {"path", write_route},  {"status", write_status},
  };
  for (const Named& known : kVariables)
    if (known.name == name) return known.variable;
  assert(false && "unknown variable in a message template");
  return nullptr;
}

Message::Message(std::string_view text) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::string_view constant = text.substr(0, open);
    text.remove_prefix(constant.size());
    Variable variable = nullptr;
    if (!text.empty()) {
      const std::size_t close = text.find('}');
      variable = find_variable(text.substr(1, close - 1));
      text.remove_prefix(close + 1);
    }
    parts_.push_back({{std::string(constant), json_inside(constant)}, variable});
  }
}

char* Message::write(const Event& event, const World& world, Quoting quoting, char* to) const {
  SplitMix64 noise(event.noise);
  for (const Part& part : parts_) {
    to = write_text(part.text[static_cast<std::size_t>(quoting)], to);
    if (part.variable) to = part.variable(event, world, noise.next(), to);
  }
  return to;
}

char* write_path(const Event& event, char* to) {
  const Route& route = routes()[event.route];
  to = write_text(route.prefix, to);
  if (route.numbered) to = text::write_unsigned(to, event.item);
  return write_text(route.suffix, to);
}

char* write_client_ip(const Event& event, char* to) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    to = text::write_unsigned(to, (event.client_ip >> shift) & 0xff);
    if (shift > 0) *to++ = '.';
  }
  return to;
}

char* write_hundredths(std::uint64_t hundredths, char* to) {
  to = text::write_unsigned(to, hundredths / 100);
  *to++ = '.';
  return text::write_2_digits(to, static_cast<std::uint32_t>(hundredths % 100));
}

}  // namespace logmill::generate
