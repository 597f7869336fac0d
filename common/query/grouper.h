// Gives each row the number of its group: the combination of its values in some fields.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/stage.h"
#include "query/value_interner.h"

namespace logmill::query {

// A field, or a span of time (then `field` is empty).
struct GroupKey {
  std::string field;
  std::int64_t span_ns = 0;

  bool is_time() const { return span_ns > 0; }
};

class Grouper {
 public:
  explicit Grouper(std::vector<GroupKey> keys);

  // One number for each selected row. Groups are numbered in the order of their first appearance.
  // Without keys there is one group, also when there are no rows. Fails as the table does.
  base::Status assign(const Rows& rows, std::vector<std::uint32_t>& group_of);

  const std::vector<GroupKey>& keys() const { return keys_; }
  std::size_t groups() const { return keys_.empty() ? 1 : groups_.size(); }
  // Of a span of time: its start in nanoseconds as an integer; absent for rows without a time.
  // Valid as long as the grouper.
  const record::Value& value(std::size_t group, std::size_t key) const { return values_[key].at(groups_[group][key]); }
  // The group of these values, made if need be: for merging, and for filling gaps.
  std::uint32_t group_of(const std::vector<record::Value>& values);

 private:
  base::Status assign_key(std::size_t key, const Rows& rows, std::vector<std::uint32_t>& ids);
  base::Status assign_time(std::size_t key, const Rows& rows, std::vector<std::uint32_t>& ids);
  std::uint32_t find_or_add(const std::vector<std::uint32_t>& ids);
  void assign_single(std::vector<std::uint32_t>& group_of);
  void assign_tuples(std::vector<std::uint32_t>& group_of);
  bool number_combinations();
  std::size_t number_anew(std::size_t key);

  struct IdsHash {
    std::size_t operator()(const std::vector<std::uint32_t>& ids) const;
  };

  std::vector<GroupKey> keys_;
  std::vector<ValueInterner> values_;               // of each key
  std::vector<std::vector<std::uint32_t>> groups_;  // ids of its values, of each group
  std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, IdsHash> numbers_;
  std::vector<std::uint32_t> by_single_id_;  // with one key: the group of an id
  // Of the rows at hand: the id that each has for each key; those of one key numbered anew, from 0;
  // and which combination of these it is.
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::uint32_t> local_, local_of_, combined_, by_combination_;
};

}  // namespace logmill::query
