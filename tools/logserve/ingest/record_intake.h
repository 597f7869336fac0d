// The records of one request, on their way into the store.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logserve/api/endpoint.h"
#include "record/batch.h"
#include "record/json_object.h"

namespace logmill::logserve {

// A field that others name otherwise: it gets our name, where the record has none of that.
struct FieldAlias {
  std::string_view theirs, ours;
};

// A batch at a time: what is too much for one is in the next. Thread-compatible.
class RecordIntake {
 public:
  // `call` must outlive it. Of a request with a `key` nothing is taken twice, however often it is sent; empty: it has none.
  RecordIntake(Call& call, std::string_view key, std::span<const FieldAlias> aliases = {});

  // Takes one JSON object, or notes why not. Fails as hand_over does.
  base::Status take(std::string_view record, std::size_t index);
  // Returns when all that was taken is committed. Fails with `again` if the store cannot take more now: what was handed over before is
  // committed, what was taken since is not.
  base::Status hand_over();

  struct Reject {
    std::size_t index;
    std::string reason;
  };
  static constexpr std::size_t kIdsMax = 1'000;      // more are not noted
  static constexpr std::size_t kRejectsMax = 1'000;  // more are only counted

  // Of those that were good, and handed over: a flag for each, 0 if it was dropped because there is too much.
  const std::vector<std::uint8_t>& kept() const { return kept_; }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t dropped() const { return kept_.size() - accepted_; }
  std::uint64_t repeated() const { return repeated_; }
  std::uint64_t rejected() const { return rejected_; }
  // Of those that were handed over; empty for one that was dropped.
  const std::vector<std::string>& ids() const { return ids_; }
  const std::vector<Reject>& rejects() const { return rejects_; }
  // Of the last record: whether it was taken, and why not.
  bool last_was_good() const { return last_reason_.empty(); }
  const std::string& last_reason() const { return last_reason_; }

 private:
  void name_range(std::size_t rows);
  void apply_aliases();
  void note(const std::vector<std::uint8_t>& keep, std::size_t rows);

  Call& call_;
  const std::string key_;
  const std::span<const FieldAlias> aliases_;
  record::JsonObjectReader reader_;
  record::Batch batch_;
  record::RowWriter row_{batch_};
  std::uint64_t accepted_ = 0, repeated_ = 0, rejected_ = 0;
  std::uint32_t epoch_ = 0;  // of the key, once the first part was taken
  std::vector<std::uint8_t> kept_;
  std::string last_reason_;
  std::vector<std::string> ids_;
  std::vector<Reject> rejects_;
};

}  // namespace logmill::logserve
