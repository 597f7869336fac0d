#include <string>

#include "index/segment_stamp.h"
#include "logindex/build_index.h"
#include "logindex/index_files.h"
#include "logindex/logindex.h"
#include "logindex/report.h"
#include "logindex/survey.h"
#include "sys/fd.h"

namespace logmill::logindex {
namespace {

// How long a segment may be sealed before --watch sees it.
constexpr int kWatchIntervalMs = 2'000;

class Run {
 public:
  Run(const Options& options, cli::Io& io) : options_(options), io_(io) {}

  base::Result<cli::Exit> once() {
    const Depth depth = options_.action == Action::verify ? Depth::all : Depth::headers;
    LOGMILL_ASSIGN_OR_RETURN(Survey survey, survey_store(io_.files, options_.store.dir, depth));
    Totals totals;
    const std::size_t count = survey.segments.size();
    for (std::size_t i = 0; i < count && !io_.stop.requested(); ++i) {
      show_progress(i, count);
      LOGMILL_RETURN_IF_ERROR(treat(survey.segments[i]));
      totals.add(survey.segments[i]);
    }
    show_progress(count, count);
    if (options_.action == Action::build) LOGMILL_RETURN_IF_ERROR(remove_orphans(survey.orphans));
    if (!options_.json && !io_.quiet && (!options_.watch || printed_)) {
      std::string text;
      append_totals(text, totals);
      LOGMILL_RETURN_IF_ERROR(sys::write_all(io_.out, text));
    }
    return no_ ? cli::Exit::no : cli::Exit::done;
  }

  base::Result<cli::Exit> until_stopped() {
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const cli::Exit exit, once());
      printed_ = false;
      LOGMILL_ASSIGN_OR_RETURN(const auto waited, sys::wait_readable(io_.stop.fd(), kWatchIntervalMs, io_.stop.fd()));
      if (waited != sys::Readiness::timeout) return exit;
    }
  }

 private:
  base::Status treat(SegmentIndex& segment) {
    if (options_.action != Action::build) return show(segment, "");
    if (segment.state == State::indexed && !options_.rebuild) return {};
    if (options_.dry_run) return print(segment, "to build");
    auto built = build(segment);
    if (built) return print(segment, "built");
    // Retention was faster, or we are to stop: both fine.
    if (built.error().code == base::ErrorCode::not_found || io_.stop.requested()) return {};
    if (built.error().code != base::ErrorCode::corrupt && built.error().code != base::ErrorCode::unsupported) return built;
    io_.reporter.warn("segment", built.error().what + "; not indexed");
    no_ = true;
    return {};
  }

  base::Status build(SegmentIndex& segment) {
    LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, build_index(io_.files, segment.path, io_.stop, io_.reporter));
    LOGMILL_RETURN_IF_ERROR(io_.files.replace_file(index::index_path(segment.path), bytes));
    LOGMILL_ASSIGN_OR_RETURN(segment, inspect_segment(io_.files, segment.path, Depth::headers));
    return {};
  }

  base::Status show(const SegmentIndex& segment, std::string_view action) {
    if (!segment.problem.empty()) {
      io_.reporter.warn("index", segment.problem);
      no_ = no_ || options_.action == Action::verify;
    }
    return print(segment, action);
  }

  base::Status remove_orphans(const std::vector<std::string>& orphans) {
    for (const std::string& path : orphans) {
      io_.reporter.info(path + (options_.dry_run ? ": would be removed" : ": removed") + ", its segment is gone");
      if (options_.dry_run) continue;
      LOGMILL_RETURN_IF_ERROR(io_.files.remove_if_there(path));
    }
    return {};
  }

  base::Status print(const SegmentIndex& segment, std::string_view action) {
    printed_ = true;
    if (io_.quiet && options_.action != Action::list) return {};
    std::string line;
    if (options_.json)
      append_json_line(line, segment, action);
    else
      append_text_line(line, segment, action);
    return sys::write_all(io_.out, line);
  }

  void show_progress(std::size_t done, std::size_t count) const {
    if (!io_.err_is_terminal || io_.quiet || options_.action == Action::list || count < 2) return;
    std::string text = "\rlogindex: " + std::to_string(done) + "/" + std::to_string(count) + "\x1b[K";
    if (done == count) text = "\r\x1b[K";
    static_cast<void>(sys::write_all(io_.err, text));
  }

  const Options& options_;
  cli::Io& io_;
  bool no_ = false;       // something could not be indexed, or does not hold
  bool printed_ = false;  // a line in this round
};

}  // namespace

base::Result<cli::Exit> Logindex::run(const Options& options, cli::Io& io) {
  if (!options.files.empty()) return index_files(options, io);
  Run run(options, io);
  return options.watch ? run.until_stopped() : run.once();
}

}  // namespace logmill::logindex
