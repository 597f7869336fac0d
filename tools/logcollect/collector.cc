#include "logcollect/collector.h"

#include <algorithm>
#include <utility>

#include "logcollect/file_stream.h"
#include "sys/file_identity.h"

namespace logmill::logcollect {
Collector::Collector(CollectorOptions options, const std::vector<store::Frontier>& frontiers, Discovery& discovery,
                     const base::Clock& clock, base::Reporter& reporter)
    : options_(std::move(options)), discovery_(discovery), clock_(clock), reporter_(reporter) {
  for (const store::Frontier& frontier : frontiers) frontiers_[frontier.stream] = frontier;
}

Collector::~Collector() = default;

void Collector::look_at_everything() {
  Found found = compare_with_names(discovery_.find([this] { pause_between(); }));
  const auto look_at_all = [this](const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      look_at(path);
      pause_between();
    }
  };
  look_at_all(found.known);
  look_at_all(oldest_first(std::move(found.unknown)));
  for (const std::string& path : found.vanished) look_at(path);
  for (const auto& [stream, file] : files_)
    if (file->names.empty()) look_at_nameless(*file);
  first_look_ = false;
}

// In one go through both lists: meanwhile nothing is read.
Collector::Found Collector::compare_with_names(std::vector<std::string> paths) const {
  Found found;
  auto name = names_.begin();
  for (std::string& path : paths) {
    for (; name != names_.end() && name->first < path; ++name) found.vanished.push_back(name->first);
    const bool known = name != names_.end() && name->first == path;
    if (known) ++name;
    (known ? found.known : found.unknown).push_back(std::move(path));
  }
  for (; name != names_.end(); ++name) found.vanished.push_back(name->first);
  return found;
}

// Not in the first look: files are to be begun in order of age.
void Collector::pause_between() {
  if (++paths_looked_at_ % options_.paths_between == 0 && !first_look_) between_();
}

base::Result<bool> Collector::look_at_changes() {
  LOGMILL_ASSIGN_OR_RETURN(const Changes changes, discovery_.take_changes());
  for (const std::string& path : changes.listed) look_at(path);
  for (const std::string& path : changes.modified) {
    if (const auto known = names_.find(path); known != names_.end())
      enqueue(*known->second);
    else if (failed_.contains(path))
      look_at(path);
  }
  for (const int watch : changes.watches)
    if (const auto known = watches_.find(watch); known != watches_.end()) enqueue(*known->second);
  return changes.everything;
}

std::vector<std::string> Collector::oldest_first(std::vector<std::string> paths) {
  std::map<std::string, base::TimeNs> modified;
  for (const std::string& path : paths) {
    const auto info = sys::regular_file_info(path);
    modified[path] = info ? info->modified : 0;
  }
  std::ranges::stable_sort(paths, [&](const std::string& a, const std::string& b) { return modified.at(a) < modified.at(b); });
  return paths;
}

void Collector::look_at(const std::string& path) {
  const auto info = sys::regular_file_info(path);
  if (!info) {
    if (names_.contains(path)) take_name(path);
    const base::ErrorCode code = info.error().code;
    // Gone, or a directory that happens to match.
    const bool no_file = code == base::ErrorCode::not_found || code == base::ErrorCode::invalid;
    if (no_file) {
      failed_.erase(path);
      waiting_.erase(path);
    } else
      fail(path, info.error());
    return;
  }
  if (const auto known = names_.find(path); known != names_.end()) {
    File& file = *known->second;
    if (file.device == info->device && file.inode == info->inode) {
      if (file.tail.differs_from(*info)) enqueue(file);
      return;
    }
  }
  if (File* file = open(path)) give_name(path, *file);
}

void Collector::look_at_nameless(File& file) {
  const auto info = file.tail.file().info();
  if (file.tail.changed().value_or(true)) {
    file.seen_deleted = false;
    enqueue(file);
  } else if (info && info->links == 0) {
    // Who deleted it may still write to it for a moment: twice seen without change is the end.
    if (file.seen_deleted) {
      file.ending = true;
      enqueue(file);
    }
    file.seen_deleted = true;
  }
}

base::Result<sys::HeldFile> Collector::open_within_limit(const std::string& path) const {
  auto held = sys::HeldFile::open(path);
  // The lowest that is free is taken.
  if (held && held->fd() > options_.descriptor_max) return base::Error{base::ErrorCode::again, path + ": too many open files"};
  return held;
}

Collector::File* Collector::open(const std::string& path) {
  auto held = open_within_limit(path);
  if (!held && held.error().code == base::ErrorCode::again) return wait_for_descriptor(path, held.error()), nullptr;
  waiting_.erase(path);
  if (!held) return fail(path, held.error()), nullptr;
  const auto identity = sys::identify(*held);
  if (!identity) return fail(path, identity.error()), nullptr;
  if (!identity->settled && options_.mode == Mode::follow) {
    failed_.insert(path);  // not now: looked at again when it grows
    return nullptr;
  }
  failed_.erase(path);
  const record::StreamId stream = stream_of_file(identity->key);
  if (const auto known = files_.find(stream); known != files_.end()) return known->second.get();
  if (take_archive(path, *held, stream)) return nullptr;
  const auto info = held->info();
  if (!info) return fail(path, info.error()), nullptr;

  Tail tail(*std::move(held), path, stream, options_.limits, options_.host, reporter_);
  base::Status placed;
  if (const auto* const frontier = frontier_of_file(frontiers_, stream))
    placed = tail.resume(*frontier);
  else if (first_look_ && options_.start == Start::end)
    placed = tail.start_at_end();
  if (!placed) return fail(path, placed.error()), nullptr;
  return (files_[stream] = std::make_unique<File>(std::move(tail), *info)).get();
}

void Collector::give_name(const std::string& path, File& file) {
  if (names_.contains(path)) take_name(path);
  names_[path] = &file;
  file.names.insert(path);
  forget_watch(file);
  if (const auto former = former_names_.find(path); former != former_names_.end()) {
    File& before = *former->second;
    before.former_names.erase(path);
    former_names_.erase(former);
    follow_after(before, file);
    if (options_.leave_rotated) {
      before.ending = true;
      enqueue(before);
    }
  }
  enqueue(file);
}

void Collector::follow_after(File& before, File& file) {
  if (&before == &file || file.predecessor != nullptr || before.successor != nullptr) return;
  file.predecessor = &before;
  before.successor = &file;
}

void Collector::take_name(const std::string& path) {
  File& file = *names_.at(path);
  names_.erase(path);
  former_names_[path] = &file;
  file.former_names.insert(path);
  file.names.erase(path);
  if (!file.names.empty()) return;
  file.watch = discovery_.watch_file(file.tail.file());
  if (file.watch >= 0) watches_[file.watch] = &file;
  enqueue(file);
  if (file.predecessor != nullptr && file.predecessor->names.empty()) {
    file.predecessor->ending = true;
    enqueue(*file.predecessor);
  }
}

void Collector::forget_watch(File& file) {
  if (file.watch < 0) return;
  discovery_.forget_file(file.watch);
  watches_.erase(std::exchange(file.watch, -1));
}

// It is looked at again, by whoever looks at everything; with Mode::once when others were read and closed.
void Collector::wait_for_descriptor(const std::string& path, const base::Error& error) {
  if (waiting_.empty())
    reporter_.warn("descriptors", error.what + "; it waits until others are closed (ulimit -n), and may not be the only one");
  waiting_.insert(path);
}

// True if one of them could be opened.
bool Collector::look_at_waiting() {
  if (options_.mode == Mode::follow || waiting_.empty()) return false;
  const std::set<std::string> paths = waiting_;
  for (const std::string& path : paths) look_at(path);
  if (waiting_.size() < paths.size()) return true;
  for (const std::string& path : paths) fail(path, {base::ErrorCode::again, "no descriptor left to open it"});
  return false;
}

void Collector::fail(const std::string& path, const base::Error& error) {
  if (!failed_.insert(path).second) return;
  ++failures_;
  reporter_.warn("unreadable", error.what.starts_with(path) ? error.what : path + ": " + error.what);
}

void Collector::enqueue(File& file) {
  if (std::exchange(file.queued, true)) return;
  queue_.push_back(&file);
}

// Followed files take turns; with Mode::once one is read after the other.
void Collector::take_turn_again(File& file) {
  file.queued = true;
  if (options_.mode == Mode::once)
    queue_.push_front(&file);
  else
    queue_.push_back(&file);
}

bool Collector::next(record::Batch& batch) {
  // To the end one after the other; who follows files does not wait for those.
  const bool archives_first = options_.mode == Mode::once || !std::exchange(archive_had_turn_, false);
  if (archives_first && next_of_archives(batch))
    archive_had_turn_ = true;
  else if (!next_of_files(batch) && (archives_first || !next_of_archives(batch)))
    return look_at_waiting() && next(batch);
  bytes_in_ += batch.range().to - batch.range().from;
  return true;
}

bool Collector::next_of_files(record::Batch& batch) {
  enqueue_due();
  while (!queue_.empty()) {
    File& file = *queue_.front();
    queue_.pop_front();
    file.queued = false;
    if (file.predecessor != nullptr && !file.predecessor->reached_end) {
      file.waiting = true;
      continue;
    }
    const bool ending = options_.mode == Mode::once || (file.ending && file.names.empty());
    using multiline::More;
    const auto step = file.tail.read(batch, ending ? More::none : std::exchange(file.paused, false) ? More::paused : More::expected);
    if (step && !failed_.empty()) failed_.erase(file.tail.name());
    if (!step) {
      fail(file.tail.name(), step.error());
      reached_end(file);
    } else if (*step == Tail::Step::at_end) {
      reached_end(file);
      if (ending) close(file);
    } else {
      take_turn_again(file);
    }
    if (step && !batch.empty()) return true;
  }
  return false;
}

// Lines that others may go on with wait for them, from the last byte on.
void Collector::hold(File& file) {
  if (file.held_until >= 0 && file.held_size == file.tail.size_seen()) return;
  let_go(file);
  if (!file.tail.holds_event()) return;
  file.held_size = file.tail.size_seen();
  file.held_until = clock_.steady_ns() + options_.joiner_timeout_ns;
  while (!held_.try_emplace(file.held_until, &file).second) ++file.held_until;
}

void Collector::let_go(File& file) {
  if (file.held_until >= 0) held_.erase(std::exchange(file.held_until, -1));
}

void Collector::enqueue_due() {
  if (held_.empty()) return;
  for (const std::int64_t now = clock_.steady_ns(); !held_.empty() && held_.begin()->first <= now;) {
    File& file = *held_.begin()->second;
    let_go(file);
    file.paused = !file.tail.changed().value_or(true);
    enqueue(file);
  }
}

void Collector::reached_end(File& file) {
  hold(file);
  file.reached_end = true;
  if (file.successor != nullptr && std::exchange(file.successor->waiting, false)) enqueue(*file.successor);
}

void Collector::close(File& file) {
  if (file.predecessor != nullptr) file.predecessor->successor = nullptr;
  if (file.successor != nullptr) file.successor->predecessor = nullptr;
  for (const std::string& path : file.names) names_.erase(path);
  for (const std::string& path : file.former_names) former_names_.erase(path);
  forget_watch(file);
  let_go(file);
  const auto info = file.tail.file().info();
  const store::Frontier frontier = file.tail.frontier();
  if (info && info->links > 0) frontiers_[frontier.stream] = frontier;
  files_.erase(file_of_stream(frontier.stream));
}

}  // namespace logmill::logcollect
