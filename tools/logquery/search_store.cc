#include "logquery/search_store.h"

#include <algorithm>
#include <thread>

#include "logquery/output.h"
#include "query/hidden_rows.h"
#include "query/index_pruner.h"
#include "store/store_view.h"
#include "sys/fd.h"

namespace logmill::logquery {
namespace {

// On a terminal nobody reads more; -n all shows them.
constexpr std::uint64_t kNewestOnTerminal = 500;
// How long a committed record may wait to be seen by --follow: with a commit interval of 200 ms it is found within 250.
// Looking costs little.
constexpr int kFollowIntervalMs = 25;

// On many cores the time goes into starting threads, and others want to run, too.
unsigned default_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 8U); }

class StoreSearch {
 public:
  StoreSearch(const Options& options, const query::Query& query, cli::Io& io)
      : options_(options),
        query_(query),
        io_(io),
        pruner_(io.files, io.reporter, query.filter().expr()),
        view_(io.files, options.store.dir, query.filter().bounds().min, query.filter().bounds().max, io.reporter) {}

  base::Result<Answer> run() {
    LOGMILL_ASSIGN_OR_RETURN(output_, make_output(options_, query_, codec::Format::automatic, io_));
    query::Pipeline pipeline(query_, *output_);
    LOGMILL_RETURN_IF_ERROR(search_history(pipeline));
    if (options_.follow) LOGMILL_RETURN_IF_ERROR(follow(pipeline));
    LOGMILL_RETURN_IF_ERROR(pipeline.finish());
    answer_.rows_shown = output_->rows();
    return std::move(answer_);
  }

 private:
  // What was committed since the last time goes into the scan.
  base::Status look(query::StoreScan& scan) {
    LOGMILL_RETURN_IF_ERROR(view_.refresh());
    LOGMILL_ASSIGN_OR_RETURN(hidden_, query::HiddenRows::make(view_.tombstones()));
    scan.hide(hidden_);
    for (const store::StoreView::News& news : view_.take_news()) scan.add(*news.segment, news.rows);
    answer_.incomplete = view_.unreadable() > 0;
    return {};
  }

  base::Status search_history(query::Pipeline& pipeline) {
    query::StoreScan scan(query_, io_.reporter, io_.stop, &pruner_);
    scan.use_threads(options_.threads > 0 ? options_.threads : default_threads());
    LOGMILL_RETURN_IF_ERROR(look(scan));
    const std::uint64_t newest = query_.each_row() ? newest_wanted() : 0;
    if (newest > 0)
      LOGMILL_RETURN_IF_ERROR(scan.run_newest(newest, *output_));
    else
      LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
    take_answer(scan);
    if (!options_.newest && newest > 0 && output_->rows() == newest)
      return say_that_there_is_more();
    return {};
  }

  std::uint64_t newest_wanted() const {
    if (options_.newest) return *options_.newest;
    return io_.out_is_terminal && !options_.count_only ? kNewestOnTerminal : 0;
  }

  base::Status say_that_there_is_more() {
    if (!io_.err_is_terminal || io_.quiet) return {};
    return sys::write_all(io_.err, "logquery: the newest 500; -n all shows all\n");
  }

  base::Status follow(query::Pipeline& pipeline) {
    LOGMILL_RETURN_IF_ERROR(output_->flush());
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const auto woken,
                               sys::wait_readable_or_unread(io_.stop.fd(), kFollowIntervalMs, -1, io_.out));
      if (woken != sys::Readiness::timeout) return {};
      query::StoreScan scan(query_, io_.reporter, io_.stop, &pruner_);
      LOGMILL_RETURN_IF_ERROR(look(scan));
      LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
      take_answer(scan);
      LOGMILL_RETURN_IF_ERROR(output_->flush());
    }
  }

  void take_answer(const query::StoreScan& scan) {
    answer_.scan += scan.counts();
    for (const std::string& name : scan.field_names())
      if (std::ranges::find(answer_.field_names, name) == answer_.field_names.end())
        answer_.field_names.push_back(name);
  }

  const Options& options_;
  const query::Query& query_;
  cli::Io& io_;
  query::IndexPruner pruner_;
  std::unique_ptr<Output> output_;
  store::StoreView view_;
  query::HiddenRows hidden_;
  Answer answer_;
};

}  // namespace

base::Result<Answer> search_store(const Options& options, const query::Query& query, cli::Io& io) {
  return StoreSearch(options, query, io).run();
}

}  // namespace logmill::logquery
