// An entry of systemd's journal as a record.
//
//   MESSAGE                        message
//   PRIORITY                       level, if it is 0 to 7
//   SYSLOG_IDENTIFIER              service; without one _SYSTEMD_UNIT, else _COMM, which keep their own fields too
//   _HOSTNAME                      host
//   _SOURCE_REALTIME_TIMESTAMP     timestamp; without it, the time at which journald took the entry
//
// Every other field keeps its name. One that is there several times is NAME, NAME.2, NAME.3 …
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "record/batch.h"

namespace logmill::logcollect {

struct JournalEntryOptions {
  std::string file = {};                  // the field `file`
  std::optional<std::string> host = {};   // instead of _HOSTNAME, which then keeps its name; empty: none
  std::size_t value_bytes_max = 1 << 20;  // a longer message becomes several records, another value is cut
};

// Thread-compatible.
class JournalEntry {
 public:
  // `options` must outlive it.
  explicit JournalEntry(const JournalEntryOptions& options) : options_(options) {}

  // The fields until `finish` are copied into `batch`.
  void begin(record::Batch& batch, base::TimeNs received);
  // "NAME=value"
  void add(std::string_view field);
  // Adds the records to the batch, the first of them and those that its message goes on in.
  void finish();

 private:
  struct Field {
    std::string_view name, value;
  };
  std::string_view find(std::string_view name) const;
  void set_field(std::size_t row, const Field& field);
  void set_service(std::size_t row);
  bool set_role(std::size_t row, const Field& field);
  std::string_view within_bound(std::size_t row, std::string_view value);

  const JournalEntryOptions& options_;
  record::Batch* batch_ = nullptr;
  base::TimeNs received_ = 0;
  std::vector<Field> fields_;
};

}  // namespace logmill::logcollect
