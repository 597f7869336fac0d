#include "store/rare_columns.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

#include "store/segment_format.h"

namespace logmill::store {
namespace {

constexpr char kOldByField = 0;  // read only
constexpr char kByRow = 1;
constexpr char kByField = 2;
constexpr char kByListedRow = 3;
// So much of the layout by row is made to see whether it pays.
constexpr std::size_t kTrialBytes = 2 << 20;

}  // namespace

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
  const std::size_t start = out.size();
  out.push_back(kByField);
  from.append_by_field(out, context);
  const auto layout = from.choose_by_row(out.size() - start, context);
  if (!layout) return;
  std::size_t cells = 0;
  const std::string rows = from.rows_content(*layout, SIZE_MAX, cells);
  std::string by_row(1, *layout);
  base::append_varint(by_row, rows.size());
  context.bytes.append_hard(by_row, rows);
  if (by_row.size() < out.size() - start) out.replace(start, std::string::npos, by_row);
}

// As far as the first rows tell.
std::optional<char> RareValues::choose_by_row(std::size_t by_field_bytes, EncodeContext& context) const {
  std::optional<char> chosen;
  auto least = static_cast<double>(by_field_bytes);
  std::size_t row_bytes = 0;
  for (const char layout : {kByRow, kByListedRow}) {
    // More records are better off as columns, which are read one by one, where these are about as small.
    if (row_bytes > kSmallBytes) break;
    std::size_t cells = 0;
    std::string compressed;
    const std::string rows = rows_content(layout, kTrialBytes, cells);
    row_bytes = rows.size();
    rows.size() <= kTinyBytes ? context.bytes.append_hard(compressed, rows) : context.bytes.append_text(compressed, rows);
    const double bytes = static_cast<double>(compressed.size()) * static_cast<double>(rows_.size()) / static_cast<double>(cells);
    if (bytes >= least) continue;
    least = bytes;
    chosen = layout;
  }
  return chosen;
}

void RareValues::append_names(std::string& out, const std::vector<Field>& fields, EncodeContext& context) {
  std::string names;
  std::vector<std::int64_t> lengths;
  for (const Field& field : fields) {
    names += field.name;
    lengths.push_back(static_cast<std::int64_t>(field.name.size()));
  }
  base::append_varint(out, fields.size());
  context.integers.append(out, lengths);
  base::append_varint(out, names.size());
  context.bytes.append_text(out, names);
}

void RareValues::append_by_field(std::string& out, EncodeContext& context) const {
  std::vector<Field> fields = fields_;
  std::ranges::sort(fields, {}, &Field::name);
  append_names(out, fields, context);
  std::vector<std::int64_t> counts, steps;
  std::vector<record::Value> values;
  for (const Field& field : fields) {
    counts.push_back(static_cast<std::int64_t>(field.count));
    std::uint32_t last = 0;
    for (std::size_t i = field.first; i < field.first + field.count; ++i) {
      steps.push_back(rows_[i] - last);
      values.push_back(values_[i]);
      last = rows_[i];
    }
  }
  context.integers.append(out, counts);
  context.integers.append(out, steps);
  const std::size_t encoding_at = out.size();
  out.push_back(0);
  out[encoding_at] = static_cast<char>(encode_values(values, kinds_of(values), context, out).id);
}

std::string RareValues::rows_content(char layout, std::size_t bytes_max, std::size_t& taken) const {
  struct Cell {
    std::uint32_t number;
    const record::Value* value;
  };
  std::vector<std::uint32_t> ends(*std::ranges::max_element(rows_) + 2,
                                  0);  // of each row's cells, once they are placed
  for (const std::uint32_t row : rows_) ++ends[row + 1];
  for (std::size_t row = 1; row < ends.size(); ++row) ends[row] += ends[row - 1];
  std::vector<Cell> cells(rows_.size());
  for (std::uint32_t number = 0; number < fields_.size(); ++number)
    for (std::size_t i = fields_[number].first; i < fields_[number].first + fields_[number].count; ++i)
      cells[ends[rows_[i]]++] = {number, &values_[i]};
  const bool listed = layout == kByListedRow;
  std::string content;
  std::span<const Cell> before;  // the row before
  taken = 0;
  for (std::size_t row = 0; row + 1 < ends.size() && content.size() < bytes_max; ++row) {
    const std::span<const Cell> fields = std::span(cells).subspan(taken, ends[row] - taken);
    const bool like_before = listed && row > 0 && std::ranges::equal(fields, before, {}, &Cell::number, &Cell::number);
    base::append_varint(content, like_before ? 0 : fields.size() + (listed ? 1 : 0));
    for (const Cell& cell : fields) {
      if (!like_before) base::append_string(content, fields_[cell.number].name);
      if (!listed) append_value(content, *cell.value);
    }
    for (std::size_t i = 0; listed && i < fields.size(); ++i) append_value(content, *fields[i].value);
    before = fields;
    taken = ends[row];
  }
  return content;
}

namespace {

bool read_names(base::ByteReader& from, char layout, DecodeContext& context, std::vector<std::string>& names) {
  bool failed = false;
  const std::uint64_t count = from.read_varint();
  if (from.failed() || count == 0 || count > kColumnsMax) return false;
  std::vector<std::int64_t> lengths(layout == kByField ? count : 0);
  read_integers(from, lengths, context.arena, failed);
  const std::uint64_t bytes = from.read_varint();
  if (failed || from.failed() || bytes > kColumnNamesBytesMax) return false;
  base::ByteReader content(read_byte_stream(from, bytes, context.arena, failed));
  for (std::uint64_t i = 0; i < count; ++i)
    names.emplace_back(layout == kByField ? content.read_bytes(static_cast<std::uint64_t>(lengths[i])) : content.read_string());
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

bool read_by_field(base::ByteReader& from, std::string_view bytes, std::size_t block_rows, DecodeContext& context, RareColumns& to) {
  if (!read_names(from, bytes.front(), context, to.names) || !read_counts(from, block_rows, context, to) ||
      !read_rows(from, block_rows, context, to))
    return false;
  to.order.resize(to.names.size());
  std::iota(to.order.begin(), to.order.end(), 0);
  const EncodingSpec* spec = find_encoding(from.read<std::uint8_t>());
  if (spec == nullptr) return false;
  return spec->decode(bytes.substr(bytes.size() - from.remaining()), to.rows.size(), context, to.values);
}

struct RowField {
  std::size_t number;  // in order of first appearance
  std::vector<std::uint32_t> rows;
  std::vector<record::Value> values;
};
using RowFields = std::map<std::string_view, RowField>;

// The field of that name; nullptr: damaged.
RowField* read_field(base::ByteReader& content, DecodeContext& context, RowFields& fields) {
  constexpr std::size_t kOfName = 128;
  const std::string_view name = content.read_string();
  if (content.failed()) return nullptr;
  const auto [found, added] = fields.try_emplace(name, RowField{fields.size(), {}, {}});
  if (added && (fields.size() > kColumnsMax || !context.take(kOfName))) return nullptr;
  return &found->second;
}

bool read_field_value(base::ByteReader& content, std::uint32_t row, DecodeContext& context, RowField& field) {
  constexpr std::size_t kOfValue = 2 * (sizeof(record::Value) + sizeof(std::uint32_t));
  bool failed = !field.rows.empty() && field.rows.back() == row;
  const record::Value value = read_value(content, failed);
  if (failed || content.failed() || !context.take(kOfValue)) return false;
  field.rows.push_back(row);
  field.values.push_back(value);
  return true;
}

bool read_rows_fields(base::ByteReader& content, std::size_t block_rows, DecodeContext& context, RowFields& fields) {
  for (std::uint32_t row = 0; content.remaining() > 0; ++row) {
    if (row == block_rows) return false;
    for (std::uint64_t left = content.read_varint(); left > 0; --left) {
      RowField* const field = read_field(content, context, fields);
      if (field == nullptr || !read_field_value(content, row, context, *field)) return false;
    }
  }
  return true;
}

bool read_listed_rows_fields(base::ByteReader& content, std::size_t block_rows, DecodeContext& context, RowFields& fields) {
  std::vector<RowField*> list;
  for (std::uint32_t row = 0; content.remaining() > 0; ++row) {
    if (row == block_rows) return false;
    const std::uint64_t count = content.read_varint();
    if (row == 0 && count == 0) return false;
    if (count > 0) list.clear();
    for (std::uint64_t left = count; left > 1; --left)
      if (list.emplace_back(read_field(content, context, fields)) == nullptr) return false;
    for (RowField* field : list)
      if (!read_field_value(content, row, context, *field)) return false;
  }
  return true;
}

bool read_by_row(base::ByteReader& from, char layout, std::size_t block_rows, DecodeContext& context, RareColumns& to) {
  bool failed = false;
  const std::uint64_t bytes = from.read_varint();
  if (from.failed() || !context.take(bytes)) return false;
  base::ByteReader content(read_byte_stream(from, bytes, context.arena, failed));
  RowFields fields;
  const auto read = layout == kByRow ? read_rows_fields : read_listed_rows_fields;
  if (failed || from.remaining() > 0 || !read(content, block_rows, context, fields) || content.failed() || fields.empty()) return false;
  to.firsts.assign(1, 0);
  to.order.resize(fields.size());
  for (const auto& [name, field] : fields) {
    to.order[field.number] = to.names.size();
    to.names.emplace_back(name);
    to.rows.insert(to.rows.end(), field.rows.begin(), field.rows.end());
    to.values.values.insert(to.values.values.end(), field.values.begin(), field.values.end());
    to.firsts.push_back(to.rows.size());
  }
  return true;
}

}  // namespace

bool read_rare_columns(std::string_view bytes, std::size_t block_rows, DecodeContext& context, RareColumns& to) {
  base::ByteReader from(bytes);
  const char layout = static_cast<char>(from.read<std::uint8_t>());
  if (from.failed() || layout < kOldByField || layout > kByListedRow) return false;
  return layout == kByRow || layout == kByListedRow ? read_by_row(from, layout, block_rows, context, to)
                                                    : read_by_field(from, bytes, block_rows, context, to);
}

}  // namespace logmill::store
