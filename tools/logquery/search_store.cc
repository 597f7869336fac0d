#include "logquery/search_store.h"

#include <algorithm>
#include <optional>

#include "logquery/live_screen.h"
#include "logquery/output.h"
#include "logquery/prepare.h"
#include "logquery/windows.h"
#include "query/scan/hidden_rows.h"
#include "query/scan/index_pruner.h"
#include "record/fields.h"
#include "store/store_view.h"
#include "sys/fd.h"

namespace logmill::logquery {
namespace {

// On a terminal nobody reads more; -n all shows them.
constexpr std::uint64_t kNewestOnTerminal = 500;
// How long a committed record may wait to be seen by --follow: with a commit interval of 200 ms it
// is found within 250. Looking costs little.
constexpr int kFollowIntervalMs = 25;

// People cannot read faster.
constexpr std::int64_t kRedrawIntervalNs = 250'000'000;
// How long after the end of a span of time its records may still come: collecting, shipping and
// committing take a while.
constexpr std::int64_t kLateNs = 1'000'000'000;

class Nowhere : public query::Stage {
 public:
  base::Status push(const query::Rows&) override { return {}; }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }
};

class StoreSearch {
 public:
  StoreSearch(const Options& options, const query::Query& query, cli::Io& io)
      : options_(options),
        query_(query),
        io_(io),
        workspace_(held_bytes_max(options), options.temporary_directory),
        pruner_(io.files, io.reporter, query.filter().expr()),
        view_(io.files, options.store.dir, query.filter().bounds().min, query.filter().bounds().max, io.reporter) {}

  base::Result<Answer> run() {
    if (options_.follow && !query_.goes_on()) return follow_numbers();
    LOGMILL_ASSIGN_OR_RETURN(output_, make_output(options_, query_, codec::Format::automatic, workspace_, io_));
    query::Pipeline pipeline(query_, *output_, workspace_);
    LOGMILL_RETURN_IF_ERROR(search_history(pipeline));
    if (options_.follow) LOGMILL_RETURN_IF_ERROR(follow(pipeline));
    LOGMILL_RETURN_IF_ERROR(pipeline.finish());
    answer_.rows_shown = output_->rows();
    output_.reset();  // once a pager was left
    if (cut_) LOGMILL_RETURN_IF_ERROR(say_that_there_is_more());
    return std::move(answer_);
  }

 private:
  // What was committed since the last time goes into the scan.
  base::Status look(query::StoreScan& scan) {
    LOGMILL_RETURN_IF_ERROR(view_.refresh());
    LOGMILL_ASSIGN_OR_RETURN(hidden_, query::HiddenRows::make(view_.tombstones()));
    scan.hide(hidden_);
    for (const store::StoreView::News& news : view_.take_news()) {
      scan.add(*news.segment, news.rows);
      latest_ = news.segment;
    }
    answer_.incomplete = view_.unreadable() > 0;
    return {};
  }

  void use_limits(query::StoreScan& scan) {
    scan.use_threads(reading_threads(options_));
    scan.use_workspace(workspace_);
  }

  base::Status search_history(query::Pipeline& pipeline) {
    query::StoreScan scan(query_, io_.reporter, io_.stop, &pruner_);
    use_limits(scan);
    LOGMILL_RETURN_IF_ERROR(look(scan));
    const std::uint64_t newest = query_.each_row() ? newest_wanted() : 0;
    if (newest > 0)
      LOGMILL_RETURN_IF_ERROR(scan.run_newest(newest, *output_));
    else
      LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
    take_answer(scan);
    if (answer_.scan.rows_seen == 0) look_up_names();
    cut_ = !options_.newest && newest > 0 && output_->rows() == newest;
    return {};
  }

  std::uint64_t newest_wanted() const {
    if (options_.newest) return *options_.newest;
    return io_.out_is_terminal && !options_.count_only ? kNewestOnTerminal : 0;
  }

  base::Status say_that_there_is_more() {
    if (!io_.err_is_terminal || io_.quiet) return {};
    return sys::write_all(io_.err, "logquery: these are the newest " + std::to_string(kNewestOnTerminal) + "; -n all shows all\n");
  }

  base::Status follow(query::Pipeline& pipeline) {
    LOGMILL_RETURN_IF_ERROR(output_->flush());
    return watch([&](query::StoreScan& scan) -> base::Result<bool> {
      LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
      LOGMILL_RETURN_IF_ERROR(output_->flush());
      return !pipeline.satisfied();
    });
  }

  // Calls `use(scan)` with what was committed since the last time, until it gives false or we are
  // to stop.
  template <class Use>
  base::Status watch(Use use) {
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const auto woken, sys::wait_readable_or_unread(io_.stop.fd(), kFollowIntervalMs, -1, io_.out));
      if (woken != sys::Readiness::timeout) return {};
      query::StoreScan scan(scanned_ ? *scanned_ : query_, io_.reporter, io_.stop, &pruner_);
      LOGMILL_RETURN_IF_ERROR(look(scan));
      LOGMILL_ASSIGN_OR_RETURN(const bool go_on, use(scan));
      take_answer(scan);
      if (!go_on) return {};
    }
  }

  base::Result<Answer> follow_numbers() {
    if (!io_.out_is_terminal && query_.window_ns() == 0)
      return base::Error{base::ErrorCode::invalid,
                         "--follow shows numbers anew as they change on a terminal only; elsewhere "
                         "each span of time is shown "
                         "when it is over: count by a span too, like | count by service, 1m"};
    LOGMILL_RETURN_IF_ERROR(io_.out_is_terminal ? redraw_numbers() : print_windows());
    return std::move(answer_);
  }

  // Draws the numbers so far over those before, whenever they or the terminal changed.
  base::Status redraw_numbers() {
    Nowhere nowhere;
    query::Pipeline counted(query_, nowhere, workspace_);
    query::StoreScan history(query_, io_.reporter, io_.stop, &pruner_);
    use_limits(history);
    LOGMILL_RETURN_IF_ERROR(look(history));
    LOGMILL_RETURN_IF_ERROR(history.run(counted));
    take_answer(history);
    LiveScreen screen(io_.out, query_.window_ns() > 0 ? Keep::last : Keep::first);
    LOGMILL_RETURN_IF_ERROR(draw(counted, screen));
    std::uint64_t drawn = answer_.scan.rows_matched;
    std::int64_t drawn_at = io_.clock.steady_ns();
    return watch([&](query::StoreScan& scan) -> base::Result<bool> {
      LOGMILL_RETURN_IF_ERROR(scan.run(counted));
      const bool changed = answer_.scan.rows_matched + scan.counts().rows_matched != drawn;
      const bool due = changed && io_.clock.steady_ns() - drawn_at >= kRedrawIntervalNs;
      if (!due && !screen.resized()) return true;
      LOGMILL_RETURN_IF_ERROR(draw(counted, screen));
      drawn = answer_.scan.rows_matched + scan.counts().rows_matched;
      drawn_at = io_.clock.steady_ns();
      return true;
    });
  }

  base::Status draw(query::Pipeline& counted, LiveScreen& screen) {
    std::string text;
    LOGMILL_ASSIGN_OR_RETURN(const auto output, make_drawing(options_, query_, workspace_, io_, text));
    query::Pipeline stages(query_, *output, workspace_);
    LOGMILL_RETURN_IF_ERROR(stages.merge(counted));
    LOGMILL_RETURN_IF_ERROR(stages.finish());
    answer_.rows_shown = output->rows();
    return screen.draw(text);
  }

  // Shows each span of time when it is over.
  base::Status print_windows() {
    LOGMILL_ASSIGN_OR_RETURN(output_, make_output(options_, query_, codec::Format::automatic, workspace_, io_));
    LOGMILL_ASSIGN_OR_RETURN(scanned_, query::Query::parse(query_.filter().text(), context_of(options_, io_.clock.now())));
    Windows windows(query_, query_.window_ns(), workspace_, *output_);
    query::Pipeline records(*scanned_, windows, workspace_);
    query::StoreScan history(*scanned_, io_.reporter, io_.stop, &pruner_);
    LOGMILL_RETURN_IF_ERROR(look(history));
    LOGMILL_RETURN_IF_ERROR(history.run(records));
    take_answer(history);
    LOGMILL_RETURN_IF_ERROR(windows.show_ended(io_.clock.now() - kLateNs));
    base::Status watched = watch([&](query::StoreScan& scan) -> base::Result<bool> {
      LOGMILL_RETURN_IF_ERROR(scan.run(records));
      LOGMILL_RETURN_IF_ERROR(windows.show_ended(io_.clock.now() - kLateNs));
      return true;
    });
    if (!watched) return watched;
    LOGMILL_RETURN_IF_ERROR(records.finish());
    answer_.rows_shown = output_->rows();
    return {};
  }

  // Nothing had to be read, perhaps because of a mistyped name: some names that there are.
  void look_up_names() {
    if (!latest_ || latest_->blocks().empty()) return;
    const auto block = latest_->read_block(latest_->blocks().size() - 1);
    if (!block) return;
    const auto names = (*block)->column_names();
    answer_.field_names = FieldNames(names.begin(), names.end());
    answer_.field_names.emplace(record::kLogId);
  }

  void take_answer(const query::StoreScan& scan) {
    answer_.scan += scan.counts();
    answer_.field_names.insert(scan.field_names().begin(), scan.field_names().end());
  }

  const Options& options_;
  const query::Query& query_;
  cli::Io& io_;
  query::Workspace workspace_;
  query::IndexPruner pruner_;
  std::optional<query::Query> scanned_;  // the filter alone, where spans of time have stages of their own
  std::unique_ptr<Output> output_;
  bool cut_ = false;  // only the newest were shown, and nobody asked for that
  store::StoreView view_;
  store::SegmentReader* latest_ = nullptr;  // until the next look
  query::HiddenRows hidden_;
  Answer answer_;
};

}  // namespace

base::Result<Answer> search_store(const Options& options, const query::Query& query, cli::Io& io) {
  return StoreSearch(options, query, io).run();
}

}  // namespace logmill::logquery
