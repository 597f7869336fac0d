// The records that a rule counts, by the parts of its window: each record is counted once, and a window is the sum of its parts.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/rule.h"
#include "query/query.h"

namespace logmill::alert {

// Takes records that its filter has let through. Thread-compatible.
class RuleInput : public query::Stage {
 public:
  // `rule` and `workspace` must outlive it. Fails with invalid if the query does not come to numbers.
  static base::Result<std::unique_ptr<RuleInput>> make(const Rule& rule, const std::string& text, query::Workspace& workspace);

  // Which records it wants, as text of a filter.
  std::string filter() const { return query_.filter().text(); }
  // Whether it counts records in the order of their times, not in any.
  bool order_matters() const { return query_.order_matters(); }
  // The fields of the answer that tell series apart.
  const std::vector<std::string>& keys() const { return keys_; }

  base::Status push(const query::Rows& rows) override;
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  // The answer for [at - window, at), at most rule.series_max of it. `at` is a multiple of rule.every.
  base::Result<std::vector<Sample>> answer(base::TimeNs at);
  // Parts before `time` are not asked for any more; records of theirs come too late. So do those that are far ahead of too many others.
  void drop_before(base::TimeNs time);
  // Since the last time.
  std::uint64_t take_late() { return std::exchange(late_, 0); }
  std::uint64_t take_series_left_out() { return std::exchange(series_left_out_, 0); }

 private:
  RuleInput(const Rule& rule, query::Query query, query::Workspace& workspace)
      : rule_(rule), query_(std::move(query)), workspace_(workspace) {}
  base::Status settle();
  // A run of the query over the records of a part. Those of a query that can be put together are merged; of others `last` takes the answer.
  struct Part {
    std::unique_ptr<query::Stage> last;
    std::unique_ptr<query::Pipeline> stages;
  };
  class Samples;
  Part& part_at(base::TimeNs start);
  std::vector<Sample> take(Samples& samples);

  const Rule& rule_;
  query::Query query_;
  query::Workspace& workspace_;
  std::vector<std::string> keys_;
  std::string value_;
  std::map<base::TimeNs, Part> parts_;  // by their start
  base::TimeNs first_ = std::numeric_limits<base::TimeNs>::min();
  std::uint64_t late_ = 0, series_left_out_ = 0;
};

}  // namespace logmill::alert
