// Gives each row the number of its group: the combination of its values in some fields.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "query/pipeline/stage.h"
#include "query/table/value_interner.h"

namespace logmill::query {

// A field, or a span of time (then `field` is empty).
struct GroupKey {
  std::string field;
  std::int64_t span_ns = 0;

  bool is_time() const { return span_ns > 0; }
};

// The start of the span that a time lies in.
std::int64_t floor_to(std::int64_t time, std::int64_t span);

class Grouper {
 public:
  explicit Grouper(std::vector<GroupKey> keys);

  // One number for each selected row. Groups are numbered in the order of their first appearance.
  // Without keys there is one group, also when there are no rows. Fails as the table does.
  base::Status assign(const Rows& rows, std::vector<std::uint32_t>& group_of);

  const std::vector<GroupKey>& keys() const { return keys_; }
  std::size_t groups() const { return keys_.size() == 1 ? values_[0].size() : keys_.empty() ? 1 : groups_; }
  // Of a span of time: its start in nanoseconds as an integer; absent for rows without a time.
  // Valid as long as the grouper.
  const record::Value& value(std::size_t group, std::size_t key) const {
    return values_[key].at(keys_.size() == 1 ? static_cast<std::uint32_t>(group) : tuples_[group * keys_.size() + key]);
  }
  // The group of these values, made if need be: for merging, and for filling gaps.
  std::uint32_t group_of(const std::vector<record::Value>& values);
  // About, of what it holds for its groups.
  std::size_t memory_bytes() const;

 private:
  base::Status assign_key(std::size_t key, const Rows& rows, std::vector<std::uint32_t>& ids);
  base::Status assign_time(std::size_t key, const Rows& rows, std::vector<std::uint32_t>& ids);
  std::uint32_t find_or_add(const std::vector<std::uint32_t>& tuple);
  base::Result<bool> assign_codes(const Rows& rows, std::vector<std::uint32_t>& group_of);
  void assign_tuples(std::vector<std::uint32_t>& group_of);
  bool number_combinations();
  std::size_t number_anew(std::size_t key);
  std::size_t slot_of(const std::uint32_t* tuple) const;
  void grow();

  std::vector<GroupKey> keys_;
  std::vector<ValueInterner> values_;  // of each key; with one key, an id is a group
  // With several keys: the ids of the values of each group, one group after the other, and groups by the hash of these; open
  // addressing, a power of two, at most half full.
  std::vector<std::uint32_t> tuples_, slots_;
  std::size_t groups_ = 0;
  // Of the rows at hand: the id that each has for each key; those of one key numbered anew, from 0;
  // and which combination of these it is.
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::uint32_t> local_, local_of_, combined_, by_combination_;
};

}  // namespace logmill::query
