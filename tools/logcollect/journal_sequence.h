// One sequence of journal entries: those that share a counter, in the order of their numbers, read from a number on as it grows.
//
// The files of one sequence are opened together and those of others apart, because only within one is the order certain: libsystemd
// orders entries of different sequences by what clocks said, and leaves out what it thinks to have passed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "logcollect/journal_entry.h"
#include "logcollect/journal_files.h"

struct sd_journal;

namespace logmill::logcollect {

// Thread-compatible.
class JournalSequence {
 public:
  // `reporter` must outlive it.
  JournalSequence(std::string id, base::Reporter& reporter) : id_(std::move(id)), reporter_(&reporter) {}

  // Which files it has now. Those that were open stay so until `reopen`.
  void set_files(std::vector<JournalFile> files);
  bool files_changed() const { return files_changed_; }
  // Opens the files that there are now. `next` then begins at `number`, 0: at the first.
  void reopen(std::uint64_t number);
  // The number after the last entry; 0: there is none.
  base::Result<std::uint64_t> end();

  // Goes to the next entry and gives its number; nullopt: there is none yet.
  base::Result<std::optional<std::uint64_t>> next();
  // The one that `next` went to. Gives its size, about. An entry that cannot be read in full is what could be read.
  base::Result<std::size_t> read(record::Batch& batch, JournalEntry& entry);

 private:
  struct Close {
    void operator()(sd_journal* journal) const;
  };
  using Handle = std::unique_ptr<sd_journal, Close>;

  Handle open_readable_files();
  base::Error failure(int result, std::string_view what) const;
  base::Result<std::uint64_t> number() const;

  std::string id_;
  base::Reporter* reporter_;
  std::vector<JournalFile> files_;
  bool files_changed_ = false;
  Handle journal_;
};

}  // namespace logmill::logcollect
