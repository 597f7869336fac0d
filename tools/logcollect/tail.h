// One file, read from a position onwards as it grows, until nobody wants more of it.
//
// Nothing of the file is kept between two reads but numbers and the last few bytes that were read:
// a line without its end is read again when there is more of it. So thousands of files cost no
// buffers, and a position never stands for bytes that were not handed over.
//
// Truncation is noticed by content: the bytes just before the position must still be those that
// were read.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/reporter.h"
#include "base/result.h"
#include "logcollect/epoch.h"
#include "logcollect/splitter.h"
#include "record/batch.h"
#include "store/reader.h"
#include "sys/held_file.h"

namespace logmill::logcollect {

struct TailLimits {
  std::size_t chunk_bytes = 256 << 10;  // one turn: long enough to be fast, short enough to be fair
  std::size_t line_bytes_max = 1 << 20;
  const multiline::Joiner* joiner = nullptr;  // which lines are one record, null: each is. Must outlive the tail
};

class Tail {
 public:
  enum class Step {
    more,    // there is more to read at once
    at_end,  // all that is there was read, but for a record without its end
  };

  // `name` is what records say they come from, `file_stream` of file_stream.h without a first line. `host` and `reporter` must outlive it.
  Tail(sys::HeldFile file, std::string name, const record::StreamId& file_stream, const TailLimits& limits, std::string_view host,
       base::Reporter& reporter);

  // Where to begin, before the first `read`; otherwise it is the beginning of the file.
  base::Status start_at_end();
  // Where the sink holds it up to. If the file is not what it was then, its new content is read
  // from the beginning, in a new epoch, with a warning.
  base::Status resume(const store::Frontier& frontier);

  // Clears `batch` and fills it with the next records and the range that they decide; it may stay
  // empty. `ended`: nothing will be added, a last line without a newline is a record too.
  base::Result<Step> read(record::Batch& batch, multiline::More more);

  // Whether the last `read` left whole lines, because others may go on with them. Then, when nothing comes for a while, read
  // with More::paused.
  bool holds_event() const { return holds_event_; }

  // How large the file was at the last `read`.
  std::uint64_t size_seen() const { return seen_size_; }
  // Whether there is something that `read` has not seen, by size and time of change.
  base::Result<bool> changed() const;
  // The same, when the caller has asked how it is.
  bool differs_from(const sys::HeldFileInfo& info) const { return info.size != seen_size_ || info.modified != seen_modified_; }

  const sys::HeldFile& file() const { return file_; }
  const std::string& name() const { return name_; }
  // How far it is handed over.
  store::Frontier frontier() const { return {stream_, epoch_.number(), position_}; }

 private:
  static constexpr base::TimeNs kNotSeen = std::numeric_limits<base::TimeNs>::min();
  // The content just before the position, to compare with.
  struct Trace {
    std::array<char, 64> bytes;
    std::size_t size = 0;
    std::string_view view() const { return {bytes.data(), size}; }
    void add(std::string_view read);
  };

  base::Result<Trace> read_trace() const;
  base::Result<bool> intact() const;
  base::Status look_at_head();
  base::Status start_again();
  void take_records(record::Batch& batch, multiline::More more);
  void add_gap_record(record::Batch& batch);

  sys::HeldFile file_;
  std::string name_;
  record::StreamId stream_;
  TailLimits limits_;
  Splitter splitter_;
  std::string_view host_;
  base::Reporter* reporter_;

  Epoch epoch_;
  bool head_known_ = false;     // stream and epoch are final
  std::uint64_t position_ = 0;  // all before is decided
  Trace trace_;
  bool holds_event_ = false;
  bool within_line_ = false;     // the position is not at the start of a line
  std::uint64_t seen_size_ = 0;  // of the file, and when it had changed
  base::TimeNs seen_modified_ = 0;
  // What a truncation took, as far as it is known: goes out with the next records.
  struct Gap {
    std::uint64_t from, to;
  };
  std::optional<Gap> gap_;
};

}  // namespace logmill::logcollect
