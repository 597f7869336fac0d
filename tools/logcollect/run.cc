#include "logcollect/logcollect.h"

#include <algorithm>

#include "logcollect/follow_run.h"
#include "logcollect/journal.h"
#include "logcollect/outlet.h"
#include "logcollect/provenance.h"
#include "logcollect/resume.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "sys/file_limit.h"
#include "sys/host_name.h"

namespace logmill::logcollect {
namespace {

using Options = Logcollect::Options;

// For folders that are listed, the sink, compressed files.
constexpr int kDescriptorsOfOthers = 8;

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

CollectorOptions collector_options(const Options& options, int descriptors) {
  return {.mode = options.mode,
          .start = options.start,
          .archives = archives(options),
          .descriptor_max = descriptors - kDescriptorsOfOthers,
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

base::Result<cli::Exit> collect_files(const Options& options, cli::Io& io) {
  const int descriptors = sys::raise_file_limit();
  Discovery discovery(options.paths, options.exclusions,
                      options.poll || options.mode == Mode::once ? Discovery::Notice::none : Discovery::Notice::inotify, io.reporter);
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t missing, check_literal_paths(options, discovery, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, read_frontiers(options.resume, options.tls, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto sink, open_sink(options, io));
  Collector collector(collector_options(options, descriptors), frontiers, discovery, io.clock, io.reporter);
  Outlet outlet(options, io, *sink);
  LOGMILL_RETURN_IF_ERROR(FollowRun(options, io, collector, outlet).run());
  LOGMILL_RETURN_IF_ERROR(outlet.close());
  const bool incomplete = options.mode == Mode::once && (missing > 0 || collector.failures() > 0);
  return incomplete ? cli::Exit::no : cli::Exit::done;
}

base::Result<cli::Exit> collect_journal(const Options& options, cli::Io& io) {
  JournalOptions journal_options{.start = options.start,
                                 .watch = !options.poll && options.mode == Mode::follow,
                                 .entry = {.file = options.paths.front(), .host = options.host, .value_bytes_max = options.line_bytes_max}};
  for (const std::string& path : options.paths) {
    const std::string where = path.substr(kJournalScheme.size());
    if (!where.empty())
      journal_options.paths.push_back(where);
    else
      for (std::string& folder : own_journal_folders()) journal_options.paths.push_back(std::move(folder));
  }
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, read_frontiers(options.resume, options.tls, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto sink, open_sink(options, io));
  Journal journal(std::move(journal_options), frontiers, io.reporter);
  Outlet outlet(options, io, *sink);
  journal.look_at_everything();
  if (!journal.found_any()) {
    const std::string what = options.paths.front() + ": no journal there";
    io.reporter.warn("missing", options.mode == Mode::once ? what : what + "; waiting for it");
  }
  LOGMILL_RETURN_IF_ERROR(FollowRun(options, io, journal, outlet).run());
  LOGMILL_RETURN_IF_ERROR(outlet.close());
  const bool incomplete = options.mode == Mode::once && (!journal.found_any() || journal.failures() > 0);
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
  if (options.paths.front().starts_with(kJournalScheme)) return collect_journal(options, io);
  return collect_files(options, io);
}

}  // namespace logmill::logcollect
