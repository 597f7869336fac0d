// How the values of one field in one block become bytes. Layouts: docs/formats/segment.md,
// section 5.
//
// An encoding is one constant EncodingSpec in encode_<name>.cc, listed in encoding_table.cc. Each
// gives back the very same Values or declines them: 12.50 stays 12.50, "007" stays "007".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/result.h"
#include "record/value.h"
#include "store/byte_stream.h"
#include "store/column_data.h"
#include "store/integer_stream.h"

namespace logmill::store {

// Which kinds of values occur: bit 1 << kind.
using KindSet = std::uint8_t;
constexpr KindSet kind_bit(record::Kind kind) { return static_cast<KindSet>(1u << static_cast<unsigned>(kind)); }

// What encoders share: the compressors, and what one column's encoding tells about it.
// Thread-compatible: each thread that makes blocks has its own.
struct EncodeContext {
  explicit EncodeContext(int zstd_level) : bytes(zstd_level), integers(bytes) {}
  ByteStreamWriter bytes;
  IntegerStreamWriter integers;
  // The distinct values of the column that was encoded last, if its encoding came to know them:
  // else empty.
  std::vector<record::Value> distinct;
};

// Where a decoder puts what it finds. Text lies in `arena` or in the encoded bytes.
struct DecodeContext {
  base::Arena& arena;
  // Text bytes that may still be made of this column: see kColumnBytesMax.
  std::uint64_t bytes_left;

  // Whether `bytes` more may be made; they are then counted.
  bool take(std::uint64_t bytes) {
    if (bytes > bytes_left) return false;
    bytes_left -= bytes;
    return true;
  }
};

struct EncodingSpec {
  std::uint8_t id;  // on disk: never reused
  std::string_view name;
  std::string_view summary;
  // Appends `values`, at least one and none absent, whose kinds are `kinds`; false if they are not
  // for this encoding (`out` may then have grown).
  bool (*encode)(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out);
  // Makes `count` values, at least one, of `bytes`. False: damaged.
  bool (*decode)(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to);
  // Makes `to.digits` and `to.scale` where these are all there is to know. False: there is more, or it is damaged; `decode` tells. nullptr:
  // never.
  bool (*decode_numbers)(std::string_view bytes, std::size_t count, DecodeContext& context, NumberColumn& to) = nullptr;
};

// In the order in which they are tried.
std::span<const EncodingSpec* const> encodings();
// nullptr if this version does not know it.
const EncodingSpec* find_encoding(std::uint8_t id);

KindSet kinds_of(std::span<const record::Value> values);
// Appends `values` (at least one, of `kinds`, none absent) in the first encoding that fits, and
// returns it.
const EncodingSpec& encode_values(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out);

// Whether the encoding hex_ids takes them.
bool are_hex_ids(std::span<const record::Value> values);

// One value with its kind, self-delimiting: in dictionaries, constants and value counts.
void append_value(std::string& out, const record::Value& value);
// Text points into the reader's bytes. `failed` if it is not one.
record::Value read_value(base::ByteReader& from, bool& failed);

}  // namespace logmill::store
