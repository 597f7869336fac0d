// What outlives the program, in a small SQLite file: how far each rule was judged, its series, their history, and what is still to be
// delivered. docs/formats/alert-state.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/action.h"
#include "alert/memory.h"
#include "alert/series_state.h"
#include "alert/sqlite.h"
#include "base/clock.h"
#include "base/result.h"

namespace logmill::alert {

struct HistoryEntry {
  base::TimeNs at = 0;
  std::string rule, key;
  State from = State::well, to = State::well;
  double value = 0;
  std::string summary;
};

struct Silence {
  std::int64_t id = 0;
  std::string filter;
  base::TimeNs starts = 0, ends = 0;
  std::string comment;
};

// Thread-compatible. One program at a time judges; others may read meanwhile, and add silences.
class StateFile {
 public:
  // "" for one that is gone when it is closed. Who only reads one that is still being made finds nothing in it. Fails with unsupported if
  // a newer version has made it, with invalid if it is the database of something else.
  static base::Result<std::unique_ptr<StateFile>> open(const std::string& path, Database::Mode mode);

  // All that follows in one piece, or none of it.
  base::Result<Transaction> begin() { return Transaction::begin(database_); }

  // Up to which tick a rule was judged; nullopt: never.
  base::Result<std::optional<base::TimeNs>> judged_until(std::string_view rule);
  base::Status set_judged_until(std::string_view rule, base::TimeNs at);

  base::Result<std::vector<SeriesState>> series_of(std::string_view rule);
  base::Status put_series(std::string_view rule, const SeriesState& series);
  base::Status drop_series(std::string_view rule, std::string_view key);
  // All that is known of a rule but its history.
  base::Status drop_rule(std::string_view rule);

  base::Status add_history(const HistoryEntry& entry);
  base::Result<std::uint64_t> firings_between(std::string_view rule, std::string_view key, base::TimeNs since, base::TimeNs until);
  // In the order of time.
  base::Result<std::vector<HistoryEntry>> history();
  // Of what is older, and of all but the latest `entries_max`.
  base::Status prune(base::TimeNs before, std::uint64_t entries_max);

  // What a rule has seen goes into `memory`, as far as there is room for it.
  base::Status load_seen(std::string_view rule, Memory& memory);
  base::Status put_seen(std::string_view rule, std::string_view key, const Seen& seen);
  base::Status drop_seen(std::string_view rule, std::string_view key);

  base::Status add_outgoing(const Outgoing& outgoing);
  // The oldest of an action that is not delivered; nullopt if there is none, or it is not due before `not_before`.
  struct Waiting {
    Outgoing outgoing;
    base::TimeNs due = 0;
  };
  base::Result<std::optional<Waiting>> next_outgoing(std::string_view action);
  base::Status mark_delivered(std::int64_t id, base::TimeNs at);
  base::Status mark_given_up(std::int64_t id, std::string_view why, base::TimeNs at);
  base::Status put_off(std::int64_t id, base::TimeNs due, std::string_view why);
  base::Result<std::uint64_t> outgoing_waiting();
  // The actions that something waits for.
  base::Result<std::vector<std::string>> actions_waiting();
  // All that waits for an action.
  base::Status give_up_action(std::string_view action, std::string_view why, base::TimeNs at);

  base::Result<std::vector<Silence>> silences();
  // Returns its number.
  base::Result<std::int64_t> add_silence(const Silence& silence);
  // False if there is none.
  base::Result<bool> remove_silence(std::int64_t id);

  base::Result<std::vector<std::string>> rules();

 private:
  explicit StateFile(Database database) : database_(std::move(database)) {}
  base::Result<bool> is_made();
  base::Status make();
  base::Result<std::vector<std::string>> texts(std::string_view sql);

  Database database_;
};

}  // namespace logmill::alert
