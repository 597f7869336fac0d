#include "logcollect/discovery.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "sys/file_system.h"

namespace logmill::logcollect {
namespace {

bool excludes(const sys::Glob& exclusion, const std::string& path) {
  if (exclusion.text().find('/') != std::string::npos) return exclusion.matches(path);
  const std::size_t slash = path.rfind('/');
  return exclusion.matches(slash == std::string::npos ? path : path.substr(slash + 1));
}

sys::Glob to_pattern(const std::string& text) { return sys::regular_file_info(text) ? sys::Glob::literal(text) : sys::Glob(text); }

}  // namespace

Discovery::Discovery(const std::vector<std::string>& patterns, const std::vector<std::string>& exclusions, Notice notice,
                     base::Reporter& reporter)
    : exclusions_(exclusions.begin(), exclusions.end()), wants_watch_(notice == Notice::inotify), reporter_(reporter) {
  std::transform(patterns.begin(), patterns.end(), std::back_inserter(patterns_), to_pattern);
  if (!wants_watch_) return;
  if (auto watch = sys::FileWatch::create())
    watch_ = *std::move(watch);
  else
    reporter_.warn("watch", watch.error().what + "; new lines are found by looking every second");
}

std::vector<std::string> Discovery::find(const std::function<void()>& each) {
  std::set<std::string> found;
  walked_.clear();
  std::map<std::string, std::string> links;
  unwatched_ = false;
  std::map<std::string, std::string> unreadable;
  const sys::Glob::Visitor visitor{.match =
                                       [&](const std::string& path) {
                                         if (!excluded(path)) found.insert(path);
                                         each();
                                       },
                                   .directory = [&](const std::string& prefix) { watch_directory(prefix); },
                                   .unreadable = [&](const std::string& path, const base::Error& error) { unreadable[path] = error.what; }};
  for (const sys::Glob& pattern : patterns_) pattern.walk(visitor);
  for (const std::string& path : found) {
    watch_link_target(path, links);
    each();
  }
  links_ = std::move(links);
  forget_unwalked();
  for (const auto& [path, what] : unreadable)
    if (!unreadable_.contains(path)) reporter_.warn("unreadable", what + "; files in it are not seen");
  unreadable_ = std::move(unreadable);
  if (!unwatched_) said_unwatched_ = false;
  return {found.begin(), found.end()};
}

bool Discovery::wanted(const std::string& path) const {
  const auto matches = [&](const sys::Glob& pattern) { return pattern.matches(path); };
  return std::any_of(patterns_.begin(), patterns_.end(), matches) && !excluded(path);
}

bool Discovery::excluded(const std::string& path) const {
  return std::any_of(exclusions_.begin(), exclusions_.end(), [&](const sys::Glob& exclusion) { return excludes(exclusion, path); });
}

void Discovery::watch_directory(const std::string& prefix) {
  if (!watch_) return;
  const auto watch = watch_->watch_directory(prefix.empty() ? "." : prefix);
  if (watch)
    walked_[*watch].insert(prefix);
  else if (watch.error().code == base::ErrorCode::again)
    say_unwatched(watch.error());
}

void Discovery::say_unwatched(const base::Error& error) {
  unwatched_ = true;
  if (!std::exchange(said_unwatched_, true))
    reporter_.warn("watch", error.what + "; its files, and others that cannot be watched, are looked at every second");
}

// What happens to the file happens in the folder where it really is.
void Discovery::watch_link_target(const std::string& path, std::map<std::string, std::string>& links) {
  std::error_code error;
  if (!watch_ || !std::filesystem::is_symlink(path, error)) return;
  const std::string target = std::filesystem::canonical(path, error).string();
  if (error) return;
  watch_directory(sys::parent(target));
  links[target] = path;
}

void Discovery::forget_unwalked() {
  for (const auto& [watch, prefixes] : directories_)
    if (!walked_.contains(watch)) watch_->forget(watch);
  directories_ = std::move(walked_);
}

base::Result<Changes> Discovery::take_changes() {
  Changes changes;
  if (!watch_) return changes;
  std::vector<sys::FileEvent> events;
  LOGMILL_RETURN_IF_ERROR(watch_->read(events));
  for (const sys::FileEvent& event : events) add_changes(event, changes);
  return changes;
}

void Discovery::add_changes(const sys::FileEvent& event, Changes& changes) const {
  auto directory = directories_.find(event.watch);
  bool known = directory != directories_.end();
  // A look that is going on may have found it.
  if (!known) {
    directory = walked_.find(event.watch);
    known = directory != walked_.end();
  }
  if (event.overflow) changes.everything = true;
  if (!known) {
    if (event.modified) changes.watches.push_back(event.watch);
    return;
  }
  if (event.ended || (event.listing && event.directory)) changes.everything = true;
  if (event.name.empty() || event.directory) return;
  for (const std::string& prefix : directory->second) {
    std::string path = sys::join(prefix, event.name);
    if (const auto link = links_.find(path); link != links_.end()) path = link->second;
    if (event.modified) changes.modified.push_back(path);
    if (event.listing && wanted(path)) changes.listed.push_back(path);
  }
}

int Discovery::watch_file(const sys::HeldFile& file) {
  if (!watch_) return -1;
  return watch_->watch_file(file.fd()).value_or(-1);
}

void Discovery::forget_file(int watch) {
  if (watch_ && watch >= 0) watch_->forget(watch);
}

}  // namespace logmill::logcollect
