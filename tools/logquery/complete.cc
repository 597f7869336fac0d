#include "logquery/complete.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logquery/input_format.h"
#include "logquery/prepare.h"
#include "query/pipeline/stage_args.h"
#include "query/scan/store_scan.h"
#include "query/typed_end.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "store/reader.h"
#include "stream/source.h"
#include "sys/fd.h"
#include "text/tokens.h"
#include "text/utf8.h"

namespace logmill::logquery {
namespace {

using query::TypedEnd;

// Nobody waits longer for a list, and segments take a millisecond each at most; the newest come first.
constexpr std::int64_t kOpeningNs = 40'000'000;
// Of segments that have not counted the values of a field, so many blocks tell some.
constexpr int kBlocksReadMax = 2;
constexpr std::uint32_t kTextsMadeMax = 4'096;
// Before those that do not begin as typed are left out, and after it: more are no list to choose from.
constexpr std::uint64_t kValuesMax = 1'000;
constexpr std::size_t kShownMax = 200;
// Of what can be typed.
constexpr std::size_t kCandidateBytesMax = 200;

// The values of the first field of what a query gives, as text.
class TextsOf final : public query::Stage {
 public:
  TextsOf(std::string_view field, std::vector<std::string>& texts) : field_(field), texts_(texts) {}

  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, rows.table.field(field_));
    for (const std::uint32_t row : rows.selected) record::append_plain(texts_.emplace_back(), column.at(row));
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

 private:
  const std::string_view field_;
  std::vector<std::string>& texts_;
};

struct CountedName {
  std::string name;
  std::uint64_t records = 0;
};

class Names {
 public:
  void add(std::string_view name, std::uint64_t records) {
    const auto known = std::ranges::find(names_, name, &CountedName::name);
    if (known != names_.end())
      known->records += records;
    else if (records > 0)
      names_.push_back({std::string(name), records});
  }
  // The most frequent first.
  std::vector<std::string> sorted() && {
    std::ranges::sort(names_,
                      [](const auto& a, const auto& b) { return a.records != b.records ? a.records > b.records : a.name < b.name; });
    std::vector<std::string> texts;
    for (CountedName& counted : names_) texts.push_back(std::move(counted.name));
    return texts;
  }

 private:
  std::vector<CountedName> names_;
};

// The most frequent values of `field` that begin with `prefix`.
base::Result<query::Query> query_of_values(const std::string& field, const std::string& prefix, const query::Context& context) {
  std::string text = "| top " + std::to_string(kValuesMax) + " ";
  query::append_fields(text, {field});
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse(text, context));
  if (!prefix.empty() && field != record::kLevel && prefix.find('*') == prefix.npos)
    LOGMILL_RETURN_IF_ERROR(query.narrow(query::make_term({field, query::Op::equal, {{prefix + "*"}}}), context));
  return query;
}

// What is asked of the records, wherever they are.
class Known {
 public:
  virtual ~Known() = default;
  virtual base::Result<std::vector<std::string>> names() = 0;
  virtual base::Status values(const query::Query& query, query::Stage& last) = 0;
};

class KnownOfStore final : public Known {
 public:
  KnownOfStore(const Options& options, cli::Io& io) : options_(options), io_(io) {}

  base::Result<std::vector<std::string>> names() override {
    LOGMILL_RETURN_IF_ERROR(open());
    Names names;
    for (const auto& segment : segments_) {
      const std::size_t blocks = segment->blocks().size();
      for (std::size_t i = blocks; i-- > 0 && has_time();) {
        LOGMILL_ASSIGN_OR_RETURN(const auto block, segment->read_block(i));
        for (const store::ColumnSummary& column : block->summaries()) names.add(column.name, column.present);
        if (i + 1 == blocks)
          for (const store::ColumnSummary& column : block->rare_summaries()) names.add(column.name, column.present);
      }
    }
    return std::move(names).sorted();
  }

  base::Status values(const query::Query& query, query::Stage& last) override {
    LOGMILL_RETURN_IF_ERROR(open());
    LOGMILL_ASSIGN_OR_RETURN(const auto tombstones, store::list_tombstones(io_.files, options_.store.dir));
    LOGMILL_ASSIGN_OR_RETURN(const query::HiddenRows hidden, query::HiddenRows::make(tombstones));
    query::StoreScan scan(query, base::null_reporter(), io_.stop, nullptr);
    scan.hide(hidden);
    int blocks_left = kBlocksReadMax;
    for (const auto& segment : segments_) {
      if (counts_say(*segment, query, hidden)) {
        scan.add(*segment);
      } else if (blocks_left > 0 && lists_values(*segment, query.fields().front())) {
        const std::uint64_t rows = segment->info().rows;
        scan.add(*segment, std::vector{store::RowSpan{rows - segment->blocks().back().rows, rows}});
        --blocks_left;
      }
    }
    query::Pipeline pipeline(query, last);
    LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
    return pipeline.finish();
  }

 private:
  static bool counts_say(const store::SegmentReader& segment, const query::Query& query, const query::HiddenRows& hidden) {
    return segment.info().sealed && segment.value_counts(query.fields().front()) != nullptr && !hidden.concern(segment.info());
  }

  // Whether the last block has the field, and not as many texts made of templates: those take long to make, and nobody chooses one of them.
  static bool lists_values(store::SegmentReader& segment, std::string_view field) {
    if (segment.blocks().empty()) return false;
    if (field == record::kLevel) return true;
    const auto block = segment.read_block(segment.blocks().size() - 1);
    const auto column = block ? (*block)->summary(field) : std::nullopt;
    return column && (column->encoding != "templates" || (*block)->info().rows <= kTextsMadeMax);
  }

  bool has_time() const { return io_.clock.steady_ns() - started_ns_ < kOpeningNs; }

  // One segment in any case.
  base::Status open() {
    LOGMILL_ASSIGN_OR_RETURN(const auto paths, store::list_segments(io_.files, options_.store.dir, std::numeric_limits<base::TimeNs>::min(),
                                                                    std::numeric_limits<base::TimeNs>::max()));
    for (auto path = paths.rbegin(); path != paths.rend() && (segments_.empty() || has_time()); ++path)
      if (auto segment = store::open_segment(io_.files, *path, base::null_reporter())) segments_.push_back(*std::move(segment));
    return {};
  }

  const Options& options_;
  cli::Io& io_;
  const std::int64_t started_ns_ = io_.clock.steady_ns();
  std::vector<std::unique_ptr<store::SegmentReader>> segments_;  // the newest first
};

// A batch of it; nothing is taken from what is no file.
class KnownOfFile final : public Known {
 public:
  KnownOfFile(const Options& options, cli::Io& io) : options_(options), io_(io) {}

  base::Result<std::vector<std::string>> names() override {
    LOGMILL_RETURN_IF_ERROR(read());
    Names names;
    query::BatchTable table(batch_);
    for (const std::string_view name : table.field_names()) {
      LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, table.field(name));
      std::uint64_t records = 0;
      for (std::size_t row = 0; row < table.rows(); ++row) records += column.at(row).present();
      names.add(name, records);
    }
    return std::move(names).sorted();
  }

  base::Status values(const query::Query& query, query::Stage& last) override {
    LOGMILL_RETURN_IF_ERROR(read());
    query::BatchTable table(batch_);
    query::Pipeline pipeline(query, last);
    LOGMILL_RETURN_IF_ERROR(pipeline.push(table));
    return pipeline.finish();
  }

 private:
  base::Status read() {
    const std::string& path = options_.query;                                  // the first word
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, io_.files.info(path));  // to open a pipe would wait for its writer
    if (!info.is_regular) return base::Error{base::ErrorCode::invalid, path + ": is no file"};
    LOGMILL_ASSIGN_OR_RETURN(const InputFormat format, InputFormat::from_name(options_.input));
    LOGMILL_ASSIGN_OR_RETURN(const auto source, stream::open_source(path, -1, {.format = format.stream}, io_.stop, base::null_reporter()));
    LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source->next(batch_));
    const parse::LineParserOptions parsing{.format = format.lines, .keep_raw = false, .reference = io_.clock.now()};
    if (pull == stream::Pull::batch && format.parse_lines) parse::LineParser(parsing).parse_batch(batch_);
    return {};
  }

  const Options& options_;
  cli::Io& io_;
  record::Batch batch_;
};

std::unique_ptr<Known> known_to(const Options& options, cli::Io& io) {
  if (!options.query.empty()) return std::make_unique<KnownOfFile>(options, io);
  if (!options.store.dir.empty()) return std::make_unique<KnownOfStore>(options, io);
  return nullptr;
}

// What was typed of a value, without its quote.
std::string begun(std::string_view typed) {
  if (!typed.starts_with('"')) return std::string(typed);
  auto read = query::Lexer(std::string(typed) + '"').take_quoted();
  return read ? *std::move(read) : std::string();
}

// Levels are told in upper case, and understood in any.
void use_case_of(std::string_view typed, std::string& level) {
  if (!typed.empty() && std::islower(static_cast<unsigned char>(typed.back())) != 0)
    for (char& c : level) c = text::lower_ascii(c);
}

base::Result<std::vector<std::string>> values_of(Known& known, const std::string& field, std::string_view typed,
                                                 const query::Context& context) {
  std::vector<std::string> values;
  if (field == record::kTimestamp || field == record::kLogId) return values;
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of_values(field, begun(typed), context));
  TextsOf texts(field, values);
  LOGMILL_RETURN_IF_ERROR(known.values(query, texts));
  if (field == record::kLevel)
    for (std::string& level : values) use_case_of(typed, level);
  return values;
}

base::Result<std::vector<std::string>> possibilities(const TypedEnd& end, std::string_view typed, const Options& options, cli::Io& io) {
  std::vector<std::string> none;
  if (end.kind == TypedEnd::Kind::none) return none;
  if (end.kind == TypedEnd::Kind::stage) {
    const auto names = query::stage_names();
    none.assign(names.begin(), names.end());
    std::ranges::sort(none);
    return none;
  }
  const auto known = known_to(options, io);
  if (!known) return none;
  return end.kind == TypedEnd::Kind::value ? values_of(*known, end.field, typed, context_of(options, io.clock.now())) : known->names();
}

// Others could not be typed, or would be taken for commands by the terminal that lists them.
bool can_be_shown(std::string_view text) {
  std::string escaped;
  text::append_escaped_for_terminal(escaped, text);
  return text.size() <= kCandidateBytesMax && escaped == text;
}

}  // namespace

base::Result<cli::Exit> complete_query(const Options& options, cli::Io& io) {
  const std::string& text = *options.complete;
  const TypedEnd end = query::typed_end(text);
  const std::string_view typed = std::string_view(text).substr(end.start);
  const auto found = possibilities(end, typed, options, io);
  if (!found) return cli::Exit::no;
  std::string lines;
  std::size_t shown = 0;
  for (const std::string& one : *found) {
    const std::string word = query::as_typed(end.kind, one, typed);
    if (shown == kShownMax || !word.starts_with(typed) || !can_be_shown(word)) continue;
    lines.append(text, 0, end.start).append(word).append("\n");
    ++shown;
  }
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, lines));
  return shown > 0 ? cli::Exit::done : cli::Exit::no;
}

}  // namespace logmill::logquery
