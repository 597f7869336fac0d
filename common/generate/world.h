// What exists in the invented world: services, the hosts they run on, and what each has to say.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "generate/message.h"
#include "generate/vocabulary.h"
#include "record/severity.h"

namespace logmill::generate {

class World {
 public:
  // Names of either kind, at most: one byte of a table each is enough.
  static constexpr std::size_t kNamesMax = 10'000;
  static constexpr std::size_t kNameBytesMax = 64;

  // Both lists hold 1 to kNamesMax names that `check_name` accepts.
  World(std::vector<std::string> services, std::vector<std::string> hosts);

  const std::vector<std::string>& services() const { return services_; }
  const std::vector<std::string>& hosts() const { return hosts_; }
  Role role(std::uint32_t service) const { return roles_[service]; }
  // Not empty; most frequent first. `level` is not none. They live as long as the world.
  const std::vector<const Message*>& messages(Role role, record::Severity level) const {
    return by_role_[static_cast<std::size_t>(role)][static_cast<std::size_t>(level)];
  }

 private:
  std::vector<std::string> services_, hosts_;
  std::vector<Role> roles_;
  std::vector<std::unique_ptr<Message>> messages_;
  std::vector<const Message*> by_role_[kRoles][record::kSeverities];
};

// Letters, digits, '.', '-' and '_', so that no format has to quote a name.
base::Status check_name(std::string_view name);

// The first `count` services of the vocabulary, numbered when it has no more: "auth-2".
std::vector<std::string> service_names(std::size_t count);
// "node01" to "node72".
std::vector<std::string> host_names(std::size_t count);

}  // namespace logmill::generate
