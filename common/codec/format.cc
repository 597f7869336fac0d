#include "codec/format.h"

#include "record/frame_header.h"

namespace logmill::codec {
namespace {

struct Name {
  std::string_view name;
  Format format;
};

// The first name of a format is the one that is printed.
constexpr Name kNames[] = {
    {"auto", Format::automatic}, {"frames", Format::frames}, {"ndjson", Format::ndjson}, {"json", Format::ndjson},
    {"raw", Format::raw},        {"plain", Format::raw},     {"text", Format::raw},
};

struct Magic {
  std::string_view bytes;
  Container container;
};

using namespace std::string_view_literals;

constexpr Magic kMagics[] = {
    {"\x1f\x8b"sv, Container::gzip}, {"\x28\xb5\x2f\xfd"sv, Container::zstd}, {"\xfd\x37zXZ\0"sv, Container::xz},
    {"BZh"sv, Container::bzip2},     {"\x04\x22\x4d\x18"sv, Container::lz4},
};

std::string_view without_blanks(std::string_view head) {
  if (head.starts_with(kUtf8Bom)) head.remove_prefix(kUtf8Bom.size());
  const std::size_t at = head.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string_view{} : head.substr(at);
}

bool begins(std::string_view head, std::string_view magic) { return head.size() < magic.size() && magic.starts_with(head); }

}  // namespace

std::optional<Format> format_from_name(std::string_view name) {
  for (const Name& known : kNames)
    if (known.name == name) return known.format;
  return std::nullopt;
}

std::string_view format_name(Format format) {
  for (const Name& known : kNames)
    if (known.format == format) return known.name;
  return {};
}

Container detect_container(std::string_view head) {
  for (const Magic& magic : kMagics)
    if (head.starts_with(magic.bytes)) return magic.container;
  return Container::none;
}

bool container_undecided(std::string_view head) {
  for (const Magic& magic : kMagics)
    if (begins(head, magic.bytes)) return true;
  return false;
}

Format detect_format(std::string_view head) {
  if (head.starts_with(record::kFrameMagic)) return Format::frames;
  return without_blanks(head).starts_with('{') ? Format::ndjson : Format::raw;
}

bool format_undecided(std::string_view head) {
  return begins(head, record::kFrameMagic) || begins(head, kUtf8Bom) || without_blanks(head).empty();
}

}  // namespace logmill::codec
