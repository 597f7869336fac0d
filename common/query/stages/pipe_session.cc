// session by user gap 30m: what belongs together by being close in time. One row a session: when it
// began, how long it lasted, how many rows it has. Rows may come in any order.
#include <algorithm>
#include <limits>
#include <map>

#include "query/groups/grouper.h"
#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "record/batch.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

constexpr std::string_view kDuration = "duration_ms";
constexpr std::int64_t kNsPerMs = 1'000'000;
// Of one: a node of the map, and its row at the end.
constexpr std::size_t kSessionBytes = 160;

struct SessionPlan {
  std::vector<std::string> by;
  std::int64_t gap_ns = 0;
};

// The sessions of one user: by their start, further apart than the gap.
class Sessions {
 public:
  struct Session {
    base::TimeNs end;
    std::int64_t rows;
  };
  using ByStart = std::map<base::TimeNs, Session>;

  void add(base::TimeNs time, std::int64_t gap_ns) {
    auto after = by_start_.upper_bound(time);
    if (after == by_start_.begin() || !within(std::prev(after)->second.end, time, gap_ns)) {
      after = std::next(by_start_.insert(after, {time, {time, 1}}));
    } else {
      Session& session = std::prev(after)->second;
      session.end = std::max(session.end, time);
      ++session.rows;
    }
    const auto here = std::prev(after);
    if (after == by_start_.end() || !within(here->second.end, after->first, gap_ns)) return;
    here->second = {std::max(here->second.end, after->second.end), here->second.rows + after->second.rows};
    by_start_.erase(after);
  }
  const ByStart& by_start() const { return by_start_; }

 private:
  // No overflow, however far apart.
  static bool within(base::TimeNs end, base::TimeNs next, std::int64_t gap_ns) {
    return next <= end || static_cast<std::uint64_t>(next) - static_cast<std::uint64_t>(end) <= static_cast<std::uint64_t>(gap_ns);
  }
  ByStart by_start_;
};

class SessionStage : public PipeStage {
 public:
  SessionStage(const SessionPlan& plan, Stage& next, Workspace& workspace)
      : PipeStage(next), plan_(plan), grouper_(keys_of(plan)), share_(workspace) {}

  bool satisfied() const override { return false; }

  base::Status push(const Rows& rows) override {
    LOGMILL_RETURN_IF_ERROR(grouper_.assign(rows, group_of_));
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    sessions_.resize(std::max(sessions_.size(), grouper_.groups()));
    for (std::size_t i = 0; i < rows.selected.size(); ++i) {
      const base::TimeNs time = times[rows.selected[i]];
      if (time == record::kNoTime || !has_keys(group_of_[i])) continue;
      Sessions& sessions = sessions_[group_of_[i]];
      open_ -= sessions.by_start().size();
      sessions.add(time, plan_.gap_ns);
      open_ += sessions.by_start().size();
    }
    return share_.hold(grouper_.memory_bytes() + sessions_.capacity() * sizeof(Sessions) + open_ * kSessionBytes, "session");
  }

  base::Status finish() override {
    record::Batch batch;
    for (std::uint32_t group = 0; group < sessions_.size(); ++group)
      for (const auto& [start, session] : sessions_[group].by_start()) add_row(batch, group, start, session);
    std::vector<std::string> names = {std::string(record::kTimestamp)};
    names.insert(names.end(), plan_.by.begin(), plan_.by.end());
    names.insert(names.end(), {std::string(kDuration), "count"});
    BatchTable table(batch);
    Projection projection(table, names);
    std::vector<std::uint32_t> order = all_rows(batch.rows());
    std::ranges::stable_sort(order, {}, [&](auto row) { return batch.times()[row]; });
    LOGMILL_RETURN_IF_ERROR(next().push({projection, order}));
    return next().finish();
  }

 private:
  static std::vector<GroupKey> keys_of(const SessionPlan& plan) {
    std::vector<GroupKey> keys;
    for (const std::string& field : plan.by) keys.push_back({field, 0});
    return keys;
  }

  bool has_keys(std::uint32_t group) const {
    for (std::size_t key = 0; key < plan_.by.size(); ++key)
      if (!grouper_.value(group, key).present()) return false;
    return true;
  }

  void add_row(record::Batch& batch, std::uint32_t group, base::TimeNs start, const Sessions::Session& session) const {
    const std::size_t row = batch.add_row();
    batch.times()[row] = start;
    for (std::size_t key = 0; key < plan_.by.size(); ++key) {
      const record::Value& value = grouper_.value(group, key);
      if (plan_.by[key] == record::kLevel)
        batch.levels()[row] = record::severity_from_text(value.text()).value_or(record::Severity::none);
      else
        batch.set(plan_.by[key], row, value);
    }
    const auto length = static_cast<std::uint64_t>(session.end) - static_cast<std::uint64_t>(start);
    batch.set(kDuration, row, record::Value::integer(static_cast<std::int64_t>(length / kNsPerMs)));
    batch.set("count", row, record::Value::integer(session.rows));
  }

  const SessionPlan& plan_;
  Grouper grouper_;
  std::vector<std::uint32_t> group_of_;
  std::vector<Sessions> sessions_;  // of each group
  std::size_t open_ = 0;            // sessions, of all groups
  Workspace::Share share_;
};

class SessionNode : public StageNode {
 public:
  explicit SessionNode(SessionPlan plan) : plan_(std::move(plan)) {}
  void print(std::string& out) const override {
    out += "session by ";
    append_fields(out, plan_.by);
    out += " gap ";
    append_span(out, plan_.gap_ns);
  }
  std::unique_ptr<Stage> start(Stage& next, Workspace& workspace) const override {
    return std::make_unique<SessionStage>(plan_, next, workspace);
  }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields(plan_.by.begin(), plan_.by.end());
    fields.push_back(record::kTimestamp);
    return fields;
  }
  Flow flow() const override { return Flow::all; }

 private:
  SessionPlan plan_;
};

base::Result<std::unique_ptr<StageNode>> parse_session(Lexer& lexer, const Context&) {
  SessionPlan plan;
  if (!lexer.take_keyword("by")) return lexer.error("expected by, like session by user gap 30m");
  lexer.skip_space();
  const std::size_t start = lexer.offset();
  LOGMILL_ASSIGN_OR_RETURN(plan.by, take_fields(lexer));
  if (std::ranges::find(plan.by, record::kTimestamp) != plan.by.end())
    return lexer.error_at(start, "sessions are by what stays the same in them, not by timestamp");
  if (!lexer.take_keyword("gap")) return lexer.error("expected gap and a span of time, like gap 30m");
  LOGMILL_ASSIGN_OR_RETURN(plan.gap_ns, take_span(lexer));
  return std::unique_ptr<StageNode>(std::make_unique<SessionNode>(std::move(plan)));
}

}  // namespace

extern constexpr StageSpec kSession{.name = "session",
                                    .usage = "session by FIELD, ... gap SPAN",
                                    .summary = "a row for each run of rows that are no further apart than SPAN",
                                    .sample = "* | session by user gap 30m | sort -duration_ms",
                                    .parse = parse_session};

}  // namespace logmill::query
