#include "logserve/ingest/ingest_body.h"

#include <algorithm>

#include "codec/inflate.h"

namespace logmill::logserve {
namespace {

constexpr std::string_view kJsonBlanks = " \t\r\n";
constexpr std::size_t kInflateBytes = 256 << 10;

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kJsonBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kJsonBlanks) + 1);
}

// Where the value at the front ends: at a comma, or a bracket that was not opened in it.
std::size_t value_bytes(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == ',' || c == ']') && depth == 0) return i;
    if (c == '}' || c == ']') depth -= depth > 0 ? 1 : 0;
  }
  return text.size();
}

std::vector<std::string_view> split_array(std::string_view text) {
  std::vector<std::string_view> elements;
  while (true) {
    const std::size_t size = value_bytes(text);
    const bool last = size == text.size() || text[size] == ']';
    const std::string_view element = trimmed(text.substr(0, size));
    if (!element.empty() || !last || !elements.empty()) elements.push_back(element);
    if (last) break;
    text.remove_prefix(size + 1);
  }
  return elements;
}

}  // namespace

base::Result<std::string_view> decompress_body(std::string_view body, std::string_view encoding, std::uint64_t bytes_max,
                                               std::string& unpacked) {
  if (encoding.empty() || encoding == "identity") return body;
  const codec::Container container = encoding == "gzip"   ? codec::Container::gzip
                                     : encoding == "zstd" ? codec::Container::zstd
                                                          : codec::Container::none;
  if (container == codec::Container::none)
    return base::Error{base::ErrorCode::unsupported, "Content-Encoding: gzip and zstd are understood, not " + std::string(encoding)};
  const auto inflater = codec::make_inflater(container);
  unpacked.clear();
  std::string_view rest = body;
  while (true) {
    const std::size_t at = unpacked.size();
    unpacked.resize(at + kInflateBytes);
    auto got = inflater->inflate(rest, {unpacked.data() + at, kInflateBytes});
    if (!got) return base::Error{base::ErrorCode::invalid, "the body: " + got.error().what};
    unpacked.resize(at + *got);
    if (unpacked.size() > bytes_max) return base::Error{base::ErrorCode::too_large, "the body is too long once it is decompressed"};
    if (*got == 0 && rest.empty()) break;
  }
  if (!inflater->complete()) return base::Error{base::ErrorCode::invalid, "the body ends within compressed data"};
  return std::string_view(unpacked);
}

std::vector<std::string_view> split_body(std::string_view body) {
  body = trimmed(body);
  if (body.starts_with('[')) return split_array(body.substr(1));
  std::vector<std::string_view> records;
  // One object may go over several lines; of several each has its own, which is seen at the end of the first.
  if (body.starts_with('{') && body.find("}\n") == std::string_view::npos && body.find("}\r\n") == std::string_view::npos &&
      value_bytes(body) == body.size())
    return {body};
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (const std::string_view record = trimmed(line); !record.empty()) records.push_back(record);
  }
  return records;
}

}  // namespace logmill::logserve
