// The words that invented logs are made of. Adding one changes what every seed gives.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "record/severity.h"

namespace logmill::generate {

// What kind of work a service does: decides what it has to say.
enum class Role : std::uint8_t { edge, login, shop, payment, data, jobs, files };
constexpr std::size_t kRoles = 7;

// The first four serve requests of users; what they log has a status, a user and a path.
constexpr bool serves_requests(Role role) { return role <= Role::payment; }

struct ServiceWord {
  std::string_view name;
  Role role;
};

// A message with its variable parts in braces; what each one becomes is in message.cc.
struct MessageWord {
  record::Severity level;
  Role role;
  std::string_view text;
};

// `prefix`, then a number if `numbered`, then `suffix`.
struct Route {
  std::string_view method, prefix;
  bool numbered;
  std::string_view suffix;
};

// Most frequent first, each of them.
std::span<const ServiceWord> service_words();
std::span<const MessageWord> message_words();
std::span<const Route> routes();
std::span<const std::string_view> user_words();
std::span<const std::string_view> agent_words();
std::span<const std::string_view> referrer_words();
std::span<const std::string_view> table_words();
std::span<const std::string_view> job_words();

}  // namespace logmill::generate
