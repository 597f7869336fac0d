#include "store/rare_columns.h"

#include <algorithm>
#include <bit>

#include "store/segment_format.h"

namespace logmill::store {

std::optional<std::size_t> RareColumns::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(names, name);
  if (found == names.end() || *found != name) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

KindSet RareColumns::kinds(std::size_t column) const {
  KindSet kinds = 0;
  for (std::size_t i = firsts[column]; i < firsts[column + 1]; ++i) kinds |= kind_bit(values.at(i).kind());
  return kinds;
}

ColumnData RareColumns::spread(std::size_t column, std::size_t block_rows) const {
  ColumnData data;
  data.values.resize(block_rows);
  for (std::size_t i = firsts[column]; i < firsts[column + 1]; ++i) data.values[rows[i]] = values.at(i);
  return data;
}

void RareValues::add(std::string_view name, std::string_view bitmap, std::span<const record::Value> values) {
  fields_.push_back({name, rows_.size(), values.size()});
  values_.insert(values_.end(), values.begin(), values.end());
  if (bitmap.empty())
    for (std::uint32_t row = 0; row < values.size(); ++row) rows_.push_back(row);
  for (std::size_t byte = 0; byte < bitmap.size(); ++byte)
    for (auto bits = static_cast<unsigned char>(bitmap[byte]); bits != 0; bits &= static_cast<unsigned char>(bits - 1))
      rows_.push_back(static_cast<std::uint32_t>(8 * byte) + static_cast<std::uint32_t>(std::countr_zero(bits)));
}

void append_rare_columns(std::string& out, RareValues& from, EncodeContext& context) {
  std::ranges::sort(from.fields_, {}, &RareValues::Field::name);
  std::string names;
  std::vector<std::int64_t> counts, steps;
  std::vector<record::Value> values;
  for (const RareValues::Field& field : from.fields_) {
    base::append_string(names, field.name);
    counts.push_back(static_cast<std::int64_t>(field.count));
    std::uint32_t last = 0;
    for (std::size_t i = field.first; i < field.first + field.count; ++i) {
      steps.push_back(from.rows_[i] - last);
      values.push_back(from.values_[i]);
      last = from.rows_[i];
    }
  }
  base::append_varint(out, from.fields_.size());
  base::append_varint(out, names.size());
  context.bytes.append_text(out, names);
  context.integers.append(out, counts);
  context.integers.append(out, steps);
  const std::size_t encoding_at = out.size();
  out.push_back(0);
  out[encoding_at] = static_cast<char>(encode_values(values, kinds_of(values), context, out).id);
}

namespace {

bool read_names(base::ByteReader& from, DecodeContext& context, std::vector<std::string>& names) {
  bool failed = false;
  const std::uint64_t count = from.read_varint();
  const std::uint64_t bytes = from.read_varint();
  if (from.failed() || count == 0 || count > kColumnsMax || bytes > kColumnNamesBytesMax || count > bytes + 1)
    return false;
  base::ByteReader content(read_byte_stream(from, bytes, context.arena, failed));
  for (std::uint64_t i = 0; i < count; ++i) names.emplace_back(content.read_string());
  return !failed && !content.failed() && content.remaining() == 0 &&
         std::ranges::adjacent_find(names, std::greater_equal<>()) == names.end();
}

// How many values each name has; their sum is bounded by what the budget of the column allows.
bool read_counts(base::ByteReader& from, std::size_t block_rows, DecodeContext& context, RareColumns& to) {
  bool failed = false;
  std::vector<std::int64_t> counts(to.names.size());
  read_integers(from, counts, context.arena, failed);
  to.firsts.assign(1, 0);
  for (const std::int64_t count : counts) {
    if (count < 1 || static_cast<std::uint64_t>(count) > block_rows) return false;
    to.firsts.push_back(to.firsts.back() + static_cast<std::size_t>(count));
  }
  return !failed && context.take(to.firsts.back() * (sizeof(record::Value) + sizeof(std::int64_t)));
}

bool read_rows(base::ByteReader& from, std::size_t block_rows, DecodeContext& context, RareColumns& to) {
  bool failed = false;
  std::vector<std::int64_t> steps(to.firsts.back());
  read_integers(from, steps, context.arena, failed);
  if (failed) return false;
  to.rows.resize(steps.size());
  for (std::size_t column = 0; column < to.names.size(); ++column) {
    std::uint64_t row = 0;
    for (std::size_t i = to.firsts[column]; i < to.firsts[column + 1]; ++i) {
      const auto step = static_cast<std::uint64_t>(steps[i]);
      const bool first = i == to.firsts[column];
      if (step >= block_rows || (step == 0 && !first) || row + step >= block_rows) return false;
      to.rows[i] = static_cast<std::uint32_t>(row += step);
    }
  }
  return true;
}

}  // namespace

bool read_rare_columns(std::string_view bytes, std::size_t block_rows, DecodeContext& context, RareColumns& to) {
  base::ByteReader from(bytes);
  if (!read_names(from, context, to.names) || !read_counts(from, block_rows, context, to) ||
      !read_rows(from, block_rows, context, to))
    return false;
  const EncodingSpec* spec = find_encoding(from.read<std::uint8_t>());
  if (spec == nullptr) return false;
  return spec->decode(bytes.substr(bytes.size() - from.remaining()), to.rows.size(), context, to.values);
}

}  // namespace logmill::store
