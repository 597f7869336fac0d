// A TOML file as a tree that remembers its lines, and typed reading of its tables: what is unknown or of the wrong kind is refused
// with the line and a suggestion.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace logmill::alert {

struct Setting {
  enum class Kind { boolean, integer, real, text, list, table, other };

  std::string key{};  // empty: an entry of a list
  std::size_t line = 0;
  Kind kind = Kind::other;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text{};
  std::vector<Setting> children{};  // of list and table

  // nullptr if there is none.
  const Setting* find(std::string_view name) const;
};

// The whole file, a table. Fails with invalid: "line 3: …".
base::Result<Setting> parse_toml(std::string_view text);

// Of rules and records: few, sorted.
using Labels = std::map<std::string, std::string>;

// Reads one table. A value that is not there stays as it is; of what is wrong the first is kept.
class TableReader {
 public:
  // `table` must outlive the reader. `what` begins messages: "rule errors".
  TableReader(const Setting& table, std::string what) : table_(table), what_(std::move(what)) {}

  void take(std::string_view key, std::string& value);
  void take(std::string_view key, bool& value);
  void take(std::string_view key, std::vector<std::string>& value);
  void take(std::string_view key, Labels& value);
  void take(std::string_view key, std::uint64_t& value);
  // A number, or a share in percent: "5%" is 0.05.
  void take(std::string_view key, std::optional<double>& value);
  // "5m", in nanoseconds, more than none.
  void take_duration(std::string_view key, std::int64_t& value);
  bool has(std::string_view key) const { return table_.find(key) != nullptr; }
  // An error about the value of `key`, or about the table, where something is missing: that is said only if nothing else is wrong.
  void refuse(std::string_view key, std::string_view why);
  // Fails with invalid if something was refused, or nobody has taken a key: then with the one that may have been meant.
  base::Status finish();

  std::size_t line() const { return table_.line; }

 private:
  const Setting* next(std::string_view key, Setting::Kind kind, std::string_view expected);

  const Setting& table_;
  std::string what_;
  std::vector<std::string_view> taken_;
  std::optional<base::Error> error_, missing_;
};

base::Error error_at_line(std::size_t line, std::string_view what);

}  // namespace logmill::alert
