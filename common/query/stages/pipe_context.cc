// context 3, context -2 +5 by host: each hit of the filter with the rows around it, as grep -C
// shows them.
#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

#include "query/filter/filter.h"
#include "query/filter/time_terms.h"
#include "query/groups/grouper.h"
#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"

namespace logmill::query {
namespace {

// Rows held back for each value of the fields behind `by`.
constexpr std::uint64_t kRowsMax = 10'000;

struct Around {
  std::uint64_t before = 0, after = 0;
};

class ContextStage : public PipeStage {
 public:
  ContextStage(const Filter& filter, Around around, const std::vector<std::string>& by, Stage& next, Workspace& workspace)
      : PipeStage(next), filter_(filter), around_(around), grouper_(keys_of(by)), share_(workspace) {}

  base::Status push(const Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(filter_.select(rows.table, hits_));
    LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
    series_.resize(std::max(series_.size(), grouper_.groups()));
    for (std::size_t i = 0; i < rows.selected.size(); ++i) LOGMILL_RETURN_IF_ERROR(take(rows, rows.selected[i], group_of_[i]));
    LOGMILL_RETURN_IF_ERROR(give(rows.table));
    LOGMILL_RETURN_IF_ERROR(hold_waiting(rows.table));
    return share_.hold(held_bytes_ + grouper_.memory_bytes() + series_.capacity() * sizeof(Series), "context");
  }

 private:
  // Counts what it holds as part of `bytes`.
  struct CountedRows {
    explicit CountedRows(std::size_t& bytes) : bytes_of_all(bytes) {}
    CountedRows(const CountedRows&) = delete;
    CountedRows& operator=(const CountedRows&) = delete;
    ~CountedRows() { bytes_of_all -= counted; }
    base::Status add(const Rows& more) {
      base::Status added = rows.add(more);
      counted = rows.memory_bytes();
      bytes_of_all += counted;
      return added;
    }

    HeldRows rows;
    std::size_t& bytes_of_all;
    std::size_t counted = 0;
  };
  // A row that may turn out to stand before a hit; `held` once its table is gone.
  struct Waiting {
    std::uint32_t row;
    std::shared_ptr<CountedRows> held;  // shared by the rows of one push; the last one to go frees it
  };
  struct Series {
    std::deque<Waiting> waiting;
    std::uint64_t after_left = 0;
    std::uint64_t seen = 0;
    std::uint64_t shown_up_to = 0;  // of `seen`
  };

  static std::vector<GroupKey> keys_of(const std::vector<std::string>& fields) {
    std::vector<GroupKey> keys;
    for (const std::string& field : fields) keys.push_back({field, 0});
    return keys;
  }

  base::Status take(const Rows& rows, std::uint32_t row, std::uint32_t group) {
    Series& series = series_[group];
    ++series.seen;
    if (hits_[row]) {
      LOGMILL_RETURN_IF_ERROR(show_waiting(rows.table, series, group));
      series.after_left = around_.after;
    } else if (series.after_left > 0) {
      --series.after_left;
    } else {
      series.waiting.push_back({row, nullptr});
      if (series.waiting.size() > around_.before) series.waiting.pop_front();
      return {};
    }
    shown_.push_back(row);
    series.shown_up_to = series.seen;
    return {};
  }

  base::Status show_waiting(Table& table, Series& series, std::uint32_t group) {
    const bool joins_on = group == last_group_ && series.shown_up_to + series.waiting.size() + 1 == series.seen;
    if (last_group_ && !joins_on) {
      LOGMILL_RETURN_IF_ERROR(give(table));
      LOGMILL_RETURN_IF_ERROR(next().separate());
    }
    last_group_ = group;
    for (const Waiting& waiting : series.waiting) {
      if (!waiting.held) {
        shown_.push_back(waiting.row);
        continue;
      }
      const auto held = waiting.held->rows.table();
      LOGMILL_RETURN_IF_ERROR(give(table));
      LOGMILL_RETURN_IF_ERROR(next().push({*held, {&waiting.row, 1}}));
    }
    series.waiting.clear();
    return {};
  }

  base::Status give(Table& table) {
    if (shown_.empty()) return {};
    const base::Status status = next().push({table, shown_});
    shown_.clear();
    return status;
  }

  // The table goes: what still waits is copied.
  base::Status hold_waiting(Table& table) {
    std::vector<std::uint32_t> rows;
    const auto held = std::make_shared<CountedRows>(held_bytes_);
    for (Series& series : series_) {
      for (Waiting& waiting : series.waiting) {
        if (waiting.held) continue;
        rows.push_back(waiting.row);
        waiting = {static_cast<std::uint32_t>(rows.size() - 1), held};
      }
    }
    return rows.empty() ? base::Status{} : held->add({table, rows});
  }

  const Filter& filter_;
  Around around_;
  Grouper grouper_;
  Mask hits_;
  std::vector<std::uint32_t> group_of_;
  std::size_t held_bytes_ = 0;  // of all rows that wait; before these, which count themselves out
  std::vector<Series> series_;
  std::vector<std::uint32_t> shown_;         // of the table at hand, not given on yet
  std::optional<std::uint32_t> last_group_;  // of the latest hit
  Workspace::Share share_;
};

class ContextNode : public StageNode {
 public:
  ContextNode(Around around, std::vector<std::string> by) : around_(around), by_(std::move(by)) {}

  void print(std::string& out) const override {
    out += "context -" + std::to_string(around_.before) + " +" + std::to_string(around_.after);
    if (by_.empty()) return;
    out += " by ";
    append_fields(out, by_);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override {
    return std::make_unique<ContextStage>(*filter_, around_, by_, next, workspace);
  }
  // All records of the time are needed; which ones are hits is found out here.
  base::Result<Expr> widen(Expr wanted, const Context& context) override {
    TimeTerms split = split_times(wanted);
    LOGMILL_ASSIGN_OR_RETURN(filter_, Filter::plan(std::move(wanted), context));
    return std::move(split.times);
  }
  std::vector<std::string_view> fields() const override { return {by_.begin(), by_.end()}; }
  bool keeps_fields() const override { return true; }
  Flow flow() const override { return Flow::in_order; }

 private:
  Around around_;
  std::vector<std::string> by_;
  std::optional<Filter> filter_;
};

base::Result<std::uint64_t> take_rows(Lexer& lexer) {
  const std::size_t start = lexer.offset();
  // 0 is a number here, but none for take_count.
  if (lexer.peek() == '0' && is_delimiter(lexer.at(1))) return lexer.take("0"), 0;
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t rows, take_count(lexer, 0));
  if (rows == 0) return lexer.error("expected how many rows, like context 3 or context -2 +5");
  if (rows > kRowsMax) return lexer.error_at(start, "at most 10000 rows around a hit");
  return rows;
}

base::Result<std::unique_ptr<StageNode>> parse_context(Lexer& lexer, const Context&) {
  Around around;
  const bool before = lexer.take("-");
  if (before) {
    LOGMILL_ASSIGN_OR_RETURN(around.before, take_rows(lexer));
  }
  const bool after = lexer.take("+");
  if (after) {
    LOGMILL_ASSIGN_OR_RETURN(around.after, take_rows(lexer));
  }
  if (!before && !after) {
    LOGMILL_ASSIGN_OR_RETURN(around.before, take_rows(lexer));
    around.after = around.before;
  }
  std::vector<std::string> by;
  if (lexer.take_keyword("by")) {
    LOGMILL_ASSIGN_OR_RETURN(by, take_fields(lexer));
  }
  return std::unique_ptr<StageNode>(std::make_unique<ContextNode>(around, std::move(by)));
}

}  // namespace

extern constexpr StageSpec kContextRows{.name = "context",
                                        .usage = "context N or context -BEFORE +AFTER [by FIELD, ...]",
                                        .summary = "the rows around each one that matches, of the same FIELD",
                                        .sample = "level=ERROR | context -2 +5 by host",
                                        .parse = parse_context,
                                        .first = true};

}  // namespace logmill::query
