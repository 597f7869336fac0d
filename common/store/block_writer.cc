#include "store/block_writer.h"

#include <algorithm>
#include <optional>

#include "base/hash.h"
#include "record/fields.h"
#include "store/block_directory.h"
#include "store/column_zone.h"
#include "store/rare_columns.h"
#include "store/segment_format.h"
#include "store/time_column.h"

namespace logmill::store {
namespace {

// What a timestamp and a level take in NDJSON, about: {"timestamp":"2026-11-21T10:15:00.123456Z","level":"INFO"}
constexpr std::uint64_t kRawBytesPerRow = 60;
// Quotes, colon and comma around a name; digits of a number.
constexpr std::uint64_t kRawBytesPerField = 6;
constexpr std::uint64_t kRawBytesPerNumber = 5;

constexpr char kAllPresent = 0;
constexpr char kSomePresent = 1;

// The rows that have the field, close together, and which rows those are. Memory is used again for each column.
struct PresentValues {
  std::vector<record::Value> compacted;
  std::string bitmap;  // empty: all rows
  std::span<const record::Value> values;
  KindSet kinds = 0;
  std::uint64_t text_bytes = 0;

  void take(const record::Column& column, std::size_t rows) {
    std::size_t present = 0;
    kinds = 0;
    text_bytes = 0;
    for (const record::Value& value : column.values) {
      kinds |= kind_bit(value.kind());
      present += value.present();
      text_bytes += value.is_text() ? value.text().size() : 0;
    }
    kinds &= static_cast<KindSet>(~kind_bit(record::Kind::absent));
    bitmap.clear();
    values = column.values;
    if (present == rows) return;
    bitmap.assign((rows + 7) / 8, '\0');
    compacted.resize(present + 1);  // one more: each row writes, those that have the field move on
    record::Value* to = compacted.data();
    for (std::size_t row = 0; row < column.values.size(); ++row) {
      const bool has = column.values[row].present();
      bitmap[row / 8] = static_cast<char>(bitmap[row / 8] | has << (row % 8));
      *to = column.values[row];
      to += has;
    }
    values = std::span(compacted).first(present);
  }
};

class BlockWriter {
 public:
  BlockWriter(const record::Batch& batch, std::span<const BlockReader::RangeRows> ranges,
              EncodeContext& context)
      : batch_(batch), context_(context) {
    directory_.ranges.assign(ranges.begin(), ranges.end());
    header_.rows = static_cast<std::uint32_t>(batch.rows());
    header_.raw_bytes = kRawBytesPerRow * batch.rows();
  }

  base::Result<BlockInfo> append(std::string& out) {
    LOGMILL_RETURN_IF_ERROR(add_times());
    add_levels();
    for (const record::Column& column : batch_.columns()) LOGMILL_RETURN_IF_ERROR(add_column(column));
    add_rare_columns();
    if (directory_.columns.size() > kColumnsMax)
      return base::Error{base::ErrorCode::too_large, "more than 65,536 fields in a block"};

    std::string directory;
    append_directory(directory, directory_);
    header_.directory_bytes = static_cast<std::uint32_t>(directory.size());
    header_.chunk_bytes = chunks_.size();
    header_.commit_bytes = out.size();
    const BlockInfo info = header_.info(out.size());
    append_block_header(out, header_, directory);
    out += directory;
    out += chunks_;
    return info;
  }

 private:
  base::Status add_times() {
    const std::vector<base::TimeNs>& times = batch_.times();
    if (times.empty()) {
      add_entry(record::kTimestamp, kTimeEncoding, 0);
      return {};
    }
    const auto [least, greatest] = std::minmax_element(times.begin(), times.end());
    if (*least == record::kNoTime) return base::Error{base::ErrorCode::invalid, "a record without a time"};
    header_.time_min = *least;
    header_.time_max = *greatest;
    const std::size_t start = chunks_.size();
    append_times(chunks_, times, context_);
    add_entry(record::kTimestamp, kTimeEncoding, start).present = times.size();
    return {};
  }

  void add_levels() {
    const std::size_t start = chunks_.size();
    append_levels(chunks_, batch_.levels(), context_);
    add_entry(record::kLevel, kLevelEncoding, start).present = static_cast<std::uint64_t>(
        std::count_if(batch_.levels().begin(), batch_.levels().end(),
                      [](record::Severity level) { return level != record::Severity::none; }));
  }

  base::Status add_column(const record::Column& column) {
    present_.take(column, batch_.rows());
    const PresentValues& present = present_;
    if (present.values.empty()) return {};
    if (present.text_bytes > kColumnBytesMax / 2 || column.name.size() > kColumnNameBytesMax)
      return base::Error{base::ErrorCode::too_large, "field " + column.name.substr(0, 80) + ": too large"};
    header_.raw_bytes += present.text_bytes + present.values.size() * (column.name.size() + kRawBytesPerField);
    if (present.text_bytes == 0) header_.raw_bytes += present.values.size() * kRawBytesPerNumber;
    if (is_rare()) {
      rare_.push_back(&column);
      rare_bytes_ += present.text_bytes;
      return {};
    }
    const std::size_t start = chunks_.size();
    chunks_.push_back(present.bitmap.empty() ? kAllPresent : kSomePresent);
    context_.bytes.append(chunks_, present.bitmap);
    const EncodingSpec& spec = encode_values(present.values, present.kinds, context_, chunks_);
    ColumnEntry& entry = add_entry(column.name, spec.id, start);
    entry.present = present.values.size();
    entry.kinds = present.kinds;
    // Where the encoding found the distinct values, they are far fewer.
    entry.zone = context_.distinct.empty() ? zone_of(present.values, present.kinds)
                                           : zone_of(context_.distinct, present.kinds);
    return {};
  }

  // Whether the column in present_ is stored with others.
  bool is_rare() const {
    return batch_.columns().size() > kColumnsOften &&
           present_.values.size() < std::max(kRareValues, batch_.rows() / kRareValues) &&
           rare_bytes_ + present_.text_bytes <= kColumnBytesMax / 4;
  }

  void add_rare_columns() {
    if (rare_.empty()) return;
    const std::size_t start = chunks_.size();
    append_rare_columns(chunks_, std::move(rare_), context_);
    add_entry("", kRareEncoding, start);
  }

  ColumnEntry& add_entry(std::string_view name, std::uint8_t encoding, std::size_t start) {
    ColumnEntry& entry = directory_.columns.emplace_back();
    entry.name = name;
    entry.encoding = encoding;
    entry.bytes = chunks_.size() - start;
    entry.checksum = base::xxh3_64(std::string_view(chunks_).substr(start));
    entry.offset = start;
    return entry;
  }

  const record::Batch& batch_;
  EncodeContext& context_;
  PresentValues present_;
  std::vector<const record::Column*> rare_;
  std::uint64_t rare_bytes_ = 0;  // of their texts
  BlockDirectory directory_;
  BlockHeader header_;
  std::string chunks_;
};

record::Value copy_into(record::Batch& to, const record::Value& value) {
  if (value.kind() == record::Kind::string) return record::Value::string(to.own(value.text()));
  if (value.kind() == record::Kind::json) return record::Value::json(to.own(value.text()));
  return value;
}

}  // namespace

base::Result<BlockInfo> append_block(const record::Batch& batch,
                                     std::span<const BlockReader::RangeRows> ranges,
                                     EncodeContext& context, std::string& out) {
  return BlockWriter(batch, ranges, context).append(out);
}

void append_rows(record::Batch& to, const record::Batch& from, std::size_t first, std::size_t last) {
  const std::size_t start = to.rows();
  to.times().insert(to.times().end(), from.times().begin() + static_cast<std::ptrdiff_t>(first),
                    from.times().begin() + static_cast<std::ptrdiff_t>(last));
  to.levels().insert(to.levels().end(), from.levels().begin() + static_cast<std::ptrdiff_t>(first),
                     from.levels().begin() + static_cast<std::ptrdiff_t>(last));
  for (const record::Column& column : from.columns()) {
    const std::size_t end = std::min(last, column.values.size());
    if (first >= end) continue;
    std::vector<record::Value>& values = to.columns()[to.column_index(column.name)].values;
    values.resize(start);
    for (std::size_t row = first; row < end; ++row) values.push_back(copy_into(to, column.values[row]));
  }
}

base::Status append_block_rows(record::Batch& to, BlockReader& from) {
  const std::size_t start = to.rows();
  LOGMILL_ASSIGN_OR_RETURN(const auto* times, from.times());
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, from.levels());
  for (const std::string& name : from.column_names()) {
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, from.column(name));
    std::vector<record::Value> owned;
    for (const record::Value& value : data->values) owned.push_back(copy_into(to, value));
    std::vector<record::Value>& values = to.columns()[to.column_index(name)].values;
    values.resize(start);
    if (!data->dictionary()) {
      values.insert(values.end(), owned.begin(), owned.end());
      continue;
    }
    for (const std::uint16_t code : data->codes) values.push_back(owned[code]);
  }
  to.times().insert(to.times().end(), times->begin(), times->end());
  to.levels().insert(to.levels().end(), levels->begin(), levels->end());
  return {};
}

base::Status append_block_rows(record::Batch& to, BlockReader& from, std::span<const std::uint32_t> rows) {
  const std::size_t start = to.rows();
  LOGMILL_ASSIGN_OR_RETURN(const auto* times, from.times());
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, from.levels());
  for (const std::string& name : from.column_names()) {
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, from.column(name));
    std::vector<record::Value>& values = to.columns()[to.column_index(name)].values;
    values.resize(start);
    if (!data->dictionary()) {
      for (const std::uint32_t row : rows) values.push_back(copy_into(to, data->values[row]));
      continue;
    }
    std::vector<std::optional<record::Value>> owned(data->values.size());  // only what a row still has
    for (const std::uint32_t row : rows) {
      std::optional<record::Value>& value = owned[data->codes[row]];
      if (!value) value = copy_into(to, data->at(row));
      values.push_back(*value);
    }
  }
  for (const std::uint32_t row : rows) {
    to.times().push_back((*times)[row]);
    to.levels().push_back((*levels)[row]);
  }
  return {};
}

}  // namespace logmill::store
