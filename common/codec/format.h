// What flows between programs, and how to tell by the first bytes.
#pragma once

#include <optional>
#include <string_view>

namespace logmill::codec {

enum class Format {
  automatic,  // by the first bytes
  frames,     // docs/formats/frame.md
  ndjson,     // one JSON object a line
  raw,        // lines as they are: each becomes a record with `raw` only, for a parser to look at
};

// "auto", "frames", "ndjson" (also "json"), "raw" (also "plain", "text").
std::optional<Format> format_from_name(std::string_view name);
std::string_view format_name(Format format);

enum class Container { none, gzip, zstd, xz, bzip2, lz4 };

inline constexpr std::string_view kUtf8Bom = "\xef\xbb\xbf";

// From the first bytes (6 are enough). xz, bzip2 and lz4 are recognised by their magic too.
Container detect_container(std::string_view head);
// Whether more bytes than these could change the answer: wait for them.
bool container_undecided(std::string_view head);

// From the first bytes after decompression; never `automatic`: what is neither frames nor a JSON
// object is raw.
Format detect_format(std::string_view head);
// Whether more bytes than these could change the answer: only blanks so far, or the front of a
// magic.
bool format_undecided(std::string_view head);

}  // namespace logmill::codec
