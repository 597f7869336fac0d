// Values of several kinds in one column: their kinds, then a column of each kind.
//
// mixed = byte_stream(rows) (encoding:u8 length:varint byte{length}){kinds}
//   The stream holds the kind of each row; the columns follow in order of kind, none of them mixed
//   again.
#include <array>
#include <bit>

#include "store/encoding.h"

namespace logmill::store {
namespace {

constexpr std::size_t kKinds = static_cast<std::size_t>(record::Kind::json) + 1;

bool encode(std::span<const record::Value> values, KindSet, EncodeContext& context, std::string& out) {
  std::string kinds(values.size(), '\0');
  std::array<std::vector<record::Value>, kKinds> by_kind;
  for (std::size_t i = 0; i < values.size(); ++i) {
    kinds[i] = static_cast<char>(values[i].kind());
    by_kind[static_cast<std::size_t>(values[i].kind())].push_back(values[i]);
  }
  context.bytes.append(out, kinds);
  for (const std::vector<record::Value>& column : by_kind) {
    if (column.empty()) continue;
    std::string content;
    const EncodingSpec& spec = encode_values(column, kind_bit(column[0].kind()), context, content);
    out.push_back(static_cast<char>(spec.id));
    base::append_string(out, content);
  }
  context.distinct.clear();  // those of the last kind are not all
  return true;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to);

}  // namespace

extern constexpr EncodingSpec kMixed{
    .id = 24, .name = "mixed", .summary = "values of several kinds, a column of each", .encode = encode, .decode = decode};

namespace {

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  const std::string_view kinds = read_byte_stream(from, count, context.arena, failed);
  if (failed) return false;
  std::array<std::size_t, kKinds> counts{};
  for (const char kind : kinds) {
    if (kind <= 0 || static_cast<std::size_t>(kind) >= kKinds) return false;
    ++counts[static_cast<std::size_t>(kind)];
  }
  std::array<ColumnData, kKinds> columns;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    if (counts[kind] == 0) continue;
    const EncodingSpec* spec = find_encoding(from.read<std::uint8_t>());
    const std::string_view content = from.read_string();
    if (from.failed() || spec == nullptr || spec == &kMixed) return false;
    if (!spec->decode(content, counts[kind], context, columns[kind])) return false;
  }
  std::array<std::size_t, kKinds> next{};
  to.values.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto kind = static_cast<std::size_t>(kinds[i]);
    to.values[i] = columns[kind].at(next[kind]++);
  }
  return from.remaining() == 0;
}

}  // namespace
}  // namespace logmill::store
