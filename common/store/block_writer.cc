#include "store/block_writer.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "record/fields.h"
#include "store/block_directory.h"
#include "store/column_zone.h"
#include "store/rare_columns.h"
#include "store/segment_format.h"
#include "store/tied_columns.h"
#include "store/time_column.h"

namespace logmill::store {
namespace {

// What a timestamp and a level take in NDJSON, about:
// {"timestamp":"2026-11-21T10:15:00.123456Z","level":"INFO"}
constexpr std::uint64_t kRawBytesPerRow = 60;
// Quotes, colon and comma around a name; digits of a number.
constexpr std::uint64_t kRawBytesPerField = 6;
constexpr std::uint64_t kRawBytesPerNumber = 5;

// Tied columns that are less than a half of a block's bytes stay, and those that are not far
// smaller by row. Of few records smaller is enough: by row they take no more than zstd -3 makes of the text, by column they may take
// as much as this promises and be more than 1.03 times that.
constexpr std::uint64_t kTiedShare = 2;
constexpr double kTiedGain = 0.7;
constexpr double kFewTiedGain = 0.97;

// A column that takes less than half of a larger string is put into one that fits.
constexpr std::size_t kLooseBytes = 64 << 10;
// What columns are put together into, for as few writes.
constexpr std::size_t kPieceBytes = 2 << 20;

constexpr char kAllPresent = 0;
constexpr char kSomePresent = 1;

class BlockWriter {
 public:
  BlockWriter(BlockColumns& columns, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context)
      : columns_(columns), context_(context) {
    directory_.ranges.assign(ranges.begin(), ranges.end());
    header_.rows = static_cast<std::uint32_t>(columns.rows());
    header_.raw_bytes = kRawBytesPerRow * columns.rows();
  }

  base::Result<EncodedBlock> make() {
    LOGMILL_RETURN_IF_ERROR(add_times());
    add_levels();
    for (std::size_t i = 0; i < columns_.size(); ++i) LOGMILL_RETURN_IF_ERROR(add_column(i, columns_.gather(i)));
    add_rare_columns();
    if (!join_small_block()) join_tied_columns();
    if (directory_.columns.size() > kColumnsMax) return base::Error{base::ErrorCode::too_large, "more than 65,536 fields in a block"};

    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      directory_.columns[i].offset = header_.chunk_bytes;
      header_.chunk_bytes += chunks_[i].size();
    }
    std::string directory;
    append_directory(directory, directory_);
    header_.directory_bytes = static_cast<std::uint32_t>(directory.size());
    EncodedBlock block{.info = header_.info(0), .head = {}, .chunks = {}};
    append_block_header(block.head, header_, directory);
    block.head += directory;
    join_small_chunks();
    block.chunks = std::move(chunks_);
    return block;
  }

 private:
  base::Status add_times() {
    const std::span<const base::TimeNs> times = columns_.times();
    std::string& chunk = chunks_.emplace_back();
    if (times.empty()) {
      add_entry(record::kTimestamp, kTimeEncoding);
      return {};
    }
    const auto [least, greatest] = std::minmax_element(times.begin(), times.end());
    if (*least == record::kNoTime) return base::Error{base::ErrorCode::invalid, "a record without a time"};
    header_.time_min = *least;
    header_.time_max = *greatest;
    append_times(chunk, times, context_);
    add_entry(record::kTimestamp, kTimeEncoding).present = times.size();
    return {};
  }

  void add_levels() {
    append_levels(chunks_.emplace_back(), columns_.levels(), context_);
    add_entry(record::kLevel, kLevelEncoding).present = static_cast<std::uint64_t>(
        std::ranges::count_if(columns_.levels(), [](record::Severity level) { return level != record::Severity::none; }));
  }

  base::Status add_column(std::size_t number, const PresentValues& present) {
    const std::string_view name = columns_.name(number);
    if (present.values.empty()) return {};
    if (present.text_bytes > kColumnBytesMax / 2 || name.size() > kColumnNameBytesMax)
      return base::Error{base::ErrorCode::too_large, "field " + std::string(name.substr(0, 80)) + ": too large"};
    header_.raw_bytes += present.text_bytes + present.values.size() * (name.size() + kRawBytesPerField);
    if (present.text_bytes == 0) header_.raw_bytes += present.values.size() * kRawBytesPerNumber;
    if (is_rare(present)) {
      rare_.add(name, present.bitmap, present.values);
      rare_bytes_ += present.text_bytes;
      return {};
    }
    tied_.add(number, present);
    entry_of_[number] = directory_.columns.size();
    std::string& chunk = chunks_.emplace_back();
    chunk.push_back(present.bitmap.empty() ? kAllPresent : kSomePresent);
    context_.bytes.append(chunk, present.bitmap);
    const EncodingSpec& spec = encode_values(present.values, present.kinds, context_, chunk);
    ColumnEntry& entry = add_entry(name, spec.id);
    entry.present = present.values.size();
    entry.kinds = present.kinds;
    // Where the encoding found the distinct values, they are far fewer.
    entry.zone = context_.distinct.empty() ? zone_of(present.values, present.kinds) : zone_of(context_.distinct, present.kinds);
    return {};
  }

  // Whether it is stored with others.
  bool is_rare(const PresentValues& present) const {
    return columns_.size() > kColumnsOften && present.values.size() < std::max(kRareValues, columns_.rows() / kRareValues) &&
           rare_bytes_ + present.text_bytes <= kColumnBytesMax / 4;
  }

  void add_rare_columns() {
    if (rare_.empty()) return;
    append_rare_columns(chunks_.emplace_back(), rare_, context_);
    add_entry("", kRareEncoding);
  }

  // All fields, where that is smaller, or far smaller if the records are not few; false if it is not, or the block is not small.
  bool join_small_block() {
    if (chunk_bytes() > kSmallBytes || header_.raw_bytes > kSmallRawBytes) return false;
    std::vector<std::size_t> all;
    std::uint64_t bytes = 0;
    for (std::size_t number = 0; number < columns_.size(); ++number) {
      const auto entry = entry_of_.find(number);
      if (entry == entry_of_.end()) continue;
      all.push_back(number);
      bytes += directory_.columns[entry->second].bytes + entry_bytes(directory_.columns[entry->second]);
    }
    bytes += rare_chunk_bytes();
    if (columns_.rows() > kPackedRowsMax) bytes = static_cast<std::uint64_t>(kTiedGain * static_cast<double>(bytes));
    return !all.empty() && join_columns(all, bytes);
  }

  // Fields that decide each other's values, where they are most of the block, are stored by row with the rare ones if that is smaller, or
  // far smaller if the records are many: a reader of one of them then reads all.
  void join_tied_columns() {
    const bool few = header_.raw_bytes <= kSmallRawBytes;
    const std::vector<std::size_t> tied = tied_.find(few ? TiedColumns::Search::thorough : TiedColumns::Search::rough);
    std::uint64_t bytes = rare_chunk_bytes();
    for (const std::size_t number : tied) bytes += directory_.columns[entry_of_.at(number)].bytes;
    if (tied.empty() || bytes * kTiedShare < chunk_bytes()) return;
    join_columns(tied, static_cast<std::uint64_t>((few ? kFewTiedGain : kTiedGain) * static_cast<double>(bytes)));
  }

  // Stores them with the rare ones if all that takes at most so much; false: nothing changed.
  bool join_columns(const std::vector<std::size_t>& numbers, std::uint64_t bytes_max) {
    RareValues together = rare_;
    std::uint64_t text_bytes = rare_bytes_;
    for (const std::size_t number : numbers) {
      const PresentValues& present = columns_.gather(number);
      text_bytes += present.text_bytes;
      if (text_bytes > kColumnBytesMax / 4) return false;
      together.add(columns_.name(number), present.bitmap, present.values);
    }
    std::string joined;
    append_rare_columns(joined, together, context_);
    if (joined.size() > bytes_max) return false;
    keep_columns_but(numbers);
    chunks_.push_back(std::move(joined));
    add_entry("", kRareEncoding);
    return true;
  }

  std::uint64_t rare_chunk_bytes() const { return rare_.empty() ? 0 : directory_.columns.back().bytes; }

  // Takes out those, and the rare ones.
  void keep_columns_but(const std::vector<std::size_t>& numbers) {
    std::vector<bool> out(directory_.columns.size(), false);
    for (const std::size_t number : numbers) out[entry_of_.at(number)] = true;
    out.back() = out.back() || directory_.columns.back().encoding == kRareEncoding;
    std::vector<ColumnEntry> entries;
    std::vector<std::string> chunks;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i]) continue;
      entries.push_back(std::move(directory_.columns[i]));
      chunks.push_back(std::move(chunks_[i]));
    }
    directory_.columns = std::move(entries);
    chunks_ = std::move(chunks);
  }

  // Of the last chunk. Its place is known once all are.
  ColumnEntry& add_entry(std::string_view name, std::uint8_t encoding) {
    std::string& chunk = chunks_.back();
    if (chunk.capacity() > kLooseBytes && chunk.capacity() / 2 > chunk.size()) chunk.shrink_to_fit();
    ColumnEntry& entry = directory_.columns.emplace_back();
    entry.name = name;
    entry.encoding = encoding;
    entry.bytes = chunk.size();
    entry.checksum = base::xxh3_64(chunk);
    return entry;
  }

  std::uint64_t chunk_bytes() const {
    std::uint64_t bytes = 0;
    for (const std::string& chunk : chunks_) bytes += chunk.size();
    return bytes;
  }

  // Neighbours, to one piece: few blocks have more than that.
  void join_small_chunks() {
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < chunks_.size();) {
      std::size_t end = i + 1, bytes = chunks_[i].size();
      while (end < chunks_.size() && bytes + chunks_[end].size() <= kPieceBytes) bytes += chunks_[end++].size();
      if (end == i + 1) {
        pieces.push_back(std::move(chunks_[i++]));
        continue;
      }
      std::string& piece = pieces.emplace_back();
      piece.reserve(bytes);
      for (; i < end; ++i) piece += std::exchange(chunks_[i], {});
    }
    chunks_ = std::move(pieces);
  }

  BlockColumns& columns_;
  EncodeContext& context_;
  RareValues rare_;
  TiedColumns tied_;
  std::unordered_map<std::size_t, std::size_t> entry_of_;  // of each column its place in the directory
  std::uint64_t rare_bytes_ = 0;                           // of their texts
  BlockDirectory directory_;
  BlockHeader header_;
  std::vector<std::string> chunks_;  // one for each entry of the directory
};

record::Value copy_into(record::Batch& to, const record::Value& value) {
  if (value.kind() == record::Kind::string) return record::Value::string(to.own(value.text()));
  if (value.kind() == record::Kind::json) return record::Value::json(to.own(value.text()));
  return value;
}

}  // namespace

base::Result<BlockInfo> append_block(const record::Batch& batch, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context,
                                     std::string& out) {
  BlockColumns columns;
  columns.add(batch, 0);
  return append_block(columns, ranges, context, out);
}

base::Result<BlockInfo> append_block(BlockColumns& columns, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context,
                                     std::string& out) {
  LOGMILL_ASSIGN_OR_RETURN(EncodedBlock block, encode_block(columns, ranges, context));
  block.info.offset = out.size();
  append_head(out, block, out.size());
  for (std::string& chunk : block.chunks) out += std::exchange(chunk, {});
  return block.info;
}

base::Result<EncodedBlock> encode_block(BlockColumns& columns, std::span<const BlockReader::RangeRows> ranges, EncodeContext& context) {
  return BlockWriter(columns, ranges, context).make();
}

void append_head(std::string& out, const EncodedBlock& block, std::uint64_t commit_bytes) {
  // The only thing in a block that depends on what stands before it. Our own bytes: they parse.
  BlockHeader header = *parse_block_header(block.head);
  header.commit_bytes = commit_bytes;
  const std::string_view directory = std::string_view(block.head).substr(kBlockHeaderBytes);
  append_block_header(out, header, directory);
  out += directory;
}

std::size_t EncodedBlock::memory_bytes() const {
  std::size_t bytes = head.capacity();
  for (const std::string& chunk : chunks) bytes += chunk.capacity();
  return bytes;
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
