// The records of one request, on their way into the store.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logserve/api/endpoint.h"
#include "query/filter/filter.h"
#include "record/batch.h"
#include "record/json_object.h"

namespace logmill::logserve {

// A field that others name otherwise: it gets our name, where the record has none of that.
struct FieldAlias {
  std::string_view theirs, ours;
};

// A batch at a time: what is too much for one is in the next. Of what the token's filter does not match nothing is stored: a team writes
// what it may see, and nothing into what others see. Thread-compatible.
class RecordIntake {
 public:
  // `call` must outlive it, and `body`, in which records are read where they lie. Of a request with a `key` nothing is taken twice,
  // however often it is sent; empty: it has none.
  RecordIntake(Call& call, std::string_view key, std::string_view body, std::span<const FieldAlias> aliases = {});

  // Takes one JSON object, or notes why not. Indices rise, and places in the body; what is not in it is copied. Fails as hand_over does.
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

  // Dropped: because there is too much. Refused: by the token's filter, a reject like those that are no records.
  enum class Fate : std::uint8_t { stored, dropped, refused };
  // Of those that were good, and handed over.
  const std::vector<Fate>& fates() const { return fates_; }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t dropped() const { return dropped_; }
  std::uint64_t repeated() const { return repeated_; }
  std::uint64_t rejected() const { return rejected_; }
  // Of those that were handed over and not refused; empty for one that was dropped.
  const std::vector<std::string>& ids() const { return ids_; }
  // In their order, all that were handed over.
  const std::vector<Reject>& rejects() const { return rejects_; }
  std::string refusal() const { return "this token writes only what its filter matches: " + call_.grant.filter; }
  // Of the last record: whether it was taken, and why not.
  bool last_was_good() const { return last_reason_.empty(); }
  const std::string& last_reason() const { return last_reason_; }

 private:
  std::string_view placed(std::string_view record);
  void reject(std::size_t index, std::string reason);
  void name_range(std::size_t rows);
  void apply_aliases();
  base::Status apply_filter();
  void note(const std::vector<std::uint8_t>& keep);

  Call& call_;
  const std::string key_;
  const std::string_view body_;
  const std::span<const FieldAlias> aliases_;
  record::JsonObjectReader reader_;
  record::Batch batch_;
  record::RowWriter row_{batch_};
  std::vector<std::size_t> indices_;     // of the rows
  std::optional<query::Filter> filter_;  // of the token, once it was needed
  query::Mask allowed_;                  // by it, of the rows there were; empty: there is none
  std::uint64_t accepted_ = 0, dropped_ = 0, repeated_ = 0, rejected_ = 0;
  std::uint32_t epoch_ = 0;  // of the key, once the first part was taken
  std::vector<Fate> fates_;
  std::string last_reason_;
  std::vector<std::string> ids_;
  std::vector<Reject> rejects_;
};

}  // namespace logmill::logserve
