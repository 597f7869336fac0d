// Reading a store while others write to it. Layout: docs/formats/segment.md.
//
// A reader takes no locks and makes writers wait for nothing. It sees a block as soon as it is
// committed, and all of it or nothing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "record/range.h"
#include "record/severity.h"
#include "record/value.h"
#include "store/column_data.h"
#include "sys/file_system.h"

namespace logmill::store {

class TemplateColumn;

// What the rows of small blocks may take, about, while they are joined to a larger one, unless options say otherwise.
inline constexpr std::uint64_t kJoinBytes = 16 << 20;

struct BlockInfo {
  std::uint32_t rows = 0;
  base::TimeNs time_min = 0, time_max = 0;  // kNoTime never occurs in a store
  std::uint64_t offset = 0, bytes = 0;      // in the file
  std::uint64_t raw_bytes = 0;              // of the same records as NDJSON, about
};

// Between which bounds the values of a column in a block lie; for leaving out blocks unread.
struct ColumnZone {
  enum class Kind : std::uint8_t {
    none,     // nothing is known
    numbers,  // all present values are numbers within [number_min, number_max], bounds rounded
              // outwards
    texts,    // all are strings; the first 8 bytes of each, zero-filled, lie within the prefixes
  };
  Kind kind = Kind::none;
  double number_min = 0, number_max = 0;
  std::array<char, 8> prefix_min{}, prefix_max{};
};

// One column of a block, as its directory describes it.
struct ColumnSummary {
  std::string_view name;      // valid as long as the reader
  std::string_view encoding;  // "dictionary", "templates" …; "unknown" for one of a newer version
  std::uint64_t bytes = 0;    // on disk
  std::uint64_t present = 0;  // rows that have the field
  std::uint8_t kinds = 0;     // bit 1 << record::Kind of each kind that occurs
  ColumnZone zone;
};

// The columns of one block, each decoded when asked for. Thread-compatible; independent of other
// blocks.
class BlockReader {
 public:
  virtual ~BlockReader() = default;
  virtual const BlockInfo& info() const = 0;
  // Without timestamp and level.
  virtual const std::vector<std::string>& column_names() = 0;
  // Each has info().rows entries. Fail with corrupt, naming the segment and block.
  virtual base::Result<const std::vector<base::TimeNs>*> times() = 0;
  virtual base::Result<const std::vector<record::Severity>*> levels() = 0;
  // nullptr if no record of the block has the field. Valid as long as the reader.
  virtual base::Result<const ColumnData*> column(std::string_view name) = 0;
  // Gives back the values of a column that was read, not its texts: whoever goes through thousands
  // of columns needs one at a time.
  virtual void forget(std::string_view name) = 0;
  // The same column, where it is stored as templates and variables: what is asked of it can be
  // found out without making all texts. nullptr if it is stored otherwise, or no record has the
  // field. Valid as long as the reader.
  virtual base::Result<TemplateColumn*> templates(std::string_view /*name*/) { return nullptr; }
  // The same column, where all its rows are numbers written alike; nullptr if not. Valid as long as the reader.
  virtual base::Result<const NumberColumn*> numbers(std::string_view /*name*/) { return nullptr; }
  // What the block decides, in row order: `rows` consecutive rows came from each range. log_id of
  // row i of an entry is (stream, epoch, from + i).
  struct RangeRows {
    record::Range range;
    std::uint32_t rows;
  };
  virtual const std::vector<RangeRows>& ranges() const = 0;
  // Columns with a chunk of their own, timestamp and level among them: nothing is read for it.
  virtual std::vector<ColumnSummary> summaries() const = 0;
  // The fields that are stored together, which are read for it: all of them, or none.
  virtual std::vector<ColumnSummary> rare_summaries() = 0;
  // Of one column; nullopt if no record of the block has the field.
  virtual std::optional<ColumnSummary> summary(std::string_view name) = 0;
  // Reads everything and compares checksums, decodes every column: fails with corrupt, naming the
  // column.
  virtual base::Status verify() = 0;
};

struct SegmentInfo {
  std::string id;    // file name without extension; sorts by time of creation
  std::string path;  // as given to open + partition + file name
  bool sealed = false;
  std::uint64_t rows = 0, bytes = 0, raw_bytes = 0;
  base::TimeNs time_min = 0, time_max = 0;
  std::uint64_t damaged_blocks = 0;
};

// How often each value of a field occurs, block by block: answers counts without reading a column.
struct ValueCounts {
  std::vector<record::Value> values;  // at most kCountedValuesMax; absent is not among them
  std::vector<std::uint32_t> rows;    // of value v in block b: rows[b * values.size() + v]
  std::uint64_t total(std::size_t value) const {
    std::uint64_t sum = 0;
    for (std::size_t i = value; i < rows.size(); i += values.size()) sum += rows[i];
    return sum;
  }
};

// How far the store holds each stream: the greatest `to` of its latest epoch.
struct Frontier {
  record::StreamId stream{};
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
};

// What a rewritten segment was made of; empty for one that a writer made.
struct SegmentOrigin {
  // Ids of the segments, in the same folder, that it stands for: while it is new they may still be
  // there, and count no more.
  std::vector<std::string> replaces;
  // The segments that writers made and how many rows of each are left, in the order of the rows:
  // who has seen some of them knows which rows are new to him.
  struct Part {
    std::string id;
    std::uint64_t rows = 0;
  };
  std::vector<Part> parts;
};

// Thread-compatible, except that `read_block` may be called from several threads.
class SegmentReader {
 public:
  virtual ~SegmentReader() = default;
  virtual const SegmentInfo& info() const = 0;
  virtual const std::vector<BlockInfo>& blocks() const = 0;
  // Of a sealed segment; "level" counts the names of severities. nullptr if the field has too many
  // values, or nothing was counted (live, damaged footer). Valid as long as the reader.
  virtual const ValueCounts* value_counts(std::string_view name) const = 0;
  // Which blocks may hold a record whose field `name` is the string `text`, or equals it but for
  // the case of ASCII letters: one flag a block, 0 is certain. nullopt: nothing is known of this
  // field (live segment, damaged footer, values not like ids). Fails with corrupt if the filter is
  // damaged: then any block may.
  virtual base::Result<std::optional<std::vector<std::uint8_t>>> may_contain(std::string_view name, std::string_view text) const = 0;
  // Compares the checksums of what is asked by `may_contain`: fails with corrupt, naming the field.
  virtual base::Status verify_filters() const = 0;
  // Of the streams that the segment holds records of.
  virtual base::Result<std::vector<Frontier>> frontiers() const = 0;
  virtual const SegmentOrigin& origin() const = 0;
  // Fails with corrupt if the block's header or directory does not hold.
  virtual base::Result<std::unique_ptr<BlockReader>> read_block(std::size_t index) = 0;
  // For a live segment: takes in what was committed since; true if there is more. When the segment
  // has been sealed meanwhile, goes on with the sealed file: block indexes may change then, and
  // `info().sealed` says so.
  virtual base::Result<bool> refresh() = 0;
  // The same as another reader, for others to read on in this one meanwhile; nullptr: there is nothing new.
  virtual base::Result<std::unique_ptr<SegmentReader>> refreshed() const = 0;
};

// Opens one segment, live or sealed.
base::Result<std::unique_ptr<SegmentReader>> open_segment(sys::FileSystem& fs, const std::string& path, base::Reporter& reporter);

// Paths of all segments of a store, live and sealed, oldest first. A segment that was sealed while
// listing appears once. `since` and `until` leave out partitions that cannot hold such times.
base::Result<std::vector<std::string>> list_segments(sys::FileSystem& fs, const std::string& store, base::TimeNs since, base::TimeNs until);

// Of all streams that the store has ever held, deleted segments included.
base::Result<std::vector<Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& store, base::Reporter& reporter);

}  // namespace logmill::store
