#include "logquery/search_store.h"

#include <algorithm>
#include <map>

#include "logquery/output.h"
#include "query/index_pruner.h"
#include "store/reader.h"
#include "sys/fd.h"

namespace logmill::logquery {
namespace {

// On a terminal nobody reads more; -n all shows them.
constexpr std::uint64_t kNewestOnTerminal = 500;
// How long a committed record may wait to be seen by --follow: a person does not notice, and
// looking costs little.
constexpr int kFollowIntervalMs = 100;

class StoreSearch {
 public:
  StoreSearch(const Options& options, const query::Query& query, cli::Io& io)
      : options_(options),
        query_(query),
        io_(io),
        pruner_(io.files, io.reporter, query.filter().expr()) {}

  base::Result<Answer> run() {
    LOGMILL_ASSIGN_OR_RETURN(output_, make_output(options_, query_, codec::Format::automatic, io_));
    query::Pipeline pipeline(query_, *output_);
    LOGMILL_RETURN_IF_ERROR(find_segments());
    LOGMILL_RETURN_IF_ERROR(search_history(pipeline));
    if (options_.follow) LOGMILL_RETURN_IF_ERROR(follow(pipeline));
    LOGMILL_RETURN_IF_ERROR(pipeline.finish());
    answer_.rows_shown = output_->rows();
    return std::move(answer_);
  }

 private:
  struct Segment {
    std::unique_ptr<store::SegmentReader> reader;  // null: cannot be read
    std::uint64_t rows_taken = 0;                  // from its start
  };

  // Opens the segments that are not open yet.
  base::Status find_segments() {
    const query::TimeBounds& bounds = query_.filter().bounds();
    LOGMILL_ASSIGN_OR_RETURN(const auto paths, store::list_segments(io_.files, options_.store.dir,
                                                                    bounds.min, bounds.max));
    for (const std::string& path : paths)
      if (!segments_.contains(id_of(path))) LOGMILL_RETURN_IF_ERROR(open(path));
    return {};
  }

  // Sealing changes the extension of a segment's file, not its name.
  static std::string id_of(const std::string& path) { return path.substr(0, path.rfind('.')); }

  base::Status open(const std::string& path) {
    auto reader = store::open_segment(io_.files, path, io_.reporter);
    if (reader) {
      segments_[id_of(path)].reader = *std::move(reader);
      return {};
    }
    if (reader.error().code == base::ErrorCode::not_found)
      return {};  // retention took it meanwhile
    if (reader.error().code != base::ErrorCode::corrupt) return std::move(reader).error();
    io_.reporter.warn("damaged_segment", reader.error().what + ", left out");
    answer_.incomplete = true;
    segments_[id_of(path)];  // not again
    return {};
  }

  // Gives the scan what is new since the last time.
  void add_news(query::StoreScan& scan) {
    for (auto& [id, segment] : segments_) {
      if (!segment.reader) continue;
      std::uint64_t rows = 0;
      for (const store::BlockInfo& block : segment.reader->blocks()) rows += block.rows;
      if (rows <= segment.rows_taken) continue;
      scan.add(*segment.reader, segment.rows_taken);
      segment.rows_taken = rows;
    }
  }

  base::Status search_history(query::Pipeline& pipeline) {
    query::StoreScan scan(query_, io_.reporter, io_.stop, &pruner_);
    add_news(scan);
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
      for (auto& [id, segment] : segments_)
        if (segment.reader) LOGMILL_RETURN_IF_ERROR(refresh(segment));
      LOGMILL_RETURN_IF_ERROR(find_segments());
      query::StoreScan scan(query_, io_.reporter, io_.stop, &pruner_);
      add_news(scan);
      LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
      take_answer(scan);
      LOGMILL_RETURN_IF_ERROR(output_->flush());
    }
  }

  static base::Status refresh(Segment& segment) {
    const auto more = segment.reader->refresh();
    if (more) return {};
    if (more.error().code != base::ErrorCode::not_found) return more.error();
    segment.reader.reset();  // retention took it
    return {};
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
  std::map<std::string, Segment> segments_;  // by id_of its path, so that older ones come first
  Answer answer_;
};

}  // namespace

base::Result<Answer> search_store(const Options& options, const query::Query& query, cli::Io& io) {
  return StoreSearch(options, query, io).run();
}

}  // namespace logmill::logquery
