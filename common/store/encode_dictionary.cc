// dictionary = size:varint bytes:varint byte_stream(bytes) codes
//              the stream holds `size` values, in order of first appearance
// codes      = byte_stream(rows)                      if size <= 256
//            | byte_stream(rows) byte_stream(rows)    low bytes, then high bytes
//
// Codes are left to zstd instead of packed into bits: runs and repeated patterns shrink further,
// and a byte a row can be compared sixteen at a time.
#include <algorithm>
#include <array>
#include <cstring>

#include "store/encoding.h"
#include "store/value_table.h"

namespace logmill::store {
namespace {

constexpr std::size_t kValuesMax = 4'096;
// Numbers with more distinct values than this are smaller as byte planes.
constexpr std::size_t kNumbersMax = 256;
// More distinct ids than this are smaller as bytes and references.
constexpr std::size_t kIdsMax = 256;
// Values that take more together are compressed as text is.
constexpr std::size_t kLongContent = 1'024;
// After this many rows a column whose values are mostly new is given up: hashing the rest would be
// for nothing.
constexpr std::size_t kTrialRows = 512;

constexpr KindSet kNumbers = kind_bit(record::Kind::integer) | kind_bit(record::Kind::decimal) | kind_bit(record::Kind::real);

bool worth_it(std::size_t distinct, std::size_t rows) { return distinct <= 2 || distinct * 4 <= rows; }

void append_codes(std::string& out, const std::vector<std::uint16_t>& codes, std::size_t distinct, EncodeContext& context) {
  std::string plane(codes.size(), '\0');
  for (unsigned shift = 0; shift == 0 || (shift == 8 && distinct > 256); shift += 8) {
    char* to = plane.data();
    for (const std::uint16_t code : codes) *to++ = static_cast<char>(code >> shift);
    context.bytes.append(out, plane);
  }
}

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  const bool numbers = (kinds & ~kNumbers) == 0;
  const std::size_t distinct_max = numbers ? kNumbersMax : kValuesMax;
  ValueTable table;
  std::vector<std::uint16_t> codes(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    prefetch_text(values, i);
    codes[i] = static_cast<std::uint16_t>(table.insert(values[i]).number);
    if (table.size() > distinct_max) return false;
    if (i + 1 == kTrialRows && table.size() * 4 > kTrialRows * 3) return false;
  }
  if (!worth_it(table.size(), values.size())) return false;
  if (table.size() > kIdsMax && are_hex_ids(table.items())) return false;

  std::string content;
  for (const record::Value& value : table.items()) append_value(content, value);
  base::append_varint(out, table.size());
  base::append_varint(out, content.size());
  content.size() < kLongContent ? context.bytes.append(out, content) : context.bytes.append_text(out, content);
  append_codes(out, codes, table.size(), context);
  context.distinct = table.items();
  return true;
}

// Both give the greatest. In pieces of one length, which cannot lie over each other: many codes are made at once.
constexpr std::size_t kPiece = 64;

std::uint16_t join_codes(std::string_view low, std::uint16_t* codes) {
  std::array<unsigned char, kPiece> most{};
  for (; low.size() >= kPiece; low.remove_prefix(kPiece), codes += kPiece) {
    std::array<unsigned char, kPiece> bytes;
    std::array<std::uint16_t, kPiece> wide;
    std::memcpy(bytes.data(), low.data(), kPiece);
    for (std::size_t i = 0; i < kPiece; ++i) wide[i] = bytes[i];
    for (std::size_t i = 0; i < kPiece; ++i) most[i] = std::max(most[i], bytes[i]);
    std::memcpy(codes, wide.data(), sizeof wide);
  }
  std::uint16_t greatest = *std::ranges::max_element(most);
  for (const char byte : low) greatest = std::max(greatest, *codes++ = static_cast<unsigned char>(byte));
  return greatest;
}

std::uint16_t join_codes(std::string_view low, std::string_view high, std::uint16_t* codes) {
  std::uint16_t greatest = 0;
  for (std::size_t i = 0; i < low.size(); ++i) {
    codes[i] = static_cast<std::uint16_t>(static_cast<unsigned char>(high[i]) << 8 | static_cast<unsigned char>(low[i]));
    greatest = std::max(greatest, codes[i]);
  }
  return greatest;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  const std::uint64_t size = from.read_varint();
  const std::uint64_t content_bytes = from.read_varint();
  if (from.failed() || size == 0 || size > kValuesMax || !context.take(content_bytes)) return false;
  base::ByteReader content(read_byte_stream(from, content_bytes, context.arena, failed));
  to.values.clear();
  for (std::uint64_t i = 0; i < size && !failed; ++i) to.values.push_back(read_value(content, failed));

  const std::string_view low = read_byte_stream(from, count, context.arena, failed);
  const std::string_view high = size > 256 ? read_byte_stream(from, count, context.arena, failed) : std::string_view{};
  if (failed || from.remaining() != 0 || content.remaining() != 0) return false;
  to.codes.resize(count);
  const std::uint16_t greatest = high.empty() ? join_codes(low, to.codes.data()) : join_codes(low, high, to.codes.data());
  return greatest < size;
}

}  // namespace

extern constexpr EncodingSpec kDictionary{
    .id = 17, .name = "dictionary", .summary = "few distinct values, one code a record", .encode = encode, .decode = decode};

}  // namespace logmill::store
