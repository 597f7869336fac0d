// What a rule is, and the kinds of rules: one kind_<name>.cc each, listed in kind_table.cc. man/logalert-rules.5 says it to users.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert/setting.h"
#include "base/clock.h"
#include "base/result.h"

namespace logmill::alert {

struct RuleKind;

struct Rule {
  std::string name;
  std::size_t line = 0;
  const RuleKind* kind = nullptr;
  std::string query;  // as written
  std::string per;    // a second query, of a ratio
  std::string value;  // the field to judge; empty: the one that the query counts in
  std::int64_t window_ns = 60 * base::kNsPerSecond;
  std::int64_t every_ns = 0;  // between two judgements; 0 while reading: chosen by the window
  std::int64_t for_ns = 0;
  std::int64_t resolve_after_ns = 0;
  std::int64_t repeat_ns = 0;  // 0: never
  std::uint64_t flaps = 5;     // so often firing within flap_window_ns is flapping; 0: nothing is
  std::int64_t flap_window_ns = 3'600 * base::kNsPerSecond;
  std::uint64_t series_max = 1'000;
  std::optional<std::vector<std::string>> group_by;  // none: each series by itself
  std::int64_t group_wait_ns = 0;                    // for others of the group that change a little later
  std::vector<std::string> actions;
  Labels labels;        // added to those of the series
  std::string summary;  // with {label} and {value}; empty: the kind's

  // What the kinds take.
  std::optional<double> above, below;
  std::optional<double> least;               // fewer than this are left alone
  std::int64_t compare_ns = 0;               // how long before
  std::uint64_t periods = 0;                 // how many such times before
  std::int64_t learn_ns = 0;                 // silently at first
  std::int64_t forget_ns = base::kNsPerDay;  // of series that were seen last so long ago
  std::vector<Labels> expected;              // there from the start
};

// One row of a query's answer.
struct Sample {
  std::string key{};  // its labels as JSON
  Labels labels{};
  double value = 0;
  std::string example{};  // of patterns

  // About.
  std::uint64_t memory_bytes() const;
};

// What a set of labels takes on the heap, about.
std::uint64_t memory_bytes_of(const Labels& labels);

struct Tick {
  base::TimeNs at = 0;     // the end of the window
  base::TimeNs began = 0;  // where the first window of the rule began
  std::vector<Sample> values{}, per{};
  bool whole = true;  // no series is missing in `values`
};

// What a rule says of one series at a tick; of a series that it says nothing of, all is well.
struct Verdict {
  std::string key;
  Labels labels{};
  double value = 0;
  bool bad = false;
  std::string summary{};  // "120 is above 100"
  bool known = true;      // false: nobody knows, and the series stays as it is
};

class Memory;

struct RuleKind {
  std::string_view name;
  std::string_view summary;
  std::string_view sample;  // a rule in TOML, with all keys of the kind
  // Takes its own keys, and refuses what makes no sense together.
  void (*read)(TableReader& reader, Rule& rule);
  // How much before the first tick it has to see; besides the window.
  std::int64_t (*lookback_ns)(const Rule& rule);
  // In order of time, every rule.every_ns.
  void (*judge)(const Rule& rule, const Tick& tick, Memory& memory, std::vector<Verdict>& verdicts);
  // What it needs of the past is what it has seen, which the state keeps: it looks back only if there is nothing of that.
  bool keeps_seen = false;
  // Stages that it puts behind the query; empty: none.
  std::string_view stages = {};
};

std::span<const RuleKind* const> rule_kinds();

// "120", "0.052": for people.
std::string format_value(double value);
std::string format_share(double share);  // "5.2%"
std::string labels_to_json(const Labels& labels);

// For kinds: takes `above` and `below`, one of which there must be.
void read_bounds(TableReader& reader, Rule& rule);
struct BoundCheck {
  bool bad = false;
  std::string text;  // "120 is above 100"; empty if it is not bad
};
BoundCheck check_bounds(const Rule& rule, double value, std::string (*format)(double));

}  // namespace logmill::alert
