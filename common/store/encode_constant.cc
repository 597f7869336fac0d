// constant = value                    every row has it
#include "store/encoding.h"
#include "store/value_table.h"

namespace logmill::store {
namespace {

// What is longer is left to the dictionary, which compresses it.
constexpr std::size_t kTextBytesMax = 256;

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (!std::has_single_bit(kinds) || (values[0].is_text() && values[0].text().size() > kTextBytesMax)) return false;
  for (const record::Value& value : values)
    if (!same(value, values[0])) return false;
  append_value(out, values[0]);
  context.distinct.assign(1, values[0]);
  return true;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext&, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  to.values.assign(1, read_value(from, failed));
  to.codes.assign(count, 0);
  return !failed && from.remaining() == 0;
}

}  // namespace

extern constexpr EncodingSpec kConstant{
    .id = 16, .name = "constant", .summary = "the same value in every record", .encode = encode, .decode = decode};

}  // namespace logmill::store
