// The records that a rule counts, by the parts of its window: each record is counted once, and a window is the sum of its parts.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/room.h"
#include "alert/rule.h"
#include "query/query.h"

namespace logmill::alert {

// Takes records that its filter has let through. Thread-compatible.
class RuleInput : public query::Stage {
 public:
  // `rule` and `room` must outlive it. Fails with invalid if the query does not come to numbers.
  static base::Result<std::unique_ptr<RuleInput>> make(const Rule& rule, const std::string& text, Room& room);

  // Which records it wants, as text of a filter.
  std::string filter() const { return query_.filter().text(); }
  // Whether it counts records in the order of their times, not in any.
  bool order_matters() const { return query_.order_matters(); }
  // The fields of the answer that tell series apart.
  const std::vector<std::string>& keys() const { return keys_; }

  base::Status push(const query::Rows& rows) override;
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  struct Answer {
    std::vector<Sample> samples{};
    bool whole = true;  // all series are there
    bool known = true;  // false: nobody knows, for lack of room
  };
  // For [at - window, at), at most rule.series_max of it. `at` is a multiple of rule.every.
  base::Result<Answer> answer(base::TimeNs at);
  // Parts before `time` are not asked for any more; records of theirs come too late. So do those that are far ahead of too many others.
  void drop_before(base::TimeNs time);
  // Forgets all that was counted; records from `time` on are counted.
  void begin_anew(base::TimeNs time);
  // Since the last time.
  std::uint64_t take_late() { return std::exchange(late_, 0); }
  std::uint64_t take_series_left_out() { return std::exchange(series_left_out_, 0); }
  // Records of parts for which there was no room, because they lie ahead of the window.
  std::uint64_t take_crowded_out() { return std::exchange(crowded_out_, 0); }
  // Texts that are longer than room_.text_bytes_max(): only their beginning was looked at by the stages.
  std::uint64_t take_texts_cut() { return std::exchange(texts_cut_, 0); }

  // All runs that hold something that they can put into temporary files.
  void append_spillable(std::vector<query::Pipeline*>& all) const;

  // What a part takes besides what the stages of its query say that they hold, about.
  static constexpr std::uint64_t kPartBytes = 3 << 10;
  // Parts that there is always room for: those of the window, and of the records behind it until it is judged.
  static constexpr std::int64_t kPartsBehind = 2;

 private:
  RuleInput(const Rule& rule, query::Query query, Room& room) : rule_(rule), query_(std::move(query)), room_(room) {}
  base::Status settle();
  // A run of the query over the records of a part. Those of a query that can be put together are merged; of others `last` takes the answer.
  struct Part {
    explicit Part(query::Workspace& workspace) : share(workspace) {}

    query::Workspace::Share share;
    std::unique_ptr<query::Stage> last;
    std::unique_ptr<query::Pipeline> stages;  // none: its stages hold more than there is room for, and cannot spill
  };
  class Samples;
  base::Result<Part*> find_or_make_part(base::TimeNs start);
  base::Status count(const query::Rows& rows);
  base::Status push_into(Part& part, const query::Rows& rows);
  bool has_place(base::TimeNs start) const;
  base::Result<Answer> answer_of_parts(base::TimeNs at);
  Answer take(Samples& samples);

  const Rule& rule_;
  query::Query query_;
  Room& room_;
  std::vector<std::string> keys_;
  std::string value_;
  std::map<base::TimeNs, Part> parts_;  // by their start
  base::TimeNs first_ = 0;
  std::uint64_t late_ = 0, series_left_out_ = 0, crowded_out_ = 0, texts_cut_ = 0;
};

}  // namespace logmill::alert
