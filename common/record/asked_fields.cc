#include "record/asked_fields.h"

#include <algorithm>

#include "record/fields.h"

namespace logmill::record {

AskedFields::AskedFields(std::vector<std::string> names) : all_(false), names_(std::move(names)) {
  roles_[static_cast<std::size_t>(Role::message)] = true;
  for (const std::string& name : names_) {
    if (const Role role = known_name(name).role; role != Role::field) roles_[static_cast<std::size_t>(role)] = true;
    if (name == kTimestampText) roles_[static_cast<std::size_t>(Role::time)] = true;
    if (name == kLevelText) roles_[static_cast<std::size_t>(Role::level)] = true;
  }
}

bool AskedFields::contains(std::string_view name, const KnownName& known) const {
  return all_ || roles_[static_cast<std::size_t>(known.role)] || std::ranges::find(names_, name) != names_.end();
}

}  // namespace logmill::record
