#include <string>

#include "index/segment_stamp.h"
#include "logindex/build_index.h"
#include "logindex/index_files.h"
#include "logindex/logindex.h"
#include "logindex/rounds.h"
#include "logindex/survey.h"
#include "sys/fd.h"

namespace logmill::logindex {
namespace {

class Run {
 public:
  Run(const Options& options, cli::Io& io) : options_(options), io_(io), rounds_(options, io) {}

  base::Result<cli::Exit> run() {
    return rounds_.run([this] { return once(); });
  }

 private:
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
    LOGMILL_RETURN_IF_ERROR(rounds_.totals(totals));
    return no_ ? cli::Exit::no : cli::Exit::done;
  }

  base::Status treat(SegmentIndex& segment) {
    if (options_.action != Action::build) return show(segment, "");
    if (segment.state == State::indexed && !options_.rebuild) return {};
    if (options_.dry_run) return rounds_.line(segment, "to build");
    auto built = build(segment);
    if (built) return rounds_.line(segment, "built");
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
    return rounds_.line(segment, action);
  }

  base::Status remove_orphans(const std::vector<std::string>& orphans) {
    for (const std::string& path : orphans) {
      io_.reporter.info(path + (options_.dry_run ? ": would be removed" : ": removed") + ", its segment is gone");
      if (options_.dry_run) continue;
      LOGMILL_RETURN_IF_ERROR(io_.files.remove_if_there(path));
    }
    return {};
  }

  void show_progress(std::size_t done, std::size_t count) const {
    if (!io_.err_is_terminal || io_.quiet || options_.action == Action::list || count < 2) return;
    std::string text = "\rlogindex: " + std::to_string(done) + "/" + std::to_string(count) + "\x1b[K";
    if (done == count) text = "\r\x1b[K";
    static_cast<void>(sys::write_all(io_.err, text));
  }

  const Options& options_;
  cli::Io& io_;
  Rounds rounds_;
  bool no_ = false;  // something could not be indexed, or does not hold
};

}  // namespace

base::Result<cli::Exit> Logindex::run(const Options& options, cli::Io& io) {
  if (!options.files.empty()) return index_files(options, io);
  return Run(options, io).run();
}

}  // namespace logmill::logindex
