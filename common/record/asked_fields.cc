#include "record/asked_fields.h"

#include <algorithm>

#include "record/fields.h"

namespace logmill::record {

AskedFields::AskedFields(std::vector<std::string> names, std::vector<std::string> with_all)
    : all_(false), names_(std::move(names)), with_all_(std::move(with_all)) {
  for (const std::string& name : names_) {
    if (const Role role = known_name(name).role; role != Role::field) roles_[static_cast<std::size_t>(role)] = true;
    if (name == kTimestampText) roles_[static_cast<std::size_t>(Role::time)] = true;
    if (name == kLevelText) roles_[static_cast<std::size_t>(Role::level)] = true;
  }
}

std::optional<std::vector<std::string>> AskedFields::names() const {
  if (all_) return std::nullopt;
  std::vector<std::string> names = names_;
  names.insert(names.end(), with_all_.begin(), with_all_.end());
  for (const Role role : {Role::time, Role::level, Role::message}) {
    if (!roles_[static_cast<std::size_t>(role)]) continue;
    for (const std::string_view name : names_of(role)) names.emplace_back(name);
  }
  return names;
}

bool AskedFields::asks_for_all_with(std::string_view name) const { return std::ranges::find(with_all_, name) != with_all_.end(); }

bool AskedFields::contains(std::string_view name, const KnownName& known) const {
  return all_ || roles_[static_cast<std::size_t>(known.role)] || std::ranges::find(names_, name) != names_.end();
}

}  // namespace logmill::record
