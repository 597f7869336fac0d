#include "http/request.h"

#include <algorithm>
#include <charconv>

namespace logmill::http {
namespace {

enum class Plus { plus, space };

base::Result<std::string> decode(std::string_view text, Plus plus) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::space) {
      decoded += ' ';
    } else if (text[i] == '%') {
      unsigned char byte = 0;
      const std::string_view digits = text.substr(i + 1, 2);
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
      if (digits.size() != 2 || parsed.ec != std::errc() || parsed.ptr != digits.data() + 2)
        return base::Error{base::ErrorCode::invalid, "'%' must be followed by two hexadecimal digits: " + std::string(text)};
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string_view cut(std::string_view& text, char at) {
  const std::size_t end = std::min(text.find(at), text.size());
  const std::string_view head = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return head;
}

}  // namespace

base::Result<Parameters> parse_form(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    std::string_view parameter = cut(text, '&');
    if (parameter.empty()) continue;
    const std::string_view name = cut(parameter, '=');
    LOGMILL_ASSIGN_OR_RETURN(std::string decoded_name, decode(name, Plus::space));
    LOGMILL_ASSIGN_OR_RETURN(std::string value, decode(parameter, Plus::space));
    parameters.emplace_back(std::move(decoded_name), std::move(value));
  }
  return parameters;
}

void append_parameter(std::string& address, std::string_view name, std::string_view value) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~*:";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  if (value.empty()) return;
  address.append(address.find('?') == std::string::npos ? "?" : "&").append(name).append("=");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      address += c;
    else
      address.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
}

base::Result<Target> parse_target(std::string_view text) {
  Target target;
  text = text.substr(0, text.find('#'));
  const std::string_view path = cut(text, '?');
  if (!path.starts_with('/')) return base::Error{base::ErrorCode::invalid, "a path begins with '/'"};
  LOGMILL_ASSIGN_OR_RETURN(target.path, decode(path, Plus::plus));
  LOGMILL_ASSIGN_OR_RETURN(target.parameters, parse_form(text));
  return target;
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : target.parameters)
    if (key == name) return value;
  return std::nullopt;
}

}  // namespace logmill::http
