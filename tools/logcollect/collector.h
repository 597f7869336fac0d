// All files that are followed: who they are, which names lead to them, whose turn it is to be read.
//
// A file that loses its name (rotation) stays open and is read to its end before the file that got
// the name is begun. It is let go when it is deleted and nothing was added for a while, or when its
// successor is rotated away as well: never with bytes unread. docs/formats/delivery.md has the
// rules.
#pragma once

#include <climits>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "logcollect/archive.h"
#include "logcollect/archive_match.h"
#include "logcollect/discovery.h"
#include "logcollect/feed.h"
#include "logcollect/tail.h"
#include "record/batch.h"
#include "store/reader.h"

namespace logmill::logcollect {

enum class Mode {
  follow,
  once,  // to the end of each file, one after the other, oldest first; compressed ones before the
         // others
};

// Compressed files are
enum class Archives {
  left_out,  // with a warning
  whole,     // read from their beginning
  copies,    // perhaps copies of files that the frontiers know: what is missing of them is read
};

struct CollectorOptions {
  Mode mode = Mode::follow;
  Start start = Start::beginning;  // of files that are there at the first look and not in the frontiers
  Archives archives = Archives::left_out;
  int descriptor_max = INT_MAX;  // greater ones are for others
  bool leave_rotated = false;    // a file whose name belongs to another is read to its end as it is then, and no more
  std::string host = {};
  TailLimits limits = {};
  std::size_t paths_between = 256;                      // in a look, until Feed::while_looking: well below a millisecond
  std::int64_t joiner_timeout_ns = base::kNsPerSecond;  // without a new byte: an event of several lines is complete
};

// Thread-compatible.
class Collector final : public Feed {
 public:
  // `discovery`, `clock` and `reporter` must outlive it.
  Collector(CollectorOptions options, const std::vector<store::Frontier>& frontiers, Discovery& discovery, const base::Clock& clock,
            base::Reporter& reporter);
  ~Collector() override;

  void look_at_everything() override;
  base::Result<bool> look_at_changes() override;
  int fd() const override { return discovery_.fd(); }
  bool misses_changes() const override { return discovery_.misses_changes(); }
  bool next(record::Batch& batch) override;
  std::int64_t due_at() const override { return held_.empty() ? -1 : held_.begin()->first; }
  std::uint64_t bytes_in() const override { return bytes_in_; }
  std::uint64_t failures() const override { return failures_ + discovery_.unreadable(); }

  std::size_t files() const { return files_.size(); }

 private:
  struct File {
    File(Tail t, const sys::HeldFileInfo& info) : tail(std::move(t)), device(info.device), inode(info.inode) {}
    Tail tail;
    std::uint64_t device, inode;  // of no other file as long as it is open
    std::set<std::string> names;  // paths that lead here; none: rotated away or deleted
    std::set<std::string> former_names;
    File* predecessor = nullptr;  // had the name before: is read to its end first
    File* successor = nullptr;
    bool queued = false;
    bool reached_end = false;      // once at least
    bool waiting = false;          // for the predecessor
    bool seen_deleted = false;     // at the last look, with nothing unread
    bool paused = false;           // nothing came since it held lines back
    std::int64_t held_until = -1;  // its key in held_
    std::uint64_t held_size = 0;   // of the file, when that began
    bool ending = false;           // nothing will be added: close it at its end
    int watch = -1;
  };

  void look_at(const std::string& path);
  void pause_between();
  void look_at_nameless(File& file);
  File* open(const std::string& path);
  bool take_archive(const std::string& path, const sys::HeldFile& file, const record::StreamId& stream);
  bool next_of_archives(record::Batch& batch);
  base::Status begin_archive();
  struct ArchiveState;
  base::Result<std::optional<store::Frontier>> missing_of_archive(const record::StreamId& stream, const ArchiveState& state);
  bool is_copy_of_open_file(const ArchiveTraits& traits) const;
  void end_archive(const base::Status& status);
  bool next_of_files(record::Batch& batch);
  void give_name(const std::string& path, File& file);
  void take_name(const std::string& path);
  void follow_after(File& before, File& file);
  void forget_watch(File& file);
  base::Result<sys::HeldFile> open_within_limit(const std::string& path) const;
  void wait_for_descriptor(const std::string& path, const base::Error& error);
  bool look_at_waiting();
  void fail(const std::string& path, const base::Error& error);
  void enqueue(File& file);
  void take_turn_again(File& file);
  void reached_end(File& file);
  void hold(File& file);
  void let_go(File& file);
  void enqueue_due();
  void close(File& file);
  // What a look at the folders found, in order, beside `names_`.
  struct Found {
    std::vector<std::string> known, unknown, vanished;
  };
  Found compare_with_names(std::vector<std::string> paths) const;
  static std::vector<std::string> oldest_first(std::vector<std::string> paths);

  CollectorOptions options_;
  Discovery& discovery_;
  const base::Clock& clock_;
  base::Reporter& reporter_;
  bool first_look_ = true;
  std::size_t paths_looked_at_ = 0;

  std::map<record::StreamId, std::unique_ptr<File>> files_;  // by file_of_stream
  std::map<std::string, File*> names_;
  std::map<std::string, File*> former_names_;  // who had the name last, if that one is still open
  std::map<int, File*> watches_;
  std::deque<File*> queue_;
  std::map<std::int64_t, File*> held_;  // until when they hold lines back
  // Compressed files that are there, as they were when they were last looked at.
  struct ArchiveState {
    std::string path;
    std::uint64_t size = 0;
    base::TimeNs modified = 0;
    bool at_first_look = false;
    enum class Content { unseen, without_end, known } content = Content::unseen;
  };
  std::map<record::StreamId, ArchiveState> archive_states_;
  std::deque<record::StreamId> archives_;  // to be read, the first now
  std::set<record::StreamId> copied_;      // of which one is a copy
  std::optional<Archive> archive_;
  bool archive_had_turn_ = false;
  std::set<std::string> waiting_;  // too many files are open
  std::set<std::string> failed_;   // tried again at every look, reported once
  // How far files are handed over that are not open: from the sink at start, from us when closed
  // since.
  Frontiers frontiers_;
  std::uint64_t failures_ = 0, bytes_in_ = 0;
};

}  // namespace logmill::logcollect
