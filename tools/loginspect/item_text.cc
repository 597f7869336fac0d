// Lines of text, compressed or not.
#include <algorithm>
#include <deque>
#include <limits>

#include "codec/archive_writer.h"
#include "codec/inflate.h"
#include "index/sidecar_place.h"
#include "index/span_feed.h"
#include "index/span_keys.h"
#include "loginspect/item.h"
#include "loginspect/line_search.h"
#include "parse/line_parser.h"
#include "record/fields.h"
#include "store/block_scanner.h"
#include "text/json_writer.h"

namespace logmill::loginspect {
namespace {

// A time is looked for in as many lines at the start, and at the end: others may be headers and
// stack traces.
constexpr std::size_t kTimedLines = 16;
constexpr std::size_t kBatchLines = 4'096;
constexpr std::size_t kSpanReadBytes = 256 << 10;
constexpr std::uint64_t kAllSearched = std::numeric_limits<std::uint64_t>::max();

// Of the skippable frame that it stands in.
constexpr std::string_view kSeekTableMagic = "\x5e\x2a\x4d\x18";

using UseLine = std::function<base::Status(std::string_view)>;

class TextItem : public Item {
 public:
  TextItem(Target target, codec::Container container, cli::Io& io) : target_(std::move(target)), container_(container), io_(io) {}

  base::Result<Summary> summarize() override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    Summary summary;
    summary.kind = kind();
    summary.state = "whole";
    summary.bytes = file.size;
    std::vector<std::string> first;
    std::deque<std::string> last;
    std::uint64_t lines = 0;
    const auto warn = [&](const Damage& damage) {
      io_.reporter.warn("file", target_.path + ": " + damage.what);
      return base::Status();
    };
    LOGMILL_ASSIGN_OR_RETURN(const Unpacked unpacked, for_each_line(
                                                          [&](std::string_view line) -> base::Status {
                                                            ++lines;
                                                            if (first.size() < kTimedLines) first.emplace_back(line);
                                                            last.emplace_front(line);
                                                            if (last.size() > kTimedLines) last.pop_back();
                                                            return {};
                                                          },
                                                          warn));
    summary.damaged = unpacked.damages > 0;
    summary.records = lines;
    summary.raw_bytes = unpacked.bytes;
    summary.time_min = first_time(first, file.modified);
    summary.time_max = first_time(last, file.modified);
    return summary;
  }

  base::Status read(Form form, const Write& write) override {
    std::optional<base::Error> damage;
    const OnDamage keep = [&](const Damage& found) {
      if (!damage) damage = corrupt(found);
      return base::Status();
    };
    if (form == Form::json) {
      if (auto done = for_each_line([&](std::string_view line) { return write(as_json(line)); }, keep); !done) return done.error();
    } else {
      LOGMILL_RETURN_IF_ERROR(copy(write, keep));
    }
    return damage ? base::Status(*damage) : base::Status();
  }

  base::Status search(std::string_view text, Form form, const Write& write) override {
    std::optional<base::Error> damage;
    LineSearch lines(text, [&](std::string_view line) { return write(form == Form::json ? as_json(line) : std::string(line) + '\n'); });
    const auto done = search_file(lines, [&](const Damage& found) {
      if (!damage) damage = corrupt(found);
      return base::Status();
    });
    if (!done) return done.error();
    return damage ? base::Status(*damage) : base::Status();
  }

  base::Status verify(const std::function<void(std::string)>& report) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    const auto done = unpack(
        *file, container_, io_.stop, [](std::string_view) { return base::Status(); },
        [&](const Damage& damage) {
          report(damage.what);
          return base::Status();
        });
    if (!done) return done.error();
    if (container_ == codec::Container::zstd) verify_table(*file, *done, report);
    return {};
  }

  base::Status describe(const Show& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    LOGMILL_ASSIGN_OR_RETURN(const Summary summary, summarize());
    LOGMILL_ASSIGN_OR_RETURN(const Unpacked unpacked, unpack(
                                                          *file, container_, io_.stop, [](std::string_view) { return base::Status(); },
                                                          [](const Damage&) { return base::Status(); }));
    Structure about("file");
    about.add("kind", summary.kind).add("bytes", summary.bytes).add("raw_bytes", unpacked.bytes).add("lines", *summary.records);
    if (summary.time_min) about.add_time("time_min", *summary.time_min);
    if (summary.time_max) about.add_time("time_max", *summary.time_max);
    if (container_ != codec::Container::none) about.add("members", unpacked.members);
    if (unpacked.damages > 0) about.add("damages", unpacked.damages);
    LOGMILL_RETURN_IF_ERROR(show(about));
    return container_ == codec::Container::zstd ? describe_table(*file, summary.bytes, show) : base::Status();
  }

  base::Status measure(Usage& usage) override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    LOGMILL_ASSIGN_OR_RETURN(const Summary summary, summarize());
    const double ratio = *summary.raw_bytes == 0 ? 0 : static_cast<double>(file.size) / static_cast<double>(*summary.raw_bytes);
    parse::LineParser parser(parser_options(file.modified));
    record::Batch batch;
    std::vector<std::uint32_t> lengths;
    double raw_bytes = 0;
    const auto flush = [&] {
      parser.parse_batch(batch);
      usage.add_batch(batch, raw_bytes * ratio, raw_bytes, lengths);
      batch.clear();
      lengths.clear();
      raw_bytes = 0;
    };
    const auto done = for_each_line(
        [&](std::string_view line) -> base::Status {
          batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.own(line)));
          lengths.push_back(static_cast<std::uint32_t>(line.size() + 1));
          raw_bytes += static_cast<double>(line.size() + 1);
          if (batch.rows() == kBatchLines || batch.full()) flush();
          return {};
        },
        [](const Damage&) { return base::Status(); });
    flush();
    if (!done) return done.error();
    if (summary.damaged) return base::Error{base::ErrorCode::corrupt, target_.path + ": not all of it could be read"};
    return {};
  }

 private:
  std::string kind() const { return container_ == codec::Container::none ? "text" : std::string(codec::container_name(container_)); }

  base::Error corrupt(const Damage& damage) const { return {base::ErrorCode::corrupt, target_.path + ": " + damage.what}; }

  static std::string as_json(std::string_view line) {
    std::string out = "{\"raw\":";
    text::append_json_string(out, line);
    return out + "}\n";
  }

  // As it is. What is behind damage begins on a line of its own.
  base::Status copy(const Write& write, const OnDamage& damaged) const {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    char last = '\n';
    bool cut = false;
    const auto done = unpack(
        *file, container_, io_.stop,
        [&](std::string_view piece) -> base::Status {
          if (cut && last != '\n') LOGMILL_RETURN_IF_ERROR(write("\n"));
          cut = false;
          last = piece.back();
          return write(piece);
        },
        [&](const Damage& damage) {
          cut = true;
          return damaged(damage);
        });
    return done ? base::Status() : base::Status(done.error());
  }

  base::Status search_file(LineSearch& lines, const OnDamage& damaged) const {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    LOGMILL_ASSIGN_OR_RETURN(std::uint64_t searched, search_spans(*file, lines));
    if (searched == kAllSearched) return lines.end();
    const auto done = unpack(
        *file, container_, io_.stop,
        [&](std::string_view piece) {
          const std::size_t before = static_cast<std::size_t>(std::min<std::uint64_t>(searched, piece.size()));
          searched -= before;
          return lines.add(piece.substr(before));
        },
        [&](const Damage& damage) -> base::Status {
          LOGMILL_RETURN_IF_ERROR(lines.end());
          return damaged(damage);
        });
    if (!done) return done.error();
    return lines.end();
  }

  // Those that can hold the text, if there is a sidecar that tells. Gives how much of the file's
  // text needs no more searching: where it turns out to be damaged, the rest does.
  base::Result<std::uint64_t> search_spans(const sys::File& file, LineSearch& lines) const {
    const auto keys = index::whole_token_keys(lines.text(), true, true);
    if (keys.empty() || container_ > codec::Container::zstd) return std::uint64_t{0};
    auto found = index::find_sidecar(io_.files, target_.path, file, "");
    if (!found) io_.reporter.warn("sidecar", found.error().what + "; searching all of " + target_.path);
    if (!found || !found->sidecar) return std::uint64_t{0};
    index::BlockMask spans(found->sidecar->reader().spans().size(), 1);
    for (const std::uint64_t key : keys)
      if (auto status = found->sidecar->reader().narrow(key, spans); !status)
        io_.reporter.warn("sidecar", found->path + ": " + status.error().what + "; reading more of " + target_.path);
    index::SpanFeed feed(file, std::move(found->sidecar), spans, 0);
    std::string piece(kSpanReadBytes, '\0');
    std::uint64_t searched = 0;
    while (!io_.stop.requested()) {
      const auto size = feed.read(piece);
      if (!size && size.error().code == base::ErrorCode::corrupt) return searched;
      if (!size) return size.error();
      if (*size == 0) break;
      LOGMILL_RETURN_IF_ERROR(lines.add(std::string_view(piece).substr(0, *size)));
      searched = feed.raw_offset();
    }
    return kAllSearched;
  }

  // Without the newline; also the last one that has none, and one that damage cuts.
  base::Result<Unpacked> for_each_line(const UseLine& use, const OnDamage& damaged) const {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    std::string open_line;
    const auto end_line = [&]() -> base::Status {
      if (open_line.empty()) return {};
      LOGMILL_RETURN_IF_ERROR(use(open_line));
      open_line.clear();
      return {};
    };
    auto done = unpack(
        *file, container_, io_.stop,
        [&](std::string_view piece) -> base::Status {
          for (std::size_t end; (end = piece.find('\n')) != piece.npos; piece.remove_prefix(end + 1)) {
            append_bounded(open_line, piece.substr(0, end));
            LOGMILL_RETURN_IF_ERROR(use(open_line));
            open_line.clear();
          }
          append_bounded(open_line, piece);
          return {};
        },
        [&](const Damage& damage) -> base::Status {
          LOGMILL_RETURN_IF_ERROR(end_line());
          return damaged(damage);
        });
    if (!done) return done;
    LOGMILL_RETURN_IF_ERROR(end_line());
    return done;
  }

  static void append_bounded(std::string& line, std::string_view piece) {
    line.append(piece.substr(0, kSearchedLineBytesMax - std::min(kSearchedLineBytesMax, line.size())));
  }

  static parse::LineParserOptions parser_options(base::TimeNs reference) {
    parse::LineParserOptions options;
    options.reference = reference;
    return options;
  }

  template <class Lines>
  static std::optional<base::TimeNs> first_time(const Lines& lines, base::TimeNs reference) {
    parse::LineParser parser(parser_options(reference));
    for (const std::string& line : lines) {
      record::Batch batch;
      batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.own(line)));
      parser.parse_batch(batch);
      if (batch.times()[0] != record::kNoTime) return batch.times()[0];
    }
    return std::nullopt;
  }

  // --- the table of the seekable format ---

  // nullopt if there is none.
  static base::Result<std::optional<std::vector<codec::SeekEntry>>> read_table(const sys::File& file, std::uint64_t file_bytes) {
    std::string tail(codec::kSeekTailBytes, '\0');
    if (file_bytes < tail.size()) return std::optional<std::vector<codec::SeekEntry>>();
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file.read_at(file_bytes - tail.size(), tail.data(), tail.size()));
    const auto bytes = codec::seek_table_bytes(std::string_view(tail).substr(0, got));
    if (!bytes || *bytes > file_bytes) return std::optional<std::vector<codec::SeekEntry>>();
    std::string table(*bytes, '\0');
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t read, file.read_at(file_bytes - *bytes, table.data(), table.size()));
    LOGMILL_ASSIGN_OR_RETURN(auto entries, codec::parse_seek_table(std::string_view(table).substr(0, read)));
    std::uint64_t frames_bytes = 0;
    for (const codec::SeekEntry& entry : entries) frames_bytes += entry.bytes;
    if (frames_bytes + *bytes != file_bytes)
      return base::Error{base::ErrorCode::corrupt, "seek table: its frames have " + std::to_string(frames_bytes) + " bytes, the file has " +
                                                       std::to_string(file_bytes - *bytes)};
    return std::optional(std::move(entries));
  }

  static void verify_table(const sys::File& file, const Unpacked& unpacked, const std::function<void(std::string)>& report) {
    const auto info = file.info();
    const auto table = info ? read_table(file, info->size) : info.error();
    if (!table) return report(table.error().what);
    if (unpacked.damages > 0) return;
    if (!*table) {
      const auto magic = store::read_string_at(file, unpacked.last_member, 4);
      if (magic && *magic == kSeekTableMagic)
        report("seek table at byte " + std::to_string(unpacked.last_member) + ": damaged; the text is whole");
      return;
    }
    std::uint64_t raw_bytes = 0;
    for (const codec::SeekEntry& entry : **table) raw_bytes += entry.raw_bytes;
    if (raw_bytes != unpacked.bytes)
      report("seek table: its frames have " + std::to_string(raw_bytes) + " bytes of text, the file has " + std::to_string(unpacked.bytes));
  }

  static base::Status describe_table(const sys::File& file, std::uint64_t file_bytes, const Show& show) {
    LOGMILL_ASSIGN_OR_RETURN(const auto table, read_table(file, file_bytes));
    if (!table) return {};
    LOGMILL_RETURN_IF_ERROR(show(Structure("seek_table").add("frames", table->size())));
    std::uint64_t offset = 0;
    for (const codec::SeekEntry& entry : *table) {
      LOGMILL_RETURN_IF_ERROR(show(Structure("frame", 1)
                                       .add("offset", offset)
                                       .add("bytes", std::uint64_t{entry.bytes})
                                       .add("raw_bytes", std::uint64_t{entry.raw_bytes})));
      offset += entry.bytes;
    }
    return {};
  }

  Target target_;
  codec::Container container_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_text_item(Target target, codec::Container container, cli::Io& io) {
  return std::make_unique<TextItem>(std::move(target), container, io);
}

}  // namespace logmill::loginspect
