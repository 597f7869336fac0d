#include <memory>
#include <optional>

#include "cli/statistics.h"
#include "logparse/logparse.h"
#include "logparse/report.h"
#include "query/filter/filter.h"
#include "record/fields.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "sys/fd.h"

namespace logmill::logparse {
namespace {

// One run: inputs one after the other, through the same parser, into one sink.
class Run {
 public:
  Run(const Logparse::Options& options, Input input, cli::Io& io)
      : options_(options),
        io_(io),
        input_(input),
        parser_({.format = input.lines, .keep_raw = options.keep_raw, .field = options.field, .reference = io.clock.now()}),
        statistics_(Logparse::kName, options.stats, io) {}

  base::Result<cli::Exit> operator()() {
    LOGMILL_RETURN_IF_ERROR(prepare());
    for (const std::string& address : addresses(options_)) {
      LOGMILL_RETURN_IF_ERROR(read_all(address));
      if (io_.stop.requested()) break;
    }
    return finish();
  }

 private:
  base::Status prepare() {
    if (!options_.where.empty()) {
      LOGMILL_ASSIGN_OR_RETURN(auto filter, query::Filter::parse(options_.where, {.now = io_.clock.now()}));
      filter_.emplace(std::move(filter));
    }
    if (!options_.rejects.empty()) {
      LOGMILL_ASSIGN_OR_RETURN(rejects_, io_.files.open(options_.rejects, sys::OpenMode::append));
    }
    return {};
  }

  base::Status read_all(const std::string& address) {
    const stream::SourceOptions lines{
        .format = input_.stream, .joiner = options_.multiline.joiner(), .joiner_timeout_ns = options_.multiline.timeout_ns};
    LOGMILL_ASSIGN_OR_RETURN(const auto source, stream::open_source(address, io_.in, lines, io_.stop, io_.reporter));
    const std::uint64_t bytes_before = statistics_.counters.bytes_in;
    std::uint64_t empty_lines = 0;
    for (;;) {
      LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source->next(batch_));
      statistics_.counters.bytes_in = bytes_before + source->bytes_in();
      statistics_.counters.take_empty_lines(source->empty_lines() - std::exchange(empty_lines, source->empty_lines()));
      if (pull != stream::Pull::batch) break;
      if (options_.files.size() > 1 && !batch_.empty()) name_file(address);
      LOGMILL_RETURN_IF_ERROR(handle_batch(source->format()));
      if (sink_ && !source->ready()) LOGMILL_RETURN_IF_ERROR(sink_->flush());
      statistics_.tick();
    }
    if (io_.stop.requested() || source->ended_orderly()) return {};
    if (sink_) LOGMILL_RETURN_IF_ERROR(sink_->flush());
    return base::Error{base::ErrorCode::again, address + ": ended without an END frame: its writer died"};
  }

  // Like grep: with several files, each record says which one it is from.
  void name_file(const std::string& address) {
    if (batch_.find(record::kFile) == nullptr || batch_.find(record::kFile)->values.empty())
      batch_.fill(record::kFile, record::Value::string(address));
  }

  base::Status handle_batch(codec::Format came_in) {
    statistics_.counters.records_in += batch_.rows();
    parser_.set_reference(io_.clock.now());
    return parser_.parse_parts(batch_, [this, came_in](record::Batch&) { return handle_parsed(came_in); });
  }

  base::Status handle_parsed(codec::Format came_in) {
    if (options_.test) {
      report_.add(batch_);
      statistics_.counters.records_out += batch_.rows();
      return {};
    }
    if (rejects_wanted()) LOGMILL_RETURN_IF_ERROR(reject());
    if (filter_) keep_matching();
    options_.edits.apply(batch_);
    LOGMILL_RETURN_IF_ERROR(open_sink_once(came_in));
    LOGMILL_RETURN_IF_ERROR(sink_->write(batch_));
    statistics_.counters.records_out += batch_.rows();
    statistics_.counters.bytes_out = sink_->bytes_out();
    return {};
  }

  bool rejects_wanted() const { return options_.on_error == OnError::reject || rejects_; }

  base::Status reject() {
    const record::Column* errors = batch_.find(record::kParseError);
    if (errors == nullptr || errors->values.empty()) return {};
    std::string lines;
    keep_.assign(batch_.rows(), 1);
    std::uint64_t rejected = 0;
    for (std::size_t row = 0; row < batch_.rows(); ++row) {
      if (!errors->at(row).present()) continue;
      keep_[row] = 0;
      ++rejected;
      const record::Value line = batch_.get(record::kRaw, row);
      if (line.is_text()) lines.append(line.text()).push_back('\n');
    }
    if (rejects_) LOGMILL_RETURN_IF_ERROR(rejects_->append(lines));
    statistics_.counters.drop("rejected", rejected);
    rejected_ += rejected;
    batch_.keep_rows(keep_);
    return {};
  }

  void keep_matching() {
    const std::size_t before = batch_.rows();
    filter_->select(batch_, keep_);
    batch_.keep_rows(keep_);
    statistics_.counters.drop("filter", before - batch_.rows());
  }

  base::Status open_sink_once(codec::Format came_in) {
    if (sink_) return {};
    LOGMILL_ASSIGN_OR_RETURN(sink_, stream::open_sink(options_.output.to, io_.out,
                                                      {.format = options_.output.resolve(came_in), .compress = options_.output.compress},
                                                      io_.stop, io_.reporter));
    return {};
  }

  base::Result<cli::Exit> finish() {
    if (options_.test) {
      LOGMILL_RETURN_IF_ERROR(sys::write_all(io_.out, report_.text(parser_)));
    } else {
      LOGMILL_RETURN_IF_ERROR(open_sink_once(input_.stream));
      LOGMILL_RETURN_IF_ERROR(sink_->close());
      statistics_.counters.bytes_out = sink_->bytes_out();
    }
    statistics_.finish();
    return rejected_ > 0 || !report_.all_fitted() ? cli::Exit::no : cli::Exit::done;
  }

  const Logparse::Options& options_;
  cli::Io& io_;
  Input input_;
  parse::LineParser parser_;
  cli::Statistics statistics_;
  std::optional<query::Filter> filter_;
  std::unique_ptr<sys::File> rejects_;
  std::unique_ptr<stream::Sink> sink_;
  record::Batch batch_;
  std::vector<std::uint8_t> keep_;
  std::uint64_t rejected_ = 0;
  TestReport report_;
};

}  // namespace

base::Result<cli::Exit> Logparse::run(const Options& options, cli::Io& io) {
  if (options.list_formats) {
    LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, list_formats()));
    return cli::Exit::done;
  }
  LOGMILL_ASSIGN_OR_RETURN(Input input, parse_input(options.input));
  return Run(options, std::move(input), io)();
}

}  // namespace logmill::logparse
