#include "logquery/search_input.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "logquery/input_format.h"
#include "index/sidecar_place.h"
#include "index/sidecar_format.h"
#include "index/span_feed.h"
#include "logquery/file_pieces.h"
#include "logquery/output.h"
#include "logquery/prepare.h"
#include "query/filter/line_demand.h"
#include "record/fields.h"
#include "record/stamp_times.h"
#include "stream/byte_input.h"
#include "stream/source.h"

namespace logmill::logquery {
namespace {

static_assert(index::kTimedHeadBytes == stream::kUnsievedBytes);

// Of so much of a file, or of what is to be read of it, a thread is worth its start.
constexpr std::uint64_t kBytesPerThread = 1 << 20;
// Of the bytes.
constexpr double kSparsePart = 1.0 / 30;
// To leave out the others takes longer than to parse them.
constexpr double kDensePart = 0.52;
// So many maps may be open at once, and some.
constexpr unsigned kFileThreadsMax = 12;

// All lines of a file behind its head, or those that a demand asks for.
class ChosenLines : public codec::LineSieve {
 public:
  explicit ChosenLines(const query::LineDemand* demand) : demand_(demand) {}
  // From now on. While nobody else looks for lines.
  void choose_all() { demand_ = nullptr; }
  bool chooses() const { return demand_ != nullptr; }

  void sift(std::string_view lines, std::string& kept) const override {
    if (demand_ != nullptr)
      demand_->sift(lines, kept);
    else
      kept += lines;
  }

 private:
  const query::LineDemand* demand_;
};

bool reads_field(const query::Query& query, std::string_view field) {
  const auto names = query.fields();
  return std::ranges::find(names, field) != names.end();
}

class InputSearch {
 public:
  InputSearch(const Options& options, const query::Query& query, const InputFormat& format, cli::Io& io)
      : options_(options),
        query_(query),
        format_(format),
        io_(io),
        now_(io.clock.now()),
        workspace_(held_bytes_max(options), options.temporary_directory),
        parsing_({.format = format.lines, .keep_raw = options.output == "raw" || reads_field(query, record::kRaw), .reference = now_}),
        parser_(parsing_),
        stamp_times_(!options.merge && reads_field(query, record::kTimestamp)) {
    if (options.merge) return;
    const bool finds_formats = options.input.empty() || options.input == "auto";
    using Formats = query::LineDemand::Formats;
    demand_ = query::LineDemand::of(query.filter().expr(), context_of(options, now_), finds_formats ? Formats::found : Formats::any);
    // Of other formats than are found by themselves sidecars do not know the times.
    if (finds_formats) times_ = query.filter().bounds();
  }

  base::Result<Answer> run() {
    std::vector<std::string> addresses = options_.files;
    if (addresses.empty()) addresses.emplace_back("-");
    for (const std::string& address : addresses) {
      if (io_.stop.requested() || satisfied()) break;
      LOGMILL_RETURN_IF_ERROR(read_all(address));
    }
    LOGMILL_RETURN_IF_ERROR(start(codec::Format::automatic));
    LOGMILL_RETURN_IF_ERROR(pipeline_->finish());
    answer_.scan.rows_seen += pipeline_->rows_seen();
    answer_.scan.rows_matched += pipeline_->rows_matched();
    answer_.rows_shown = output_->rows();
    return std::move(answer_);
  }

 private:
  bool satisfied() const { return pipeline_ && pipeline_->satisfied(); }

  // A file that cannot be read is reported, and the others are read all the same.
  base::Status read_all(const std::string& address) {
    const auto file = open_file(address);
    auto feed = file != nullptr && may_have_sidecar() ? open_spans(address, *file) : nullptr;
    // Of a plain file most of which is to be read all is seen where it lies: that takes less than reading the parts.
    const bool is_plain = feed && feed->container() == codec::Container::none;
    if (feed && (feed->bytes_skipped() == 0 || (is_plain && feed->bytes_wanted() > feed->bytes_skipped()))) {
      answer_.spans += feed->spans();
      feed.reset();
    }
    ChosenLines lines(demand_.get());
    const codec::LineSieve* const sieve = demand_ || file ? &lines : nullptr;
    auto source = stream::open_source(address, io_.in, {.format = format_.stream, .sieve = sieve, .tells_head = true, .feed = feed.get()},
                                      io_.stop, io_.reporter);
    if (!source) return report(std::move(source).error());
    parser_.learn(true);
    bool behind_head = false;
    while (!satisfied()) {
      auto pull = (*source)->next(batch_);
      if (!pull) return report(std::move(pull).error().with_context(address));
      if (*pull != stream::Pull::batch) break;
      LOGMILL_RETURN_IF_ERROR(start((*source)->format()));
      LOGMILL_RETURN_IF_ERROR(search(address, batch_));
      // How lines are parsed must not depend on which are left out from here on, which thread has them, nor whether they come from a file.
      if ((*source)->past_head()) parser_.learn(false);
      if (!behind_head && (*source)->past_head()) {
        behind_head = true;
        const double part = part_kept(batch_.text().view());
        if (part > kDensePart) lines.choose_all();
        auto* const text = file ? (*source)->text_behind() : nullptr;
        // Where next to nothing has to be parsed, nor looked at closely, other threads would only wait for what is decompressed.
        const bool has_work = part > kSparsePart || (demand_ && demand_->goes_by_names());
        if (text != nullptr && !satisfied() && (text->input().mappable() || has_work))
          LOGMILL_RETURN_IF_ERROR(search_pieces(address, *text, lines, feed ? feed->bytes_wanted() : file_bytes_));
      }
      if (!(*source)->ready()) LOGMILL_RETURN_IF_ERROR(output_->flush());
    }
    answer_.scan.bytes_read += (*source)->bytes_in();
    answer_.bytes_sieved += (*source)->bytes_skipped() + (feed ? feed->bytes_skipped() : 0);
    if (feed) {
      answer_.spans += feed->spans();
      answer_.spans_skipped += feed->spans_skipped();
    }
    if (!io_.stop.requested() && !satisfied() && !(*source)->ended_orderly()) {
      answer_.writer_died = true;
      io_.reporter.warn("no_end", address + ": ends without an end mark: its writer died");
    }
    return {};
  }

  bool bounds_times() const {
    return times_.min > std::numeric_limits<base::TimeNs>::min() || times_.max < std::numeric_limits<base::TimeNs>::max();
  }

  // Of the head, that has to be parsed.
  double part_kept(std::string_view head) const {
    if (!demand_ || head.empty()) return 1;
    std::string kept;
    demand_->sift(head, kept);
    return static_cast<double>(kept.size()) / static_cast<double>(head.size());
  }

  // By several threads, as far as that goes.
  base::Status search_pieces(const std::string& address, stream::TextBehind& text, const ChosenLines& lines, std::uint64_t bytes) {
    const auto threads =
        static_cast<unsigned>(std::clamp<std::uint64_t>(bytes / kBytesPerThread, 1, std::min(reading_threads(options_), kFileThreadsMax)));
    // Names for hints are known of the head.
    parse::LineParserOptions parsing = parsing_;
    parsing.asked_fields = asked_fields();
    parsing.asks_time = false;
    const bool counts = options_.count_only && query_.stages().empty();
    FilePieces pieces(
        text, lines.chooses() ? &lines : nullptr, {.options = parsing, .parses = format_.parse_lines, .learned = parser_},
        {.filter = query_.filter(), .complete = [&](record::Batch& batch) { complete(address, batch); }, .keeps_rows = !counts}, threads,
        io_.reporter);
    for (FilePieces::Records* records = nullptr; !satisfied() && !io_.stop.requested() && (records = pieces.next()) != nullptr;) {
      if (!records->searched) {
        LOGMILL_RETURN_IF_ERROR(search(address, records->batch));
        continue;
      }
      query::BatchTable table(records->batch);
      LOGMILL_RETURN_IF_ERROR(pipeline_->push_selected({table, records->selected}));
    }
    answer_.scan.rows_seen += pieces.rows_seen();
    answer_.scan.rows_matched += pieces.rows_matched();
    if (counts) output_->count(pieces.rows_matched());
    answer_.bytes_sieved += pieces.bytes_skipped();
    answer_.field_names.merge(pieces.field_names());
    return {};
  }

  // All that have to be parsed, where records are only counted, or printed as they were read.
  std::optional<std::vector<std::string>> asked_fields() const {
    const auto counted = query_.counted_fields();
    const bool prints_lines = options_.output == "raw" && query_.stages().empty();
    if (!counted || (query_.stages().empty() && !options_.count_only && !prints_lines)) return std::nullopt;
    std::vector<std::string> fields(counted->begin(), counted->end());
    if (!query_.stages().empty()) fields.emplace_back(record::kTimestamp);  // of which stages ask without a name
    if (prints_lines) fields.insert(fields.end(), {std::string(record::kRaw), std::string(record::kMessage)});
    return fields;
  }

  // nullptr of what is no file with text.
  std::unique_ptr<sys::File> open_file(const std::string& address) {
    if (address == "-" || address.starts_with("ring:")) return nullptr;
    // Asked before it is opened: whoever writes into a pipe would lose what he writes before it is opened again.
    const auto info = io_.files.info(address);
    if (!info || !info->is_regular || info->size == 0) return nullptr;
    auto opened = io_.files.open(address, sys::OpenMode::read);
    if (!opened) return nullptr;
    file_bytes_ = info->size;
    return *std::move(opened);
  }

  // A file of which a sidecar may tell what need not be read. It knows words and times, not names with their values. A format of the user's
  // own may begin its fields in the midst of a word.
  bool may_have_sidecar() const {
    return ((demand_ && !demand_->goes_by_names()) || bounds_times()) && !options_.input.starts_with("regex:");
  }

  // What has to be read of a file that has a sidecar; nullptr: all of it.
  std::unique_ptr<index::SpanFeed> open_spans(const std::string& address, const sys::File& file) {
    auto found = index::find_sidecar(io_.files, address, file, options_.index_dir);
    if (!found) io_.reporter.warn("sidecar", found.error().what + "; searching all of " + address);
    if (!found || !found->sidecar) return nullptr;
    const index::SidecarReader& sidecar = found->sidecar->reader();
    index::BlockMask spans(sidecar.spans().size(), 1);
    if (demand_) {
      if (auto status = demand_->spans_of(sidecar, spans); !status)
        io_.reporter.warn("sidecar", found->path + ": " + status.error().what + "; reading more of " + address);
    }
    sidecar.narrow_times(times_.min, times_.max, now_, spans);
    return std::make_unique<index::SpanFeed>(file, std::move(found->sidecar), spans, stream::kUnsievedBytes);
  }

  base::Status report(base::Error error) {
    io_.reporter.warn("unreadable", error.what + (error.code == base::ErrorCode::not_found ? hint(error.what) : ""));
    answer_.incomplete = true;
    return {};
  }

  // What somebody may have meant by a file that is not there.
  std::string hint(std::string_view what) const {
    if (!options_.query.empty() && io_.files.info(options_.query))
      return " (" + options_.query + " is a file: the query comes before the files)";
    return what.find_first_of("=<>~") != what.npos ? " (a query of several words is one argument: quote it)" : "";
  }

  // The first bytes decide how to answer, so output and stages begin with them.
  base::Status start(codec::Format input) {
    if (output_) return {};
    LOGMILL_ASSIGN_OR_RETURN(output_, make_output(options_, query_, input, workspace_, io_));
    pipeline_.emplace(query_, *output_, workspace_);
    return {};
  }

  base::Status search(const std::string& address, record::Batch& batch) {
    // Files are searched as of one time, which their sidecars are asked for too.
    if (options_.files.empty()) parser_.set_reference(io_.clock.now());
    const auto search_part = [&](record::Batch& part) { return search_parsed(address, part); };
    return format_.parse_lines ? parser_.parse_parts(batch, search_part) : search_part(batch);
  }

  base::Status search_parsed(const std::string& address, record::Batch& batch) {
    complete(address, batch);
    for (const record::Column& column : batch.columns()) answer_.field_names.insert(column.name);
    query::BatchTable table(batch);
    return pipeline_->push(table);
  }

  // From any thread.
  void complete(const std::string& address, record::Batch& batch) const {
    if (stamp_times_) record::stamp_missing_times(batch, io_.clock.now());
    if (options_.files.size() > 1) name_file(address, batch);
  }

  static void name_file(const std::string& address, record::Batch& batch) {
    const std::size_t column = batch.column_index(record::kFile);
    const record::Value name = record::Value::string(batch.own(address));
    for (std::size_t row = 0; row < batch.rows(); ++row)
      if (!batch.columns()[column].at(row).present()) batch.set(column, row, name);
  }

  const Options& options_;
  const query::Query& query_;
  const InputFormat& format_;
  cli::Io& io_;
  const base::TimeNs now_;
  query::Workspace workspace_;
  const parse::LineParserOptions parsing_;
  parse::LineParser parser_;
  std::unique_ptr<query::LineDemand> demand_;  // nullptr: each line may match
  query::TimeBounds times_{std::numeric_limits<base::TimeNs>::min(), std::numeric_limits<base::TimeNs>::max()};  // of a match
  bool stamp_times_;  // a query on times takes records without one as they are read: now
  std::uint64_t file_bytes_ = 0;
  record::Batch batch_;
  std::unique_ptr<Output> output_;
  std::optional<query::Pipeline> pipeline_;
  Answer answer_;
};

}  // namespace

base::Result<Answer> search_input(const Options& options, const query::Query& query, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const InputFormat format, InputFormat::from_name(options.input));
  return InputSearch(options, query, format, io).run();
}

}  // namespace logmill::logquery
