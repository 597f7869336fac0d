// Reading a store while others write to it. Layout: docs/formats/segment.md.
//
// A reader takes no locks and makes writers wait for nothing. It sees a block as soon as it is
// committed, and all of it or nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "record/range.h"
#include "record/severity.h"
#include "record/value.h"
#include "sys/file_system.h"

namespace logmill::store {

// One column of a block: either a value a row, or codes into a dictionary of distinct values.
// Values point into the BlockReader that made them.
struct ColumnData {
  std::vector<record::Value> values;     // a row each; or, with codes, the dictionary
  std::vector<std::uint16_t> codes;      // a row each, index into `values`; empty: no dictionary
  bool dictionary() const { return !codes.empty(); }
  record::Value at(std::size_t row) const { return codes.empty() ? values[row] : values[codes[row]]; }
};

struct BlockInfo {
  std::uint32_t rows = 0;
  base::TimeNs time_min = 0, time_max = 0;  // kNoTime never occurs in a store
  std::uint64_t offset = 0, bytes = 0;      // in the file
  std::uint64_t raw_bytes = 0;              // of the same records as NDJSON, about
};

// The columns of one block, each decoded when asked for. Thread-compatible; independent of other blocks.
class BlockReader {
 public:
  virtual ~BlockReader() = default;
  virtual const BlockInfo& info() const = 0;
  // Without timestamp and level.
  virtual const std::vector<std::string>& column_names() const = 0;
  // Each has info().rows entries. Fail with corrupt, naming the segment and block.
  virtual base::Result<const std::vector<base::TimeNs>*> times() = 0;
  virtual base::Result<const std::vector<record::Severity>*> levels() = 0;
  // nullptr if no record of the block has the field. Valid as long as the reader.
  virtual base::Result<const ColumnData*> column(std::string_view name) = 0;
  // What the block decides, in row order: `rows` consecutive rows came from each range. log_id of row i
  // of an entry is (stream, epoch, from + i).
  struct RangeRows {
    record::Range range;
    std::uint32_t rows;
  };
  virtual const std::vector<RangeRows>& ranges() const = 0;
};

struct SegmentInfo {
  std::string id;    // file name without extension; sorts by time of creation
  std::string path;  // as given to open + partition + file name
  bool sealed = false;
  std::uint64_t rows = 0, bytes = 0, raw_bytes = 0;
  base::TimeNs time_min = 0, time_max = 0;
  std::uint64_t damaged_blocks = 0;
};

class SegmentReader {
 public:
  virtual ~SegmentReader() = default;
  virtual const SegmentInfo& info() const = 0;
  virtual const std::vector<BlockInfo>& blocks() const = 0;
  // Fails with corrupt if the block's header or directory does not hold.
  virtual base::Result<std::unique_ptr<BlockReader>> read_block(std::size_t index) = 0;
  // For a live segment: takes in what was committed since; true if there is more. When the segment has been
  // sealed meanwhile, goes on with the sealed file: block indexes may change then, and `info().sealed` says so.
  virtual base::Result<bool> refresh() = 0;
};

// Opens one segment, live or sealed.
base::Result<std::unique_ptr<SegmentReader>> open_segment(sys::FileSystem& fs, const std::string& path,
                                                          base::Reporter& reporter);

// Paths of all segments of a store, live and sealed, oldest first. A segment that was sealed while
// listing appears once. `since` and `until` leave out partitions that cannot hold such times.
base::Result<std::vector<std::string>> list_segments(sys::FileSystem& fs, const std::string& store,
                                                     base::TimeNs since, base::TimeNs until);

// How far the store holds each stream: the greatest `to` of its latest epoch.
struct Frontier {
  record::StreamId stream{};
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
};
base::Result<std::vector<Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& store,
                                                   base::Reporter& reporter);

}  // namespace logmill::store
