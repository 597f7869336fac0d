// text = kind:u8 bytes:varint integers(rows) byte_stream(bytes)      lengths, then the texts one
// after another
//   kind is that of strings or of JSON text (record::Kind).
#include "store/encoding.h"
#include "store/short_text.h"

namespace logmill::store {
namespace {

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (kinds != kind_bit(record::Kind::string) && kinds != kind_bit(record::Kind::json)) return false;
  std::vector<std::int64_t> lengths(values.size());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    lengths[i] = static_cast<std::int64_t>(values[i].text().size());
    bytes += values[i].text().size();
  }
  out.push_back(static_cast<char>(values[0].kind()));
  base::append_varint(out, bytes);
  context.integers.append(out, lengths);
  context.bytes.append_texts(out, values, bytes);
  return true;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  const auto kind = static_cast<record::Kind>(from.read<std::uint8_t>());
  const std::uint64_t text_bytes = from.read_varint();
  if (from.failed() || (kind != record::Kind::string && kind != record::Kind::json) || !context.take(text_bytes)) return false;
  std::vector<std::int64_t> lengths(count);
  read_integers(from, lengths, context.arena, failed);
  base::ByteReader texts(read_byte_stream(from, text_bytes, context.arena, failed));
  if (failed || from.remaining() != 0) return false;
  to.values.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view text = texts.read_bytes(static_cast<std::uint64_t>(lengths[i]));
    to.values[i] = kind == record::Kind::json ? record::Value::json(text) : record::Value::string(text);
  }
  return !texts.failed() && texts.remaining() == 0;
}

}  // namespace

extern constexpr EncodingSpec kText{
    .id = 23, .name = "text", .summary = "strings or JSON text, lengths and bytes", .encode = encode, .decode = decode};

}  // namespace logmill::store
