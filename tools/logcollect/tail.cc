#include "logcollect/tail.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "logcollect/file_stream.h"
#include "logcollect/provenance.h"
#include "record/fields.h"
#include "sys/file_identity.h"
#include "text/units.h"

namespace logmill::logcollect {

void Tail::Trace::add(std::string_view read) {
  if (read.size() >= bytes.size()) {
    std::memcpy(bytes.data(), read.data() + read.size() - bytes.size(), bytes.size());
    size = bytes.size();
    return;
  }
  const std::size_t kept = std::min(size, bytes.size() - read.size());
  std::memmove(bytes.data(), bytes.data() + size - kept, kept);
  std::memcpy(bytes.data() + kept, read.data(), read.size());
  size = kept + read.size();
}

Tail::Tail(sys::HeldFile file, std::string name, const record::StreamId& file_stream, const TailLimits& limits, std::string_view host,
           base::Reporter& reporter)
    : file_(std::move(file)),
      name_(std::move(name)),
      stream_(file_stream),
      limits_(limits),
      splitter_(limits.line_bytes_max, limits.joiner),
      host_(host),
      reporter_(&reporter) {}

base::Status Tail::start_at_end() {
  LOGMILL_ASSIGN_OR_RETURN(const sys::HeldFileInfo info, file_.info());
  position_ = info.size;
  LOGMILL_ASSIGN_OR_RETURN(trace_, read_trace());
  within_line_ = trace_.size > 0 && trace_.view().back() != '\n';
  return {};
}

base::Status Tail::resume(const store::Frontier& frontier) {
  stream_ = frontier.stream;
  epoch_ = Epoch::from_number(frontier.epoch);
  position_ = frontier.position;
  LOGMILL_ASSIGN_OR_RETURN(const sys::HeldFileInfo info, file_.info());
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileHead head, sys::read_head(file_));
  head_known_ = true;
  seen_size_ = position_;
  if (info.size < position_ || !has_head(frontier, head.bytes)) return start_again();
  LOGMILL_ASSIGN_OR_RETURN(trace_, read_trace());
  within_line_ = trace_.size > 0 && trace_.view().back() != '\n';
  return {};
}

base::Result<bool> Tail::changed() const {
  LOGMILL_ASSIGN_OR_RETURN(const sys::HeldFileInfo info, file_.info());
  return differs_from(info);
}

base::Result<Tail::Step> Tail::read(record::Batch& batch, multiline::More more) {
  batch.clear();
  seen_modified_ = kNotSeen;  // unless all goes well: what cannot be read has not been seen
  LOGMILL_ASSIGN_OR_RETURN(const sys::HeldFileInfo info, file_.info());
  std::size_t wanted = limits_.chunk_bytes, got = 0;
  while (true) {
    batch.text().reserve(wanted);
    LOGMILL_ASSIGN_OR_RETURN(got, file_.read_at(position_, batch.text().data(), wanted));
    batch.text().set_size(got);
    // Asked after reading: what was read is of the same content as what came before it.
    LOGMILL_ASSIGN_OR_RETURN(const bool same, intact());
    if (!same) {
      LOGMILL_RETURN_IF_ERROR(start_again());
      continue;
    }
    LOGMILL_RETURN_IF_ERROR(look_at_head());
    take_records(batch, got < wanted ? more : multiline::More::expected);
    // A line that is longer than a chunk.
    if (!batch.empty() || got < wanted) break;
    wanted += limits_.chunk_bytes;
  }
  seen_size_ = info.size;
  seen_modified_ = info.modified;
  const bool all_taken = got < wanted && batch.rows() < record::Batch::kRowsMax;
  return all_taken ? Step::at_end : Step::more;
}

base::Result<Tail::Trace> Tail::read_trace() const {
  Trace trace;
  const std::uint64_t size = std::min<std::uint64_t>(position_, trace.bytes.size());
  LOGMILL_ASSIGN_OR_RETURN(trace.size, file_.read_at(position_ - size, trace.bytes.data(), size));
  return trace;
}

base::Result<bool> Tail::intact() const {
  LOGMILL_ASSIGN_OR_RETURN(const Trace now, read_trace());
  return now.view().ends_with(trace_.view());
}

// Stream and epoch are named by the first line, which is there at the latest with the first record.
base::Status Tail::look_at_head() {
  if (head_known_) return {};
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileHead head, sys::read_head(file_));
  epoch_.head = Epoch::hash_of(head.bytes);
  if (epoch_.generation == 0) stream_ = stream_with_head(stream_, head.bytes);
  return {};
}

base::Status Tail::start_again() {
  if (epoch_.generation == std::numeric_limits<std::uint16_t>::max())
    return base::Error{base::ErrorCode::too_large, name_ + ": truncated too often to be told apart"};
  const std::uint64_t lost = seen_size_ > position_ ? seen_size_ - position_ : 0;
  reporter_->warn("truncated", name_ + ": truncated after byte " + std::to_string(position_) +
                                   (lost > 0 ? ", GAP of at least " + text::format_size(lost) : "") + ", read again from its beginning");
  // Truncated again before the first record came: one gap.
  if (!gap_) gap_ = Gap{position_, position_};
  gap_->to += lost;
  ++epoch_.generation;
  head_known_ = false;
  position_ = 0;
  seen_size_ = 0;
  trace_ = {};
  within_line_ = false;
  return {};
}

void Tail::take_records(record::Batch& batch, multiline::More more) {
  const std::string_view bytes = batch.text().view();
  // The GAP record comes first, if there is a record at all.
  if (gap_ && splitter_.next(bytes, more)) add_gap_record(batch);
  const std::size_t at = splitter_.fill(batch, bytes, more, within_line_);
  holds_event_ = limits_.joiner && batch.rows() < record::Batch::kRowsMax && bytes.find('\n', at) != std::string_view::npos;
  if (at == 0) return;
  head_known_ = true;
  batch.range() = {stream_, epoch_.number(), position_, position_ + at};
  position_ += at;
  trace_.add(bytes.substr(0, at));
  add_provenance(batch, name_, host_);
}

// The record goes with the first ones of the new epoch, so that it is stored exactly once, as they
// are. Also when nothing is known to be lost: what was written after the last look nobody saw, and what a killed collector saw is
// forgotten.
void Tail::add_gap_record(record::Batch& batch) {
  const std::size_t row = batch.add_row();
  batch.positions().push_back(0);
  batch.times()[row] = seen_modified_;
  const bool lost = gap_->to > gap_->from;
  batch.levels()[row] = lost ? record::Severity::warn : record::Severity::info;
  batch.set(record::kMessage, row,
            record::Value::string(batch.own(lost ? "GAP: the file was truncated before it was read to its end"
                                                 : "GAP: the file was truncated; what was written to it after the last look is lost")));
  batch.set(kGapFrom, row, record::Value::integer(static_cast<std::int64_t>(gap_->from)));
  batch.set(kGapTo, row, record::Value::integer(static_cast<std::int64_t>(gap_->to)));
  batch.set(kGapOpen, row, record::Value::boolean(true));
  gap_.reset();
}

}  // namespace logmill::logcollect
