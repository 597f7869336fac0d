#include "logcollect/logcollect.h"

#include <algorithm>

#include "cli/statistics.h"
#include "flat/judgement.h"
#include "logcollect/provenance.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "sys/host_name.h"

namespace logmill::logcollect {
namespace {

constexpr std::int64_t kRescanNs = 10 * base::kNsPerSecond;
constexpr std::int64_t kPollNs = base::kNsPerSecond;
// However often folders change, not everything is looked at all the time.
constexpr std::int64_t kPauseBetweenLooksNs = 100 * base::kNsPerMs;

using Options = Logcollect::Options;

codec::Format output_format(const Options& options) {
  return options.output.resolve(options.resume.empty() ? codec::Format::automatic : codec::Format::frames);
}

base::Result<std::unique_ptr<stream::Sink>> open_sink(const Options& options, cli::Io& io) {
  const stream::SinkOptions sink{.format = output_format(options), .compress = options.output.compress};
  return stream::open_sink(options.output.to, io.out, sink, io.stop, io.reporter);
}

// No store and no flat file yet: nothing is in it.
base::Result<std::vector<store::Frontier>> read_frontiers(const Options& options, cli::Io& io) {
  if (options.resume.empty()) return std::vector<store::Frontier>{};
  if (flat::is_flat_file(io.files, options.resume)) {
    const auto info = io.files.info(options.resume);
    if (info && info->size > 0 && !io.files.info(flat::positions_path(options.resume)))
      io.reporter.warn("resume", options.resume + ": keeps no positions yet; reading from the beginning");
    return flat::read_frontiers(io.files, options.resume);
  }
  const auto info = io.files.info(options.resume);
  if (!info && info.error().code == base::ErrorCode::not_found) return std::vector<store::Frontier>{};
  if (!info) return info.error();
  return store::read_frontiers(io.files, options.resume, io.reporter);
}

CollectorOptions collector_options(const Options& options) {
  return {.mode = options.mode,
          .start = options.start,
          .read_archives = options.resume.empty(),
          .host = options.host.value_or(sys::host_name()),
          .limits = {.line_bytes_max = options.line_bytes_max, .joiner = options.multiline.joiner()},
          .joiner_timeout_ns = options.multiline.timeout_ns};
}

// Takes batches to the sink and counts them.
class Outlet {
 public:
  Outlet(const Options& options, cli::Io& io, stream::Sink& sink) : sink_(sink), statistics_(Logcollect::kName, options.stats, io) {}

  base::Status write(const record::Batch& batch, std::uint64_t bytes_in) {
    cli::Counters& counters = statistics_.counters;
    counters.records_in += batch.rows();
    counters.bytes_in += bytes_in;
    LOGMILL_RETURN_IF_ERROR(sink_.write(batch));
    counters.records_out += batch.rows();
    counters.bytes_out = sink_.bytes_out();
    statistics_.tick();
    return {};
  }
  base::Status pause() {
    LOGMILL_RETURN_IF_ERROR(sink_.flush());
    statistics_.counters.bytes_out = sink_.bytes_out();
    statistics_.tick();
    return {};
  }
  base::Status close() {
    LOGMILL_RETURN_IF_ERROR(sink_.close());
    statistics_.counters.bytes_out = sink_.bytes_out();
    statistics_.finish();
    return {};
  }
  std::int64_t due_in() const { return statistics_.due_in(); }

 private:
  stream::Sink& sink_;
  cli::Statistics statistics_;
};

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

class FileRun {
 public:
  FileRun(const Options& options, cli::Io& io, Discovery& discovery, Collector& collector, Outlet& outlet)
      : options_(options), io_(io), discovery_(discovery), collector_(collector), outlet_(outlet) {}

  // Until all is read (once) or a stop is requested.
  base::Status run() {
    look_at_everything();
    while (!io_.stop.requested()) {
      LOGMILL_RETURN_IF_ERROR(take_changes());
      if (collector_.next(batch_)) {
        LOGMILL_RETURN_IF_ERROR(outlet_.write(batch_, batch_.range().to - batch_.range().from));
        continue;
      }
      if (options_.mode == Mode::once) return {};
      LOGMILL_RETURN_IF_ERROR(outlet_.pause());
      LOGMILL_RETURN_IF_ERROR(wait());
    }
    return {};
  }

 private:
  base::Status take_changes() {
    if (options_.mode == Mode::once) return {};
    LOGMILL_ASSIGN_OR_RETURN(const bool everything, collector_.look_at_changes());
    if (everything || io_.reload_wanted.exchange(false)) next_look_ = std::min(next_look_, last_look_ + kPauseBetweenLooksNs);
    if (io_.clock.steady_ns() >= next_look_) look_at_everything();
    return {};
  }
  void look_at_everything() {
    collector_.look_at_everything();
    last_look_ = io_.clock.steady_ns();
    next_look_ = last_look_ + look_interval();
  }
  std::int64_t look_interval() const {
    if (options_.rescan_ns > 0) return options_.rescan_ns;
    return options_.poll ? kPollNs : kRescanNs;
  }
  base::Status wait() {
    std::int64_t ns = std::max<std::int64_t>(next_look_ - io_.clock.steady_ns(), 0);
    if (outlet_.due_in() >= 0) ns = std::min(ns, outlet_.due_in());
    if (collector_.due_at() >= 0) ns = std::clamp<std::int64_t>(collector_.due_at() - io_.clock.steady_ns(), 0, ns);
    const int ms = static_cast<int>(ns / base::kNsPerMs + 1);
    const int fd = discovery_.fd() >= 0 ? discovery_.fd() : io_.stop.fd();
    const int reader = options_.output.to == "-" ? io_.out : -1;
    if (auto waited = sys::wait_readable_or_unread(fd, ms, io_.stop.fd(), reader); !waited) return std::move(waited).error();
    return {};
  }

  const Options& options_;
  cli::Io& io_;
  Discovery& discovery_;
  Collector& collector_;
  Outlet& outlet_;
  record::Batch batch_;
  std::int64_t last_look_ = 0, next_look_ = 0;
};

base::Result<cli::Exit> collect_files(const Options& options, cli::Io& io) {
  sys::raise_open_file_limit();
  Discovery discovery(options.paths, options.exclusions,
                      options.poll || options.mode == Mode::once ? Discovery::Notice::none : Discovery::Notice::inotify, io.reporter);
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t missing, check_literal_paths(options, discovery, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, read_frontiers(options, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto sink, open_sink(options, io));
  Collector collector(collector_options(options), frontiers, discovery, io.stop, io.clock, io.reporter);
  Outlet outlet(options, io, *sink);
  LOGMILL_RETURN_IF_ERROR(FileRun(options, io, discovery, collector, outlet).run());
  LOGMILL_RETURN_IF_ERROR(outlet.close());
  const bool incomplete = options.mode == Mode::once && (missing > 0 || collector.failures() > 0);
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
  std::uint64_t bytes_before = 0;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source->next(batch));
    if (pull != stream::Pull::batch) break;
    add_provenance(batch, {}, host);
    LOGMILL_RETURN_IF_ERROR(outlet.write(batch, source->bytes_in() - bytes_before));
    bytes_before = source->bytes_in();
    if (!source->ready()) LOGMILL_RETURN_IF_ERROR(outlet.pause());
  }
  LOGMILL_RETURN_IF_ERROR(outlet.close());
  return cli::Exit::done;
}

}  // namespace

base::Result<cli::Exit> Logcollect::run(const Options& options, cli::Io& io) {
  if (options.paths == std::vector<std::string>{"-"}) return collect_standard_input(options, io);
  return collect_files(options, io);
}

}  // namespace logmill::logcollect
