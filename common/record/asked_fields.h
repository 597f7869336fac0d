// Which fields of records matter to who reads them: the others need not be made.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/known_names.h"

namespace logmill::record {

class AskedFields {
 public:
  AskedFields() = default;  // all
  // Who asks for a name of the time asks for all of them, as for `timestamp` and `timestamp_text`: which one has the role depends on the
  // others. So with the level and the message. Of a record with one of the fields `with_all` all are asked for.
  explicit AskedFields(std::vector<std::string> names, std::vector<std::string> with_all = {});

  // Those of which not all else is left out, with all names of a role; nullopt: all.
  std::optional<std::vector<std::string>> names() const;
  bool asks_for_all_with(std::string_view name) const;
  // `known` is what known_name says of it.
  bool contains(std::string_view name, const KnownName& known) const;

 private:
  bool all_ = true;
  std::vector<std::string> names_, with_all_;
  std::array<bool, kRoles> roles_{};
};

}  // namespace logmill::record
