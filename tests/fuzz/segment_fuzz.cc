// The parts of a segment behind their checksums: column encodings, block directories, footers'
// pieces, packed segments.
//
// Byte 0 is the id of the encoding, bytes 1 and 2 the number of rows, the rest is the encoded
// column. What decodes must come back the same when it is encoded again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/block_directory.h"
#include "store/encoding.h"
#include "store/frontier_table.h"
#include "store/member_filter.h"
#include "store/packed_segment.h"
#include "store/rare_columns.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/value_table.h"

using namespace logmill;

namespace {

std::vector<record::Value> values_of(const store::ColumnData& data, std::size_t rows) {
  std::vector<record::Value> values;
  for (std::size_t row = 0; row < rows; ++row) values.push_back(data.at(row));
  return values;
}

void check_column(const store::EncodingSpec& spec, std::size_t rows, std::string_view bytes) {
  base::Arena arena;
  // Less than in a reader, so that the fuzzer's own limit on memory holds.
  store::DecodeContext decoding{arena, 8 << 20};
  store::ColumnData data;
  if (!spec.decode(bytes, rows, decoding, data)) return;
  const std::vector<record::Value> values = values_of(data, rows);

  store::EncodeContext encoding(1);
  std::string again;
  const store::EncodingSpec& chosen = store::encode_values(values, store::kinds_of(values), encoding, again);
  store::DecodeContext second{arena, store::kColumnBytesMax};
  store::ColumnData copy;
  if (!chosen.decode(again, rows, second, copy)) std::abort();
  for (std::size_t row = 0; row < rows; ++row)
    if (!store::same(values[row], copy.at(row))) std::abort();
}

void check_directory(std::string_view bytes) {
  if (const auto header = store::parse_block_header(bytes)) {
    const auto directory = store::parse_directory(bytes.substr(store::kBlockHeaderBytes), *header);
    if (!directory) return;
    std::string again;
    store::append_directory(again, *directory);
    if (!store::parse_directory(again, *header)) std::abort();
  }
}

void check_rare(std::size_t rows, std::string_view bytes) {
  base::Arena arena;
  store::DecodeContext decoding{arena, 8 << 20};
  store::RareColumns rare;
  if (!store::read_rare_columns(bytes, rows, decoding, rare)) return;
  for (std::size_t column = 0; column < std::min<std::size_t>(rare.names.size(), 100); ++column)
    if (rare.spread(column, rows).values.size() != rows || rare.kinds(column) == 0) std::abort();
}

// As what follows the checksum of a packed segment, which is made to hold.
void check_packed(std::string_view bytes) {
  std::string start(store::kPackedMagic);
  start.push_back(static_cast<char>(store::kSegmentVersion));
  std::string packed = start;
  base::append_le(packed, static_cast<std::uint32_t>(base::xxh3_64(start.append(bytes))));
  packed += bytes;
  const auto segment = store::unpack_segment(packed, 0);
  // Numbers may be written in more ways than one: what is packed again stands for the same.
  const auto again = segment ? store::pack_segment(*segment) : std::nullopt;
  if (again && *store::unpack_segment(*again, 0) != *segment) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_directory(bytes);
  check_packed(bytes);
  [[maybe_unused]] const auto frontiers = store::parse_frontiers(bytes);
  [[maybe_unused]] const auto trailer = store::parse_trailer(bytes);
  [[maybe_unused]] const auto filters = store::parse_member_filters(bytes, 3, 1 << 20);
  if (size < 3) return 0;
  const store::EncodingSpec* spec = store::find_encoding(data[0]);
  const std::size_t rows = data[1] + 256u * (data[2] % 16);
  if (data[0] == store::kRareEncoding) check_rare(rows, bytes.substr(3));
  if (spec != nullptr && rows > 0) check_column(*spec, rows, bytes.substr(3));
  return 0;
}
