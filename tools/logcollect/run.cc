#include "logcollect/logcollect.h"

#include <algorithm>
#include <optional>

#include "cli/sink_frontiers.h"
#include "logcollect/feed_pair.h"
#include "logcollect/follow_run.h"
#include "logcollect/journal.h"
#include "logcollect/outlet.h"
#include "logcollect/provenance.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "sys/file_limit.h"
#include "sys/host_name.h"

namespace logmill::logcollect {
namespace {

using Options = Logcollect::Options;

// For folders that are listed, the sink, compressed files.
constexpr int kDescriptorsOfOthers = 8;
// What is open from the start (standard ones, inotify, timers), and some files.
constexpr int kDescriptorsOfFilesMin = 8;
// journald keeps 100 files of the system and of each user.
constexpr int kDescriptorsOfJournal = 256;

codec::Format output_format(const Options& options) {
  return options.output.resolve(options.resume.empty() ? codec::Format::automatic : codec::Format::frames);
}

base::Result<std::unique_ptr<stream::Sink>> open_sink(const Options& options, cli::Io& io) {
  const stream::SinkOptions sink{.format = output_format(options), .compress = options.output.compress};
  return stream::open_sink(options.output.to, io.out, sink, io.stop, io.reporter);
}

Archives archives(const Options& options) {
  if (!options.resume.empty()) return Archives::copies;
  return options.mode == Mode::once ? Archives::whole : Archives::left_out;
}

CollectorOptions collector_options(const Options& options, int descriptor_max) {
  return {.mode = options.mode,
          .start = options.start,
          .archives = archives(options),
          .descriptor_max = descriptor_max,
          .leave_rotated = options.follow_name,
          .host = options.host.value_or(sys::host_name()),
          .limits = {.line_bytes_max = options.line_bytes_max, .joiner = options.multiline.joiner()},
          .joiner_timeout_ns = options.multiline.timeout_ns};
}

// Paths that name no pattern should be there, and be files. Returns how many are not there.
base::Result<std::uint64_t> check_literal_paths(const Options& options, const Discovery& discovery, cli::Io& io) {
  std::uint64_t missing = 0;
  for (const sys::Glob& pattern : discovery.patterns()) {
    if (!pattern.is_literal()) continue;
    const auto info = sys::regular_file_info(pattern.text());
    if (info) continue;
    const base::Error& error = info.error();
    const bool is_directory = error.what.ends_with("is a directory");
    if (is_directory) return base::Error{error.code, error.what + "; name files in it, such as '" + pattern.text() + "/*.log'"};
    if (error.code == base::ErrorCode::invalid) return error;
    ++missing;
    io.reporter.warn("missing", options.mode == Mode::once ? error.what : error.what + "; waiting for it");
  }
  return missing;
}

// A pattern may match nothing yet, or ever, and that is fine in a script; who types it should know.
void mention_idle_patterns(const Options& options, const Discovery& discovery, cli::Io& io) {
  if (!io.err_is_terminal || io.quiet) return;
  for (const sys::Glob& pattern : discovery.patterns()) {
    if (pattern.is_literal()) continue;
    bool any = false;
    pattern.walk({.match = [&any](const std::string&) { any = true; }, .directory = [](const std::string&) {}});
    if (!any)
      io.reporter.warn("idle_pattern",
                       pattern.text() + (options.mode == Mode::once ? ": no file matches" : ": no file matches; waiting for one"));
  }
}

JournalOptions journal_options(const Options& options, const std::vector<std::string>& paths) {
  JournalOptions journal{.start = options.start,
                         .watch = !options.poll && options.mode == Mode::follow,
                         .entry = {.file = paths.front(), .host = options.host, .value_bytes_max = options.line_bytes_max}};
  for (const std::string& path : paths) {
    const std::string where = path.substr(kJournalScheme.size());
    if (!where.empty())
      journal.paths.push_back(where);
    else
      for (std::string& folder : own_journal_folders()) journal.paths.push_back(std::move(folder));
  }
  return journal;
}

// How many of those that were asked for by name are not there.
std::uint64_t check_journal(const Options& options, const std::string& name, Journal& journal, cli::Io& io) {
  journal.look_at_everything();
  if (journal.found_any()) return 0;
  const std::string what = name + ": no journal there";
  io.reporter.warn("missing", options.mode == Mode::once ? what : what + "; waiting for it");
  return 1;
}

// Files, the journal, or both.
// How many descriptors there are up to the last that a file may have.
base::Result<int> descriptors_of_files(bool journal) {
  const int all = sys::raise_file_limit();
  const int of_files = all - kDescriptorsOfOthers - (journal ? std::min(kDescriptorsOfJournal, all / 4) : 0);
  if (of_files >= kDescriptorsOfFilesMin) return of_files;
  return base::Error{base::ErrorCode::io,
                     std::to_string(all) + " descriptors are too few (ulimit -n); 32 would do, and one for each file more"};
}

base::Result<cli::Exit> collect(const Options& options, cli::Io& io) {
  std::vector<std::string> files, journals;
  for (const std::string& path : options.paths) (of_journal(path) ? journals : files).push_back(path);
  LOGMILL_ASSIGN_OR_RETURN(const int descriptor_max, descriptors_of_files(!journals.empty()));
  const bool unnoticed = files.empty() || options.poll || options.mode == Mode::once;
  Discovery discovery(files, options.exclusions, unnoticed ? Discovery::Notice::none : Discovery::Notice::inotify, io.reporter);
  LOGMILL_ASSIGN_OR_RETURN(std::uint64_t missing, check_literal_paths(options, discovery, io));
  mention_idle_patterns(options, discovery, io);
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, cli::read_frontiers(options.resume, options.tls, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto sink, open_sink(options, io));
  Outlet outlet(options, io, *sink);
  Collector collector(collector_options(options, descriptor_max), frontiers, discovery, io.clock, io.reporter);
  std::optional<Journal> journal;
  if (!journals.empty()) {
    journal.emplace(journal_options(options, journals), frontiers, io.reporter);
    missing += check_journal(options, journals.front(), *journal, io);
  }
  std::optional<FeedPair> both;
  if (journal && !files.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(auto pair, FeedPair::make(collector, *journal));
    both.emplace(std::move(pair));
  }
  Feed& feed = both ? static_cast<Feed&>(*both) : journal ? static_cast<Feed&>(*journal) : collector;
  LOGMILL_RETURN_IF_ERROR(FollowRun(options, io, feed, outlet).run());
  LOGMILL_RETURN_IF_ERROR(outlet.close());
  const bool incomplete = options.mode == Mode::once && (missing > 0 || feed.failures() > 0);
  return incomplete ? cli::Exit::no : cli::Exit::done;
}

base::Result<cli::Exit> collect_standard_input(const Options& options, cli::Io& io) {
  const stream::SourceOptions lines{.format = codec::Format::raw,
                                    .line_bytes_max = options.line_bytes_max,
                                    .joiner = options.multiline.joiner(),
                                    .joiner_timeout_ns = options.multiline.timeout_ns};
  LOGMILL_ASSIGN_OR_RETURN(const auto source, stream::open_source("-", io.in, lines, io.stop, io.reporter));
  LOGMILL_ASSIGN_OR_RETURN(const auto sink, open_sink(options, io));
  Outlet outlet(options, io, *sink);
  const std::string host = options.host.value_or(sys::host_name());
  record::Batch batch;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source->next(batch));
    if (pull != stream::Pull::batch) break;
    add_provenance(batch, {}, host);
    LOGMILL_RETURN_IF_ERROR(outlet.write(batch, source->bytes_in()));
    if (!source->ready()) LOGMILL_RETURN_IF_ERROR(outlet.pause());
  }
  LOGMILL_RETURN_IF_ERROR(outlet.close());
  return cli::Exit::done;
}

}  // namespace

base::Result<cli::Exit> Logcollect::run(const Options& options, cli::Io& io) {
  if (options.paths == std::vector<std::string>{"-"}) return collect_standard_input(options, io);
  return collect(options, io);
}

}  // namespace logmill::logcollect
