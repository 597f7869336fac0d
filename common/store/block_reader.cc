#include "store/block_reader.h"

#include <bit>
#include <utility>

#include "base/hash.h"
#include "record/fields.h"
#include "store/encoding.h"
#include "store/segment_format.h"
#include "store/time_column.h"

namespace logmill::store {
namespace {

// A block of a usual size has no larger chunk.
constexpr std::uint64_t kAskedForBytes = 1 << 20;
// Stands for the rare fields of a block where they cannot be read.
constexpr std::string_view kRareFields = "(rare fields)";

// The bits of all, and those that are 0 of negative ones.
std::int64_t magnitude_of(std::span<const std::int64_t> numbers) {
  std::int64_t all = 0, second = 0, third = 0, fourth = 0;  // of four at a time
  std::size_t i = 0;
  for (; i + 4 <= numbers.size(); i += 4) {
    all |= numbers[i];
    second |= numbers[i + 1];
    third |= numbers[i + 2];
    fourth |= numbers[i + 3];
  }
  for (; i < numbers.size(); ++i) all |= numbers[i];
  all |= second | third | fourth;
  if (all >= 0) return all;
  all = 0;
  for (const std::int64_t number : numbers) all |= number ^ (number >> 63);
  return all;
}

ColumnSummary summarize(const ColumnEntry& entry) {
  std::string_view encoding = "unknown";
  if (entry.encoding == kTimeEncoding) encoding = "timestamps";
  if (entry.encoding == kLevelEncoding) encoding = "levels";
  if (entry.encoding == kRareEncoding) encoding = "rare";
  if (const EncodingSpec* spec = find_encoding(entry.encoding)) encoding = spec->name;
  return {
      .name = entry.name, .encoding = encoding, .bytes = entry.bytes, .present = entry.present, .kinds = entry.kinds, .zone = entry.zone};
}

std::uint64_t count_bits(std::string_view bitmap) {
  std::uint64_t bits = 0;
  for (const char byte : bitmap) bits += static_cast<unsigned>(std::popcount(static_cast<unsigned char>(byte)));
  return bits;
}

// Puts the values of the rows that have the field into their rows.
// Without branches: which rows have the field is as good as random.
template <class Item>
std::vector<Item> spread_items(std::vector<Item>&& dense, const Item& absent, std::string_view bitmap, std::size_t rows) {
  dense.push_back(absent);  // what is looked at behind the last
  std::vector<Item> spread(rows);
  std::size_t next = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const bool has = (bitmap[row / 8] >> (row % 8) & 1) != 0;
    spread[row] = *(has ? &dense[next] : &absent);
    next += has;
  }
  return spread;
}

ColumnData spread(ColumnData&& dense, std::string_view bitmap, std::size_t rows) {
  if (!dense.dictionary()) return {spread_items(std::move(dense.values), record::Value(), bitmap, rows), {}};
  const auto absent = static_cast<std::uint16_t>(dense.values.size());
  dense.values.push_back({});
  return {std::move(dense.values), spread_items(std::move(dense.codes), absent, bitmap, rows)};
}

}  // namespace

FileBlockReader::FileBlockReader(std::shared_ptr<const sys::File> file, std::string name, const BlockInfo& info,
                                 std::uint64_t chunks_offset, BlockDirectory directory)
    : file_(std::move(file)), name_(std::move(name)), info_(info), chunks_offset_(chunks_offset), directory_(std::move(directory)) {
  for (std::size_t i = 2; i < directory_.columns.size(); ++i) {
    const ColumnEntry& entry = directory_.columns[i];
    if (entry.encoding != kRareEncoding)
      names_.push_back(entry.name);
    else
      rare_entry_ = &entry;
  }
}

void FileBlockReader::load_rare() {
  if (rare_entry_ == nullptr || std::exchange(rare_loaded_, true)) return;
  if (auto read = read_rare(); !read) {
    rare_error_ = std::move(read).error();
    rare_ = {};
    names_.emplace_back(kRareFields);  // whoever reads all columns learns of it
  }
  for (const std::size_t column : rare_.order) names_.push_back(rare_.names[column]);
}

base::Status FileBlockReader::read_rare() {
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view chunk, read_chunk(*rare_entry_));
  DecodeContext context{arena_, kColumnBytesMax};
  if (!read_rare_columns(chunk, info_.rows, context, rare_)) return damaged(*rare_entry_, "damaged");
  return {};
}

const std::vector<std::string>& FileBlockReader::column_names() {
  load_rare();
  return names_;
}

ColumnSummary FileBlockReader::summarize_rare(std::size_t column) const {
  return {.name = rare_.names[column],
          .encoding = "rare",
          .bytes = rare_entry_->bytes * rare_.present(column) / rare_.rows.size(),
          .present = rare_.present(column),
          .kinds = rare_.kinds(column),
          .zone = {}};
}

base::Result<const std::vector<base::TimeNs>*> FileBlockReader::times() {
  if (times_.empty() && info_.rows > 0) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string_view bytes, read_chunk(directory_.columns[0]));
    std::vector<base::TimeNs> times(info_.rows);
    if (!read_times(bytes, times, arena_)) return damaged(directory_.columns[0], "damaged");
    times_ = std::move(times);
  }
  return &times_;
}

base::Result<const std::vector<record::Severity>*> FileBlockReader::levels() {
  if (levels_.empty() && info_.rows > 0) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string_view bytes, read_chunk(directory_.columns[1]));
    std::vector<record::Severity> levels(info_.rows);
    if (!read_levels(bytes, levels, arena_)) return damaged(directory_.columns[1], "damaged");
    levels_ = std::move(levels);
  }
  return &levels_;
}

base::Result<const ColumnData*> FileBlockReader::column(std::string_view name) {
  if (const auto known = columns_.find(name); known != columns_.end()) return &known->second;
  const ColumnEntry* entry = find(name);
  if (entry == nullptr) {
    load_rare();
    if (rare_error_) return *rare_error_;
    const auto rare = rare_.find(name);
    if (!rare) return static_cast<const ColumnData*>(nullptr);
    return &columns_.emplace(name, rare_.spread(*rare, info_.rows)).first->second;
  }
  LOGMILL_ASSIGN_OR_RETURN(ColumnData data, decode(*entry));
  return &columns_.emplace(name, std::move(data)).first->second;
}

void FileBlockReader::forget(std::string_view name) {
  if (const auto known = columns_.find(name); known != columns_.end()) columns_.erase(known);
}

std::vector<ColumnSummary> FileBlockReader::summaries() const {
  std::vector<ColumnSummary> all;
  for (const ColumnEntry& entry : directory_.columns)
    if (&entry != rare_entry_) all.push_back(summarize(entry));
  return all;
}

std::vector<ColumnSummary> FileBlockReader::rare_summaries() {
  load_rare();
  std::vector<ColumnSummary> all;
  if (rare_error_) all.push_back(summarize(*rare_entry_));
  for (std::size_t column = 0; column < rare_.names.size(); ++column) all.push_back(summarize_rare(column));
  return all;
}

std::optional<ColumnSummary> FileBlockReader::summary(std::string_view name) {
  if (const ColumnEntry* entry = find(name)) return summarize(*entry);
  load_rare();
  if (const auto rare = rare_.find(name)) return summarize_rare(*rare);
  if (rare_error_)  // perhaps: the column itself gives the error
    return ColumnSummary{.name = kRareFields, .encoding = "rare", .bytes = 0, .present = info_.rows, .kinds = 0xff, .zone = {}};
  return std::nullopt;
}

base::Status FileBlockReader::verify() {
  if (auto all = times(); !all) return std::move(all).error();
  if (auto all = levels(); !all) return std::move(all).error();
  load_rare();
  if (rare_error_) return *rare_error_;
  for (const std::string& name : names_) {
    const bool known = columns_.contains(name);
    if (auto data = column(name); !data) return std::move(data).error();
    if (!known) forget(name);
  }
  return {};
}

base::Result<std::string_view> FileBlockReader::read_chunk(const ColumnEntry& entry) {
  const std::uint64_t offset = chunks_offset_ + entry.offset;
  // The directory is checksummed, yet a file may be shorter than it says: ask before allocating much.
  if (entry.bytes > kAskedForBytes) {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, file_->info());
    if (offset > file.size || entry.bytes > file.size - offset) return damaged(entry, "beyond the end of the file");
  }
  char* const bytes = arena_.allocate(entry.bytes);
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_->read_at(offset, bytes, entry.bytes));
  if (got != entry.bytes) return damaged(entry, "beyond the end of the file");
  const std::string_view chunk(bytes, got);
  if (base::xxh3_64(chunk) != entry.checksum) return damaged(entry, "checksum mismatch");
  return chunk;
}

base::Result<ColumnData> FileBlockReader::decode(const ColumnEntry& entry) {
  const EncodingSpec* spec = find_encoding(entry.encoding);
  if (spec == nullptr)
    return base::Error{base::ErrorCode::unsupported,
                       name_ + ": column " + entry.name + ": encoding " + std::to_string(entry.encoding) + " of a newer version"};
  LOGMILL_ASSIGN_OR_RETURN(const Encoded encoded, read_encoded(entry));
  DecodeContext context{arena_, kColumnBytesMax};
  ColumnData data;
  if (!spec->decode(encoded.bytes, encoded.present, context, data)) return damaged(entry, "damaged");
  return encoded.bitmap.empty() ? std::move(data) : spread(std::move(data), encoded.bitmap, info_.rows);
}

base::Result<TemplateColumn*> FileBlockReader::templates(std::string_view name) {
  if (const auto known = templates_.find(name); known != templates_.end()) return known->second.get();
  const ColumnEntry* entry = find(name);
  if (entry == nullptr || entry->encoding != kTemplatesEncoding) return nullptr;
  LOGMILL_ASSIGN_OR_RETURN(const Encoded encoded, read_encoded(*entry));
  auto column = std::make_unique<TemplateColumn>(encoded.bytes, encoded.present, DecodeContext{arena_, kColumnBytesMax});
  if (!column->read()) return damaged(*entry, "damaged");
  if (!encoded.bitmap.empty()) column->spread(encoded.bitmap, info_.rows);
  return templates_.emplace(name, std::move(column)).first->second.get();
}

base::Result<const NumberColumn*> FileBlockReader::numbers(std::string_view name) {
  const auto [known, is_new] = numbers_.try_emplace(std::string(name));
  std::optional<NumberColumn>& column = known->second;
  const ColumnEntry* const entry = is_new ? find(name) : nullptr;
  const EncodingSpec* const spec = entry ? find_encoding(entry->encoding) : nullptr;
  if (spec && spec->decode_numbers) {
    LOGMILL_ASSIGN_OR_RETURN(const Encoded encoded, read_encoded(*entry));
    DecodeContext context{arena_, kColumnBytesMax};
    NumberColumn made;
    if (encoded.bitmap.empty() && spec->decode_numbers(encoded.bytes, encoded.present, context, made)) {
      made.magnitude = magnitude_of(made.digits);
      column = std::move(made);
    }
  }
  return column ? &*column : nullptr;
}

base::Result<FileBlockReader::Encoded> FileBlockReader::read_encoded(const ColumnEntry& entry) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string_view chunk, read_chunk(entry));
  base::ByteReader from(chunk);
  bool failed = false;
  const bool all_present = from.read<std::uint8_t>() == 0;
  std::string_view bitmap;
  if (!all_present) bitmap = read_byte_stream(from, (info_.rows + 7) / 8, arena_, failed);
  const std::uint64_t present = all_present ? info_.rows : count_bits(bitmap);
  if (failed || present == 0 || present != entry.present || present > info_.rows) return damaged(entry, "damaged");
  return Encoded{chunk.substr(chunk.size() - from.remaining()), present, bitmap};
}

base::Error FileBlockReader::damaged(const ColumnEntry& entry, std::string_view why) const {
  return {base::ErrorCode::corrupt, name_ + ": column " + entry.name + ": " + std::string(why)};
}

const ColumnEntry* FileBlockReader::find(std::string_view name) const {
  for (std::size_t i = 2; i < directory_.columns.size(); ++i)
    if (directory_.columns[i].name == name && directory_.columns[i].encoding != kRareEncoding) return &directory_.columns[i];
  return nullptr;
}

}  // namespace logmill::store
