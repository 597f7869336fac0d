// The rules that a user writes, as a whole file: man/logalert-rules.5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/action.h"
#include "alert/rule.h"

namespace logmill::alert {

struct Rules {
  std::vector<Rule> rules;
  std::vector<Action> actions;

  const Action* find_action(std::string_view name) const;
};

// Fails with invalid, naming the line. Queries are parsed too, so that what passes can run.
base::Result<Rules> parse_rules(std::string_view text);
// Of a file that only its owner may change: what it names is run. Fails with invalid otherwise.
base::Result<Rules> read_rules(const std::string& path);

}  // namespace logmill::alert
