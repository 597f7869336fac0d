// A frame's payload to a batch. The checksum has held, but the bytes are believed no more for that:
// they may come from another program, or from an enemy.
#include <bit>
#include <span>

#include "base/bytes.h"
#include "codec/frame_format.h"
#include "codec/frame_payload.h"

namespace logmill::codec {
namespace {

using record::Kind;
using record::Value;

base::Error corrupt(std::string_view what) { return {base::ErrorCode::corrupt, "frame payload: " + std::string(what)}; }

template <std::integral T>
T at(std::string_view array, std::size_t index) {
  return base::load_le<T>(array.data() + index * sizeof(T));
}

// Hands out the values of one column in order.
class ColumnDecoder {
 public:
  ColumnDecoder(base::ByteReader& reader, std::vector<Value>& to) : reader_(reader), to_(to) {}

  // Appends `count` values.
  base::Status decode(std::size_t count) {
    switch (static_cast<Layout>(reader_.read<std::uint8_t>())) {
      case Layout::same: return decode_same(count);
      case Layout::strings: return decode_strings(count);
      case Layout::integers: return decode_integers(count);
      case Layout::decimals: return decode_decimals(count);
      case Layout::mixed: return decode_mixed(count);
    }
    return corrupt("unknown layout");
  }

 private:
  base::Status decode_same(std::size_t count) {
    LOGMILL_RETURN_IF_ERROR(decode_mixed(1));
    to_.resize(count, to_.front());
    return {};
  }

  base::Status decode_strings(std::size_t count) {
    const std::string_view lengths = reader_.read_bytes(count * sizeof(std::uint32_t));
    if (reader_.failed()) return corrupt("cut");
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < count; ++i) total += at<std::uint32_t>(lengths, i);
    std::string_view texts = reader_.read_bytes(total);
    if (reader_.failed()) return corrupt("texts beyond the end");
    const char* text = texts.data();
    for (std::size_t i = 0; i < count; ++i) {
      const auto size = at<std::uint32_t>(lengths, i);
      to_.push_back(Value::string({text, size}));
      text += size;
    }
    return {};
  }

  base::Status decode_integers(std::size_t count) {
    const std::string_view words = reader_.read_bytes(count * sizeof(std::int64_t));
    if (reader_.failed()) return corrupt("cut");
    for (std::size_t i = 0; i < count; ++i) to_.push_back(Value::integer(at<std::int64_t>(words, i)));
    return {};
  }

  base::Status decode_decimals(std::size_t count) {
    const unsigned scale = reader_.read<std::uint8_t>();
    const std::string_view words = reader_.read_bytes(count * sizeof(std::int64_t));
    if (reader_.failed()) return corrupt("cut");
    if (scale < 1 || scale > Value::kScaleMax) return corrupt("scale out of range");
    for (std::size_t i = 0; i < count; ++i) to_.push_back(Value::decimal(at<std::int64_t>(words, i), scale));
    return {};
  }

  base::Status decode_mixed(std::size_t count) {
    const std::string_view kinds = reader_.read_bytes(count);
    const std::string_view scales = reader_.read_bytes(count);
    const std::string_view words = reader_.read_bytes(count * sizeof(std::uint64_t));
    if (reader_.failed()) return corrupt("cut");
    for (std::size_t i = 0; i < count; ++i) {
      const auto kind = static_cast<Kind>(kinds[i]);
      const Value value = value_of(kind, static_cast<std::uint8_t>(scales[i]), at<std::uint64_t>(words, i));
      if (!value.present()) return corrupt("a value that no kind has");
      to_.push_back(value);
    }
    return {};
  }

  // Absent if the parts make no value. Texts follow the arrays, in order.
  Value value_of(Kind kind, unsigned scale, std::uint64_t word) {
    if ((kind == Kind::decimal) != (scale != 0) || scale > Value::kScaleMax) return {};
    switch (kind) {
      case Kind::null: return word == 0 ? Value::null() : Value{};
      case Kind::boolean: return word <= 1 ? Value::boolean(word == 1) : Value{};
      case Kind::integer: return Value::integer(static_cast<std::int64_t>(word));
      case Kind::decimal: return Value::decimal(static_cast<std::int64_t>(word), scale);
      case Kind::real: return Value::real(std::bit_cast<double>(word));
      case Kind::string:
      case Kind::json: {
        const std::string_view text = reader_.read_bytes(word);
        if (reader_.failed()) return {};
        return kind == Kind::string ? Value::string(text) : Value::json(text);
      }
      case Kind::absent: break;
    }
    return {};
  }

  base::ByteReader& reader_;
  std::vector<Value>& to_;
};

std::size_t count_bits(std::string_view bits) {
  std::size_t count = 0;
  for (const char byte : bits) count += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(byte)));
  return count;
}

// Moves dense values to their rows, from the back, so that none is overwritten.
void spread(std::vector<Value>& values, std::string_view present, std::size_t rows) {
  std::size_t next = values.size();
  values.resize(rows);
  for (std::size_t row = rows; row-- > 0;) {
    const bool has = (static_cast<unsigned char>(present[row / 8]) >> row % 8 & 1) != 0;
    values[row] = has ? values[--next] : Value{};
  }
}

base::Status decode_column(base::ByteReader& reader, std::size_t rows, record::Batch& batch) {
  const std::string_view name = reader.read_string();
  const auto has_absent = reader.read<std::uint8_t>();
  if (reader.failed() || has_absent > 1) return corrupt("column header");
  std::vector<Value>& values = batch.columns()[batch.column_index(name)].values;
  if (!values.empty()) return corrupt("two columns of one name");
  values.reserve(rows);
  if (has_absent == 0) return ColumnDecoder(reader, values).decode(rows);

  const std::string_view present = reader.read_bytes((rows + 7) / 8);
  if (reader.failed()) return corrupt("cut");
  const std::size_t count = count_bits(present);
  const bool stray = rows % 8 != 0 && static_cast<unsigned char>(present.back()) >> rows % 8 != 0;
  if (count == 0 || stray) return corrupt("presence bits");
  LOGMILL_RETURN_IF_ERROR(ColumnDecoder(reader, values).decode(count));
  spread(values, present, rows);
  return {};
}

base::Status decode_fixed_columns(base::ByteReader& reader, std::size_t rows, record::Batch& batch) {
  const std::string_view times = reader.read_bytes(rows * sizeof(std::int64_t));
  const std::string_view levels = reader.read_bytes(rows);
  const auto has_positions = reader.read<std::uint8_t>();
  const std::string_view positions = reader.read_bytes(has_positions == 1 ? rows * sizeof(std::uint32_t) : 0);
  if (reader.failed() || has_positions > 1) return corrupt("cut");
  for (std::size_t row = 0; row < rows; ++row) {
    batch.add_row();
    batch.times()[row] = at<std::int64_t>(times, row);
    const auto level = static_cast<std::uint8_t>(levels[row]);
    if (level >= record::kSeverities) return corrupt("unknown level");
    batch.levels()[row] = static_cast<record::Severity>(level);
    if (has_positions == 1) batch.positions().push_back(at<std::uint32_t>(positions, row));
  }
  return {};
}

}  // namespace

base::Status decode_frame_payload(std::string_view payload, std::size_t records, record::Batch& batch) {
  base::ByteReader reader(payload);
  LOGMILL_RETURN_IF_ERROR(decode_fixed_columns(reader, records, batch));
  const std::uint64_t columns = reader.read<std::uint32_t>();
  if (reader.failed()) return corrupt("cut");
  if (columns > 0 && records == 0) return corrupt("columns without records");
  if (columns * records > kFrameCellsMax) return corrupt("too many cells");
  for (std::uint64_t column = 0; column < columns; ++column) LOGMILL_RETURN_IF_ERROR(decode_column(reader, records, batch));
  if (reader.remaining() != 0) return corrupt("bytes after the last column");
  return {};
}

}  // namespace logmill::codec
