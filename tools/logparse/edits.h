// --set, --drop and --keep: changes to the fields of whole batches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/batch.h"

namespace logmill::logparse {

struct Edits {
  struct Assignment {
    std::string name, value;
  };
  std::vector<Assignment> assignments{};
  std::vector<std::string> dropped{};
  std::vector<std::string> kept{};  // empty: all

  // First the fields to keep, then those to drop, then the assignments.
  void apply(record::Batch& batch) const;
};

// "name=value". A timestamp and a level must read as such.
base::Result<Edits::Assignment> parse_assignment(std::string_view text);

// Appends the names of "a,b, c".
void append_names(std::vector<std::string>& names, std::string_view list);

}  // namespace logmill::logparse
