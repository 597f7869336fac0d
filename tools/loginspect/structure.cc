#include "loginspect/structure.h"

#include "text/digits.h"
#include "text/json_writer.h"
#include "text/utf8.h"
#include "text/write_digits.h"

namespace logmill::loginspect {

Structure& Structure::add(std::string_view name, std::string_view text) {
  fields_.push_back({std::string(name), std::string(text), Field::Form::text});
  return *this;
}

Structure& Structure::add(std::string_view name, std::uint64_t number) {
  fields_.push_back({std::string(name), std::to_string(number), Field::Form::number});
  return *this;
}

Structure& Structure::add_real(std::string_view name, double number) {
  Field field{std::string(name), {}, Field::Form::number};
  text::append_real(field.text, number);
  fields_.push_back(std::move(field));
  return *this;
}

Structure& Structure::add_time(std::string_view name, base::TimeNs time) {
  std::string text;
  text::append_time_utc(text, time);
  return add(name, text);
}

Structure& Structure::add_stream(std::string_view name, const record::StreamId& stream) {
  std::string text;
  for (const std::uint8_t byte : stream) text::append_hex_byte(text, byte);
  return add(name, text);
}

Structure& Structure::add_hash(std::string_view name, std::uint64_t hash) {
  char digits[16];
  text::write_hex_64(digits, hash);
  return add(name, "0x" + std::string(digits, sizeof digits));
}

std::string Structure::line() const {
  std::string out(static_cast<std::size_t>(depth_) * 2, ' ');
  out += title_;
  for (const Field& field : fields_) {
    out += ' ' + field.name + '=';
    if (field.text.find_first_of(" \"") == std::string::npos)
      text::append_escaped_for_terminal(out, field.text);
    else
      text::append_json_string(out, field.text);
  }
  return out + '\n';
}

std::string Structure::json() const {
  std::string out = "{\"structure\":";
  text::append_json_string(out, title_);
  for (const Field& field : fields_) {
    out += ',';
    text::append_json_string(out, field.name);
    out += ':';
    if (field.form == Field::Form::number)
      out += field.text;
    else
      text::append_json_string(out, field.text);
  }
  return out + "}\n";
}

}  // namespace logmill::loginspect
