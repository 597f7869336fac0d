// Lines: in one piece and in many they are the same records, what was written reads back equal, and of each field is found the same
// whether it alone is asked for or all are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/codec_test_support.h"
#include "record/asked_fields_check.h"

using namespace logmill;

namespace {

std::vector<std::string> read(std::string_view bytes, std::size_t piece) {
  const auto reader = codec::make_reader({.format = codec::Format::ndjson, .line_bytes_max = 4096}, base::null_reporter());
  return codec::read_all(*reader, bytes, piece);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  record::AskedFieldsCheck check;
  for (std::size_t at = 0, lines = 0; at < size && lines < 20; ++lines) {
    const std::string_view line = bytes.substr(at, std::min(bytes.find('\n', at), size) - at);
    if (!check.difference(line).empty()) std::abort();
    at += line.size() + 1;
  }
  const auto rows = read(bytes, size);
  if (rows != read(bytes, 7)) std::abort();
  for (const std::string& row : rows) {
    if (row.size() > 4096) continue;  // would be cut
    const auto again = read(row, row.size());
    if (again.size() != 1 || again.front() != row) std::abort();
  }
  return 0;
}
