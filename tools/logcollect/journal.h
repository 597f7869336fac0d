// systemd's journal as a source: docs/formats/delivery.md, "The journal".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "logcollect/feed.h"
#include "logcollect/journal_entry.h"
#include "logcollect/journal_sequence.h"
#include "store/reader.h"
#include "sys/file_watch.h"

namespace logmill::logcollect {

struct JournalOptions {
  std::vector<std::string> paths = {};  // folders or files
  Start start = Start::beginning;       // of what is there at the first look and not in the frontiers
  bool watch = true;                    // by inotify
  JournalEntryOptions entry = {};
};

// Thread-compatible.
class Journal final : public Feed {
 public:
  // `reporter` must outlive it.
  Journal(JournalOptions options, const std::vector<store::Frontier>& frontiers, base::Reporter& reporter);

  void look_at_everything() override;
  base::Result<bool> look_at_changes() override;
  int fd() const override { return watch_ ? watch_->fd() : -1; }
  bool misses_changes() const override { return options_.watch && (!watch_ || unwatched_); }
  bool next(record::Batch& batch) override;
  std::uint64_t bytes_in() const override { return bytes_in_; }
  std::uint64_t failures() const override { return failures_; }

  bool found_any() const { return !sequences_.empty(); }

 private:
  struct Sequence {
    explicit Sequence(JournalSequence r) : reader(std::move(r)) {}
    JournalSequence reader;
    record::StreamId stream{};
    std::uint64_t position = 0;         // the number that is wanted next; 0: any
    std::optional<std::uint64_t> here;  // the entry at which the reader stands
    std::uint64_t looked_before = 0;    // that entry, for those that are missing
    bool failed = false;                // until the next look
  };
  // nullopt: no entry now.
  base::Result<std::optional<std::uint64_t>> go_on(Sequence& sequence);
  base::Status read(Sequence& sequence, record::Batch& batch);
  void take_entry(Sequence& sequence, record::Batch& batch, std::uint64_t distance);
  void add_gap_record(record::Batch& batch, std::uint64_t distance, std::uint64_t first, std::uint64_t end);
  void watch(const std::vector<std::string>& folders);
  void start(const std::string& id, Sequence& sequence);
  void fail(Sequence& sequence, const base::Error& error);
  bool look_for_missing(Sequence& sequence);

  JournalOptions options_;
  base::Reporter& reporter_;
  JournalEntry entry_;
  std::optional<sys::FileWatch> watch_;
  std::map<record::StreamId, store::Frontier> frontiers_;
  std::map<std::string, Sequence> sequences_;  // by id
  std::string turn_;                           // the id whose turn it was
  bool first_look_ = true, changed_ = false, unready_ = false, unwatched_ = false;
  std::set<std::string> refused_;
  std::uint64_t failures_ = 0, bytes_in_ = 0;
};

}  // namespace logmill::logcollect
