// A batch's rows to a frame's payload: column by column, each in the narrowest layout that all its
// values fit.
#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "codec/frame_format.h"
#include "codec/frame_payload.h"

namespace logmill::codec {
namespace {

using record::Kind;
using record::Value;

template <class T, class Items, class Project>
void append_array(base::OutBuffer& out, const Items& items, Project project) {
  char* to = out.extend(items.size() * sizeof(T));
  for (const auto& item : items) {
    base::store_le(to, static_cast<T>(project(item)));
    to += sizeof(T);
  }
}

void append_texts(base::OutBuffer& out, std::span<const Value> values) {
  std::size_t size = 0;
  for (const Value& value : values)
    if (value.is_text()) size += value.text().size();
  char* to = out.extend(size);
  for (const Value& value : values)
    if (value.is_text() && !value.text().empty()) to = std::copy(value.text().begin(), value.text().end(), to);
}

std::uint64_t word_of(const Value& value) {
  switch (value.kind()) {
    case Kind::absent:
    case Kind::null: return 0;
    case Kind::boolean: return value.as_bool() ? 1 : 0;
    case Kind::integer:
    case Kind::decimal: return static_cast<std::uint64_t>(value.integer());
    case Kind::real: return std::bit_cast<std::uint64_t>(value.real());
    case Kind::string:
    case Kind::json: return value.text().size();
  }
  return 0;
}

unsigned scale_of(const Value& value) { return value.kind() == Kind::decimal ? value.scale() : 0; }

Layout layout_of(std::span<const Value> values) {
  const Value& front = values.front();
  // Likely to differ at once if they differ at all.
  if (std::all_of(values.begin(), values.end(), [&](const Value& v) { return v == front; })) return Layout::same;
  const auto all_alike =
      std::all_of(values.begin(), values.end(), [&](const Value& v) { return v.kind() == front.kind() && scale_of(v) == scale_of(front); });
  if (!all_alike) return Layout::mixed;
  switch (front.kind()) {
    case Kind::string: return Layout::strings;
    case Kind::integer: return Layout::integers;
    case Kind::decimal: return Layout::decimals;
    default: return Layout::mixed;
  }
}

void append_mixed(base::OutBuffer& out, std::span<const Value> values) {
  append_array<std::uint8_t>(out, values, [](const Value& v) { return v.kind(); });
  append_array<std::uint8_t>(out, values, scale_of);
  append_array<std::uint64_t>(out, values, word_of);
  append_texts(out, values);
}

void append_values(base::OutBuffer& out, std::span<const Value> values) {
  const Layout layout = layout_of(values);
  out.push_back(static_cast<char>(layout));
  switch (layout) {
    case Layout::same: append_mixed(out, values.first(1)); return;
    case Layout::strings:
      append_array<std::uint32_t>(out, values, [](const Value& v) { return v.text().size(); });
      append_texts(out, values);
      return;
    case Layout::decimals: out.push_back(static_cast<char>(values.front().scale())); [[fallthrough]];
    case Layout::integers: append_array<std::int64_t>(out, values, [](const Value& v) { return v.integer(); }); return;
    case Layout::mixed: append_mixed(out, values); return;
  }
}

void append_name(base::OutBuffer& out, std::string_view name) {
  std::string head;
  base::append_varint(head, name.size());
  out.append(head);
  out.append(name);
}

// A bit for each of `rows`; those beyond `values` are absent.
void append_presence(base::OutBuffer& out, std::span<const Value> values, std::size_t rows) {
  char* bits = out.extend((rows + 7) / 8);
  std::memset(bits, 0, (rows + 7) / 8);
  for (std::size_t row = 0; row < values.size(); ++row)
    bits[row / 8] = static_cast<char>(bits[row / 8] | (values[row].present() ? 1 << row % 8 : 0));
}

class ColumnEncoder {
 public:
  ColumnEncoder(std::size_t first, std::size_t last) : first_(first), last_(last) {}

  // False, and nothing is written, if no row has the field.
  bool append(const record::Column& column, base::OutBuffer& out) {
    const std::size_t end = std::min(last_, column.values.size());
    if (end <= first_) return false;
    const std::span<const Value> values(column.values.data() + first_, end - first_);
    const auto present = [](const Value& value) { return value.present(); };
    const auto count = static_cast<std::size_t>(std::count_if(values.begin(), values.end(), present));
    if (count == 0) return false;

    append_name(out, column.name);
    const std::size_t rows = last_ - first_;
    out.push_back(count < rows ? 1 : 0);
    if (count == rows) {
      append_values(out, values);
      return true;
    }
    append_presence(out, values, rows);
    dense_.clear();
    std::copy_if(values.begin(), values.end(), std::back_inserter(dense_), present);
    append_values(out, dense_);
    return true;
  }

 private:
  std::size_t first_, last_;
  std::vector<Value> dense_;
};

}  // namespace

void append_frame_payload(const record::Batch& batch, std::size_t first, std::size_t last, base::OutBuffer& out) {
  const std::span times(batch.times().data() + first, last - first);
  append_array<std::int64_t>(out, times, [](base::TimeNs time) { return time; });
  const std::span levels(batch.levels().data() + first, last - first);
  append_array<std::uint8_t>(out, levels, [](record::Severity level) { return level; });

  const bool positioned = batch.positions().size() == batch.rows() && batch.rows() > 0;
  out.push_back(positioned ? 1 : 0);
  if (positioned) {
    const std::span positions(batch.positions().data() + first, last - first);
    const std::uint32_t base = first == 0 ? 0 : positions.front();  // a later part has a later `from`
    append_array<std::uint32_t>(out, positions, [base](std::uint32_t p) { return p - base; });
  }

  const std::size_t count_at = out.size();
  out.extend(sizeof(std::uint32_t));  // known after them
  std::uint32_t count = 0;
  ColumnEncoder encoder(first, last);
  for (const record::Column& column : batch.columns())
    if (encoder.append(column, out)) ++count;
  base::store_le(out.data() + count_at, count);
}

}  // namespace logmill::codec
