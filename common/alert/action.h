// Where notifications go: one action_<name>.cc each, listed in action_table.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert/notification.h"
#include "alert/setting.h"
#include "base/clock.h"
#include "base/result.h"
#include "sys/stop.h"

namespace logmill::alert {

struct ActionKind;

struct Action {
  std::string name{};
  std::size_t line = 0;
  const ActionKind* kind = nullptr;
  std::int64_t timeout_ns = 30 * base::kNsPerSecond;
  std::int64_t give_up_ns = base::kNsPerDay;  // of what cannot be delivered

  // What the kinds take.
  std::vector<std::string> command{};
  std::string url{}, url_file{}, token_file{};  // of a webhook; files are read at each delivery
  std::string format{};
  std::string ca_cert{};
  std::vector<std::string> to{};
  std::string from{};
};

// What was written with the change of state: until it is marked as delivered it will be delivered, perhaps again.
struct Outgoing {
  std::int64_t id = 0;
  std::string key{};  // the same whenever it is delivered
  std::string action{};
  std::string body{};  // as the kind has made it
  base::TimeNs created = 0;
  std::uint64_t attempts = 0;
};

// What a delivery may use of the world.
struct ActionIo {
  int out = 1;
  const sys::Stop& stop;
};

struct ActionKind {
  std::string_view name;
  std::string_view summary;
  std::string_view sample;  // in TOML, with all keys of the kind
  void (*read)(TableReader& reader, Action& action);
  std::string (*format)(const Action& action, const Notification& notification);
  // What fails is tried again later.
  base::Status (*deliver)(const Action& action, const Outgoing& outgoing, const ActionIo& io);
};

std::span<const ActionKind* const> action_kinds();

}  // namespace logmill::alert
