#include "sys/glob.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include "sys/file_system.h"

namespace logmill::sys {
namespace {

constexpr std::string_view kAnyDepth = "**";

bool holds_wildcard(std::string_view component) { return component.find_first_of("*?[") != std::string_view::npos; }

bool component_matches(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

bool is_directory(const std::string& path) {
  struct stat s;
  return ::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

// Not a link to one.
bool is_real_directory(const std::string& path) {
  struct stat s;
  return ::lstat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

// Or nobody may say.
bool may_be_directory(const std::string& path) {
  struct stat s;
  return ::stat(path.c_str(), &s) == 0 ? S_ISDIR(s.st_mode) : errno == EACCES;
}

std::string above(const std::string& directory) { return directory.find('/') == std::string::npos ? "" : parent(directory); }

std::string nearest_directory(std::string directory) {
  while (!directory.empty() && directory != "/" && !is_directory(directory)) directory = above(directory);
  return directory;
}

// The end of the set that begins at `at`, or npos. A ] that comes first is a member.
std::size_t end_of_set(std::string_view component, std::size_t at) {
  std::size_t member = at + 1;
  if (member < component.size() && (component[member] == '!' || component[member] == '^')) ++member;
  return component.find(']', member + 1);
}

bool sets_are_closed(std::string_view component) {
  for (std::size_t at = 0; at < component.size(); ++at) {
    if (component[at] == '\\')
      ++at;
    else if (component[at] == '[' && (at = end_of_set(component, at)) == std::string_view::npos)
      return false;
  }
  return true;
}

}  // namespace

base::Status Glob::check(std::string_view pattern) {
  for (const Component& component : Glob(pattern).components_)
    if (!sets_are_closed(component.text))
      return base::Error{base::ErrorCode::invalid, "'" + std::string(pattern) + "': a [ without its ]; write [[] for the character"};
  return {};
}

Glob::Glob(std::string_view pattern) : Glob(pattern, &holds_wildcard) {
  if (!components_.empty() && components_.back().text == kAnyDepth) components_.push_back({"*", true});
}

Glob Glob::literal(std::string_view path) {
  return Glob(path, [](std::string_view) { return false; });
}

Glob::Glob(std::string_view text, bool (*is_wild)(std::string_view component)) : text_(text), absolute_(text.starts_with('/')) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t slash = std::min(text.find('/', at), text.size());
    const std::string_view component = text.substr(at, slash - at);
    if (!component.empty()) components_.push_back({std::string(component), is_wild(component)});
    at = slash + 1;
  }
}

bool Glob::is_literal() const {
  return std::none_of(components_.begin(), components_.end(), [](const Component& c) { return c.wild; });
}

bool Glob::matches(std::string_view path) const {
  if (path.starts_with('/') != absolute_) return false;
  if (absolute_) path.remove_prefix(1);
  return matches_from(0, path);
}

bool Glob::matches_from(std::size_t index, std::string_view rest) const {
  if (index == components_.size()) return rest.empty();
  const Component& component = components_[index];
  if (!component.wild) {
    if (!rest.starts_with(component.text)) return false;
    rest.remove_prefix(component.text.size());
    if (rest.empty()) return index + 1 == components_.size();
    return rest.front() == '/' && matches_from(index + 1, rest.substr(1));
  }
  if (rest.empty()) return false;
  const std::size_t slash = rest.find('/');
  const std::string name(rest.substr(0, slash));
  const std::string_view below = slash == rest.npos ? std::string_view{} : rest.substr(slash + 1);
  if (component.text == kAnyDepth)
    return matches_from(index + 1, rest) || (slash != rest.npos && !name.starts_with('.') && matches_from(index, below));
  return component_matches(component.text, name) && matches_from(index + 1, below);
}

std::vector<std::string> Glob::names_in(const std::string& directory, const Visitor& visitor) {
  const std::string path = directory.empty() ? "." : directory;
  auto names = os_file_system().list(path);
  if (names) return *std::move(names);
  if (visitor.unreadable && may_be_directory(path)) visitor.unreadable(path, names.error());
  return {};
}

void Glob::walk(const Visitor& visitor) const {
  std::string directory = absolute_ ? "/" : "";
  std::size_t index = 0;
  while (index + 1 < components_.size() && !components_[index].wild) directory = join(directory, components_[index++].text);
  if (index < components_.size()) walk_from(directory, index, visitor);
}

void Glob::walk_from(const std::string& directory, std::size_t index, const Visitor& visitor) const {
  const Component& component = components_[index];
  const bool last = index + 1 == components_.size();
  if (!component.wild) {
    const std::string path = join(directory, component.text);
    if (!last) return walk_from(path, index + 1, visitor);
    visitor.directory(nearest_directory(directory));
    return visitor.match(path);
  }
  visitor.directory(nearest_directory(directory));
  if (component.text == kAnyDepth) {
    walk_from(directory, index + 1, visitor);
    for (const std::string& name : names_in(directory, visitor))
      if (const std::string path = join(directory, name); !name.starts_with('.') && is_real_directory(path))
        walk_from(path, index, visitor);
    return;
  }
  for (const std::string& name : names_in(directory, visitor)) {
    if (!component_matches(component.text, name)) continue;
    const std::string path = join(directory, name);
    if (last)
      visitor.match(path);
    else if (is_directory(path))
      walk_from(path, index + 1, visitor);
  }
}

}  // namespace logmill::sys
