// Which files the user means, and what the kernel tells about them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "sys/file_watch.h"
#include "sys/glob.h"
#include "sys/held_file.h"

namespace logmill::logcollect {

// What happened since the last look. Paths are written as `Discovery::find` writes them.
struct Changes {
  std::vector<std::string> listed;    // something of this name came, went or was replaced
  std::vector<std::string> modified;  // content changed, perhaps of a file that nobody asked for
  std::vector<int> watches;           // files watched by themselves whose content changed
  bool everything = false;            // more than that: `find` again
};

// Thread-compatible.
class Discovery {
 public:
  enum class Notice { inotify, none };

  // A pattern that names a file as it stands is that file, whatever characters its name has.
  // Without a directory part, an exclusion is about names, else about paths. `reporter` must
  // outlive it.
  Discovery(const std::vector<std::string>& patterns, const std::vector<std::string>& exclusions, Notice notice, base::Reporter& reporter);

  // All paths that match now, sorted. Watches the directories in which others may appear.
  // `each` is called for each of them, and may take changes.
  std::vector<std::string> find(const std::function<void()>& each = [] {});
  // Without waiting.
  base::Result<Changes> take_changes();
  // Readable when there are changes; -1 if nothing will be noticed.
  int fd() const { return watch_ ? watch_->fd() : -1; }

  // For a file that no watched directory leads to any more; -1 if it cannot be watched.
  int watch_file(const sys::HeldFile& file);
  void forget_file(int watch);

  const std::vector<sys::Glob>& patterns() const { return patterns_; }

  // Whether something could not be watched, as of the latest `find`: look often.
  bool misses_changes() const { return wants_watch_ && (!watch_ || unwatched_); }
  // Directories that could not be listed, at the latest `find`.
  std::size_t unreadable() const { return unreadable_.size(); }

 private:
  bool wanted(const std::string& path) const;
  bool excluded(const std::string& path) const;
  void watch_directory(const std::string& prefix);
  void watch_link_target(const std::string& path, std::map<std::string, std::string>& links);
  void forget_unwalked();
  void say_unwatched(const base::Error& error);
  void add_changes(const sys::FileEvent& event, Changes& changes) const;

  std::vector<sys::Glob> patterns_;
  std::vector<sys::Glob> exclusions_;
  std::optional<sys::FileWatch> watch_;
  bool wants_watch_;
  bool unwatched_ = false, said_unwatched_ = false;
  std::map<std::string, std::string> unreadable_;  // and why
  base::Reporter& reporter_;

  // One directory may be reached by several paths. The prefixes of the latest `find`:
  std::map<int, std::set<std::string>> directories_;
  std::map<std::string, std::string> links_;     // from where a link leads to its path
  std::map<int, std::set<std::string>> walked_;  // by the `find` that is going on
};

}  // namespace logmill::logcollect
