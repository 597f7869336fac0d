#include "logcollect/journal.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "logcollect/provenance.h"

namespace logmill::logcollect {
namespace {

// Hand over sooner than a batch must: it stays in the cache.
constexpr std::size_t kJournalBatchRows = 4096;
constexpr std::size_t kJournalBatchBytes = 1 << 20;
// Of an entry from the beginning of its batch, as it is written down. Only numbers that are missing make it greater; it is of no
// importance then, because ranges end at entries.
constexpr std::uint64_t kDistanceMax = UINT32_MAX;

bool is_large(const record::Batch& batch) {
  return batch.full() || batch.rows() >= kJournalBatchRows || batch.text_bytes() >= kJournalBatchBytes;
}

}  // namespace

Journal::Journal(JournalOptions options, const std::vector<store::Frontier>& frontiers, base::Reporter& reporter)
    : options_(std::move(options)), reporter_(reporter), entry_(options_.entry) {
  for (const store::Frontier& frontier : frontiers) frontiers_[frontier.stream] = frontier;
  if (!options_.watch) return;
  if (auto watch = sys::FileWatch::create())
    watch_ = *std::move(watch);
  else
    reporter_.warn("watch", watch.error().what + "; new entries are found by looking every second");
}

void Journal::look_at_everything() {
  changed_ = false;
  JournalFiles found = find_journal_files(options_.paths);
  unready_ = found.unready;
  if (watch_) watch(found.folders);
  for (const std::string& path : found.refused)
    if (refused_.insert(path).second) {
      ++failures_;
      reporter_.warn("unreadable", path + ": cannot be read; its entries are missing");
    }
  for (const auto& [id, files] : found.sequences)
    if (!sequences_.contains(id)) sequences_.emplace(id, JournalSequence(id, reporter_));
  for (auto& [id, sequence] : sequences_) {
    sequence.failed = false;
    const auto files = found.sequences.find(id);
    sequence.reader.set_files(files == found.sequences.end() ? std::vector<JournalFile>{} : files->second);
    if (sequence.stream == record::StreamId{}) start(id, sequence);
  }
  first_look_ = false;
}

void Journal::watch(const std::vector<std::string>& folders) {
  const bool said = std::exchange(unwatched_, false);
  for (const std::string& folder : folders) {
    const auto watched = watch_->watch_directory(folder);
    if (watched || watched.error().code == base::ErrorCode::not_found) continue;
    if (!said && !unwatched_) reporter_.warn("watch", watched.error().what + "; it is looked at every second");
    unwatched_ = true;
  }
}

void Journal::start(const std::string& id, Sequence& sequence) {
  sequence.stream = base::xxh3_128("journal" + id);
  if (const auto frontier = frontiers_.find(sequence.stream); frontier != frontiers_.end()) {
    sequence.position = frontier->second.position;
  } else if (first_look_ && options_.start == Start::end) {
    sequence.reader.reopen(0);
    if (const auto end = sequence.reader.end())
      sequence.position = *end;
    else
      fail(sequence, end.error());
  }
  sequence.reader.reopen(sequence.position);
}

void Journal::fail(Sequence& sequence, const base::Error& error) {
  if (!std::exchange(sequence.failed, true)) ++failures_;
  reporter_.warn("journal", error.what);
}

base::Result<bool> Journal::look_at_changes() {
  if (!watch_) return changed_;
  std::vector<sys::FileEvent> events;
  LOGMILL_RETURN_IF_ERROR(watch_->read(events));
  for (const sys::FileEvent& event : events) changed_ |= event.listing || event.ended || event.overflow;
  return changed_;
}

bool Journal::next(record::Batch& batch) {
  // Who had a turn comes last.
  auto at = sequences_.upper_bound(turn_);
  for (std::size_t i = 0; i < sequences_.size(); ++i, ++at) {
    if (at == sequences_.end()) at = sequences_.begin();
    if (at->second.failed) continue;
    batch.clear();
    const auto status = read(at->second, batch);
    if (!status) fail(at->second, status.error());
    if (batch.empty()) continue;
    turn_ = at->first;
    return true;
  }
  return false;
}

base::Result<std::optional<std::uint64_t>> Journal::go_on(Sequence& sequence) {
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const auto number, sequence.reader.next());
    if (number && *number < sequence.position) continue;
    if (number || !sequence.reader.files_changed()) return number;
    // What was open is read to its end.
    sequence.reader.reopen(sequence.position);
  }
}

base::Status Journal::read(Sequence& sequence, record::Batch& batch) {
  std::uint64_t from = 0;
  base::Status status;
  while (!is_large(batch)) {
    if (!sequence.here) {
      auto number = go_on(sequence);
      if (!number) status = std::move(number).error();
      if (!number || !*number) break;
      sequence.here = **number;
    }
    const std::uint64_t number = *sequence.here;
    const std::uint64_t expected = sequence.position != 0 ? sequence.position : number;
    if (number > expected && look_for_missing(sequence)) continue;
    if (batch.empty())
      from = expected;
    else if (number - from > kDistanceMax)
      break;
    if (number > expected && refused_.empty()) add_gap_record(batch, expected - from, expected, number);
    take_entry(sequence, batch, number - from);
  }
  if (!batch.empty()) batch.range() = {sequence.stream, 0, from, sequence.position};
  return status;
}

// Moves on in any case: what cannot be read at all is passed over with the next one.
void Journal::take_entry(Sequence& sequence, record::Batch& batch, std::uint64_t distance) {
  const std::uint64_t number = *sequence.here;
  sequence.here.reset();
  const auto size = sequence.reader.read(batch, entry_);
  if (!size) return reporter_.warn("journal", size.error().what);
  batch.positions().resize(batch.rows(), static_cast<std::uint32_t>(std::min(distance, kDistanceMax)));
  bytes_in_ += *size;
  sequence.position = number + 1;
}

// Before the entry at which it stands there should be others. True if there are more files than before: it goes there again.
bool Journal::look_for_missing(Sequence& sequence) {
  if (std::exchange(sequence.looked_before, *sequence.here) == *sequence.here) return false;
  const auto changed = look_at_changes();
  if (!watch_ || !changed || *changed || unready_) look_at_everything();
  if (!sequence.reader.files_changed()) return false;
  sequence.reader.reopen(sequence.position);
  sequence.here.reset();
  return true;
}

void Journal::add_gap_record(record::Batch& batch, std::uint64_t distance, std::uint64_t first, std::uint64_t end) {
  reporter_.warn("gap", "journal: GAP: entries " + std::to_string(first) + " to " + std::to_string(end - 1) +
                            " are gone: deleted, or in a damaged file");
  const std::size_t row = batch.add_row();
  batch.positions().push_back(static_cast<std::uint32_t>(distance));
  batch.levels()[row] = record::Severity::warn;
  batch.set(record::kMessage, row, record::Value::string(batch.own("GAP: entries of the journal were gone before they were read")));
  batch.set(kGapFrom, row, record::Value::integer(static_cast<std::int64_t>(first)));
  batch.set(kGapTo, row, record::Value::integer(static_cast<std::int64_t>(end)));
  batch.set(record::kFile, row, record::Value::string(batch.own(options_.entry.file)));
}

}  // namespace logmill::logcollect
