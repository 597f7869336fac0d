// integers = integers(rows)
#include "store/encoding.h"

namespace logmill::store {
namespace {

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (kinds != kind_bit(record::Kind::integer)) return false;
  std::vector<std::int64_t> integers(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) integers[i] = values[i].integer();
  context.integers.append(out, integers);
  return true;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  std::vector<std::int64_t> integers(count);
  read_integers(from, integers, context.arena, failed);
  if (failed || from.remaining() != 0) return false;
  to.values.resize(count);
  for (std::size_t i = 0; i < count; ++i) to.values[i] = record::Value::integer(integers[i]);
  return true;
}

bool decode_numbers(std::string_view bytes, std::size_t count, DecodeContext& context, NumberColumn& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  to.digits.resize(count);
  read_integers(from, to.digits, context.arena, failed);
  return !failed && from.remaining() == 0;
}

}  // namespace

extern constexpr EncodingSpec kIntegers{.id = 18,
                                        .name = "integers",
                                        .summary = "integers as byte planes",
                                        .encode = encode,
                                        .decode = decode,
                                        .decode_numbers = decode_numbers};

}  // namespace logmill::store
