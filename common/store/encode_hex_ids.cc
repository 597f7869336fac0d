// Identifiers of one length in hexadecimal, as UUIDs or as MAC addresses: half the bytes, and a
// repeated one by reference.
//
// hex_ids = form:u8 length:u8 distinct:varint integers(rows) byte_stream(distinct){length / 2}
//   form bit 0: letters are capitals; bit 1: UUID, dashes left out of `length` (32); bit 2: pairs
//   of digits with colons between them, left out of `length`. Integer i is 0 if row i brings the
//   next new id, else how many new ids ago its own was brought (1 is the latest). The streams are
//   the planes of the new ids: all first bytes, all second bytes, …
//
// Counting the distance in new ids, not in rows, keeps references small where records of one trace
// come close together.
#include <array>
#include <cstring>

#include "store/encoding.h"
#include "store/value_table.h"

namespace logmill::store {
namespace {

constexpr unsigned kCapitals = 1;
constexpr unsigned kUuid = 2;
constexpr unsigned kPairs = 4;
constexpr std::size_t kDigitsMin = 8;   // shorter ones are numbers or words
constexpr std::size_t kDigitsMax = 64;  // SHA-256
constexpr std::size_t kUuidLength = 36;
constexpr std::size_t kUuidDigits = 32;
constexpr std::uint8_t kNotHex = 0xff;

constexpr std::array<std::uint8_t, 256> digit_values(bool capitals) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotHex);
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) values[(capitals ? 'A' : 'a') + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}
constexpr std::array<std::uint8_t, 256> kLowerValues = digit_values(false);
constexpr std::array<std::uint8_t, 256> kCapitalValues = digit_values(true);

// Whether a dash stands before digit `i` of a UUID.
constexpr bool dash_before(std::size_t i) { return i == 8 || i == 12 || i == 16 || i == 20; }

bool is_uuid_shape(std::string_view text) {
  return text.size() == kUuidLength && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

// 00:1b:44:11:3a:b7
bool is_pairs_shape(std::string_view text) {
  if (text.size() % 3 != 2) return false;
  for (std::size_t i = 2; i < text.size(); i += 3)
    if (text[i] != ':') return false;
  return true;
}

unsigned shape_of(std::string_view text) { return is_uuid_shape(text) ? kUuid : is_pairs_shape(text) ? kPairs : 0; }
bool has_shape(std::string_view text, unsigned shape) {
  return shape == kUuid ? is_uuid_shape(text) : shape != kPairs || is_pairs_shape(text);
}

// The digits without dashes and colons; `to` holds kDigitsMax.
std::string_view digits_of(std::string_view text, unsigned shape, char* to) {
  if (shape == 0) return text;
  if (shape == kPairs) {
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); i += 3) {
      to[digits++] = text[i];
      to[digits++] = text[i + 1];
    }
    return {to, digits};
  }
  std::memcpy(to, text.data(), 8);
  std::memcpy(to + 8, text.data() + 9, 4);
  std::memcpy(to + 12, text.data() + 14, 4);
  std::memcpy(to + 16, text.data() + 19, 4);
  std::memcpy(to + 20, text.data() + 24, 12);
  return {to, kUuidDigits};
}

bool append_binary(std::string& out, std::string_view digits, bool capitals) {
  const auto& values = capitals ? kCapitalValues : kLowerValues;
  std::uint8_t seen = 0;
  const std::size_t start = out.size();
  out.resize(start + digits.size() / 2);
  char* to = out.data() + start;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const std::uint8_t high = values[static_cast<unsigned char>(digits[i])];
    const std::uint8_t low = values[static_cast<unsigned char>(digits[i + 1])];
    seen |= high | low;
    *to++ = static_cast<char>(high << 4 | low);
  }
  return (seen & 0xf0) == 0;  // kNotHex would have set them
}

bool has_capital(std::string_view text) { return text.find_first_of("ABCDEF") != std::string_view::npos; }

void append_planes(std::string& out, std::string_view ids, std::size_t id_bytes, EncodeContext& context) {
  std::string plane(ids.size() / id_bytes, '\0');
  for (std::size_t p = 0; p < id_bytes; ++p) {
    const char* from = ids.data() + p;
    for (char *to = plane.data(), *const end = to + plane.size(); to != end; from += id_bytes) *to++ = *from;
    context.bytes.append(out, plane);
  }
}

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (kinds != kind_bit(record::Kind::string)) return false;
  const std::size_t length = values[0].text().size();
  const unsigned shape = shape_of(values[0].text());
  const std::size_t digits = shape == kUuid ? kUuidDigits : shape == kPairs ? (length + 1) / 3 * 2 : length;
  if (digits < kDigitsMin || digits > kDigitsMax || digits % 2 != 0) return false;
  bool capitals = has_capital(values[0].text());

  TextTable table;
  std::string ids;
  std::vector<std::int64_t> references(values.size());
  char scratch[kDigitsMax];
  for (std::size_t i = 0; i < values.size(); ++i) {
    prefetch_text(values, i);
    const std::string_view text = values[i].text();
    if (text.size() != length || !has_shape(text, shape)) return false;
    const auto [number, added] = table.insert(text);
    references[i] = added ? 0 : static_cast<std::int64_t>(table.size() - number);
    if (!added) continue;
    if (!append_binary(ids, digits_of(text, shape, scratch), capitals)) return false;
  }
  out.push_back(static_cast<char>((capitals ? kCapitals : 0) | shape));
  out.push_back(static_cast<char>(digits));
  base::append_varint(out, table.size());
  context.integers.append(out, references);
  append_planes(out, ids, digits / 2, context);
  for (const std::string_view text : table.items()) context.distinct.push_back(record::Value::string(text));
  return true;
}

using Pairs = std::array<std::array<char, 2>, 256>;
constexpr Pairs digit_pairs(std::string_view alphabet) {
  Pairs pairs{};
  for (unsigned byte = 0; byte < 256; ++byte) pairs[byte] = {alphabet[byte >> 4], alphabet[byte & 15]};
  return pairs;
}
constexpr Pairs kLowerPairs = digit_pairs("0123456789abcdef");
constexpr Pairs kCapitalPairs = digit_pairs("0123456789ABCDEF");

// Byte p of id i is planes[p][i]. The texts stand one behind the other.
template <class Between>
void render(std::span<const std::string_view> planes, std::size_t ids, const Pairs& pairs, char* to, Between between) {
  for (std::size_t i = 0; i < ids; ++i)
    for (std::size_t p = 0; p < planes.size(); ++p) {
      to = between(p, to);
      std::memcpy(to, pairs[static_cast<unsigned char>(planes[p][i])].data(), 2);
      to += 2;
    }
}

void render(std::span<const std::string_view> planes, std::size_t ids, unsigned form, char* to) {
  const Pairs& pairs = form & kCapitals ? kCapitalPairs : kLowerPairs;
  const auto put = [](char* at, bool wanted, char separator) {
    if (wanted) *at++ = separator;
    return at;
  };
  if (form & kUuid)
    render(planes, ids, pairs, to, [&](std::size_t p, char* at) { return put(at, dash_before(2 * p), '-'); });
  else if (form & kPairs)
    render(planes, ids, pairs, to, [&](std::size_t p, char* at) { return put(at, p > 0, ':'); });
  else
    render(planes, ids, pairs, to, [](std::size_t, char* at) { return at; });
}

// From how many new ids ago each row's came. Which rows bring one is as good as random: no branches.
bool number_ids(std::span<const std::int64_t> references, std::uint64_t distinct, std::uint16_t* codes) {
  std::uint64_t brought = 0;
  bool good = true;
  for (const std::int64_t reference : references) {
    const auto back = static_cast<std::uint64_t>(reference);
    good &= back <= brought;
    *codes++ = static_cast<std::uint16_t>(brought - back);
    brought += back == 0;
  }
  return good && brought == distinct;
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  base::ByteReader from(bytes);
  bool failed = false;
  const unsigned form = from.read<std::uint8_t>();
  const std::size_t digits = from.read<std::uint8_t>();
  const std::uint64_t distinct = from.read_varint();
  if (from.failed() || form > (kCapitals | kPairs) || digits == 0 || digits > kDigitsMax || digits % 2 != 0 || distinct == 0 ||
      distinct > count || (form & kUuid && digits != kUuidDigits))
    return false;
  std::vector<std::int64_t> references(count);
  read_integers(from, references, context.arena, failed);
  std::array<std::string_view, kDigitsMax / 2> planes;
  const std::span<std::string_view> used = std::span(planes).first(digits / 2);
  for (std::string_view& plane : used) plane = read_byte_stream(from, distinct, context.arena, failed);
  if (failed || from.remaining() != 0) return false;

  const std::size_t length = form & kUuid ? kUuidLength : form & kPairs ? digits / 2 * 3 - 1 : digits;
  char* const texts = context.arena.allocate(distinct * length);
  render(used, distinct, form, texts);
  to.values.resize(distinct);
  for (std::size_t i = 0; i < distinct; ++i) to.values[i] = record::Value::string({texts + i * length, length});
  to.codes.resize(count);
  return number_ids(references, distinct, to.codes.data());
}

}  // namespace

bool are_hex_ids(std::span<const record::Value> values) {
  const std::string_view first = values[0].is_text() ? values[0].text() : std::string_view{};
  const unsigned shape = shape_of(first);
  const bool capitals = has_capital(first);
  char scratch[kDigitsMax];
  std::string ids;
  for (const record::Value& value : values) {
    if (value.kind() != record::Kind::string || value.text().size() != first.size() || !has_shape(value.text(), shape)) return false;
    if (first.size() > kDigitsMax) return false;
    const std::string_view digits = digits_of(value.text(), shape, scratch);
    if (digits.size() < kDigitsMin || digits.size() % 2 != 0 || !append_binary(ids, digits, capitals)) return false;
  }
  return true;
}

extern constexpr EncodingSpec kHexIds{
    .id = 21, .name = "hex_ids", .summary = "hexadecimal ids and UUIDs as bytes, repeats by reference", .encode = encode, .decode = decode};

}  // namespace logmill::store
