// Everything that is read from its beginning: text, compressed or not, and frames.
#include <fcntl.h>

#include <algorithm>
#include <deque>

#include "codec/format.h"
#include "codec/inflate.h"
#include "loginspect/item.h"
#include "parse/line_parser.h"
#include "record/fields.h"
#include "stream/byte_input.h"
#include "stream/source.h"

namespace logmill::loginspect {
namespace {

// A time is looked for in as many lines at the start, and at the end: others may be headers and stack traces.
constexpr std::size_t kTimedLines = 16;
// Of a longer line only the front is searched and shown.
constexpr std::size_t kLineBytesMax = 16 << 20;

class StreamItem : public Item {
 public:
  StreamItem(Target target, cli::Io& io) : target_(std::move(target)), io_(io) {}

  base::Result<Summary> summarize() override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    LOGMILL_ASSIGN_OR_RETURN(const Nature nature, find_nature());
    Summary summary;
    summary.kind = nature.kind;
    summary.bytes = file.size;
    const auto read = nature.frames ? summarize_frames(summary) : summarize_text(summary, file.modified);
    if (!read) {
      io_.reporter.warn("file", read.error().what);
      summary.damaged = true;
    }
    return summary;
  }

  base::Status read(const Write& write) override {
    LOGMILL_ASSIGN_OR_RETURN(const Nature nature, find_nature());
    return nature.frames ? read_frames(std::nullopt, write) : for_each_piece(write);
  }

  base::Status search(std::string_view text, const Write& write) override {
    LOGMILL_ASSIGN_OR_RETURN(const Nature nature, find_nature());
    if (nature.frames) return read_frames(text, write);
    std::uint64_t bytes = 0;
    return for_each_line(bytes, [&](std::string_view line) -> base::Status {
      if (line.find(text) == std::string_view::npos) return {};
      return write(std::string(line) + '\n');
    });
  }

  base::Status verify(const std::function<void(std::string)>&) override {
    LOGMILL_ASSIGN_OR_RETURN(const Nature nature, find_nature());
    const auto ignore = [](std::string_view) { return base::Status(); };
    return nature.frames ? read_frames(std::nullopt, ignore) : for_each_piece(ignore);
  }

  base::Status describe(const std::function<void(std::string_view, const Fields&)>& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const Summary summary, summarize());
    show("file", {{"kind", summary.kind},
                  {"bytes", std::to_string(summary.bytes)},
                  {"raw_bytes", std::to_string(summary.raw_bytes.value_or(0))},
                  {"records", std::to_string(summary.records.value_or(0))}});
    return {};
  }

 private:
  struct Nature {
    std::string kind;
    bool frames = false;
  };

  base::Result<sys::Fd> open() const {
    sys::Fd fd(::open(target_.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return sys::error_from_errno(errno, target_.path);
    return fd;
  }

  base::Result<Nature> find_nature() const {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    char head[16] = {};
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, file->read_at(0, head, sizeof head));
    const codec::Container container = codec::detect_container({head, size});
    Nature nature{.kind = std::string(codec::container_name(container))};
    LOGMILL_ASSIGN_OR_RETURN(const sys::Fd fd, open());
    stream::ByteInput input(fd.get(), target_.path, io_.stop);
    std::string_view front;
    // Damage here is found again, and told, by whoever reads on.
    nature.frames = input.peek(front) && codec::detect_format(front) == codec::Format::frames;
    if (container == codec::Container::none) nature.kind = nature.frames ? "frame" : "text";
    return nature;
  }

  // The bytes, decompressed.
  base::Status for_each_piece(const Write& use) const {
    LOGMILL_ASSIGN_OR_RETURN(const sys::Fd fd, open());
    stream::ByteInput input(fd.get(), target_.path, io_.stop);
    std::vector<char> piece(256 << 10);
    std::uint64_t total = 0;
    while (true) {
      std::size_t size = 0;
      auto arrival = input.read(piece, size);
      if (!arrival) {
        base::Error error = std::move(arrival).error();
        error.what += "; " + std::to_string(total) + " bytes can be read";
        return error;
      }
      if (*arrival != stream::Arrival::bytes) return {};
      total += size;
      LOGMILL_RETURN_IF_ERROR(use({piece.data(), size}));
    }
  }

  // Without the newline; also the last one that has none. `bytes` counts all of them.
  base::Status for_each_line(std::uint64_t& bytes,
                             const std::function<base::Status(std::string_view)>& use) const {
    std::string open_line;
    base::Status status = for_each_piece([&](std::string_view piece) -> base::Status {
      bytes += piece.size();
      for (std::size_t end; (end = piece.find('\n')) != piece.npos; piece.remove_prefix(end + 1)) {
        append_bounded(open_line, piece.substr(0, end));
        LOGMILL_RETURN_IF_ERROR(use(open_line));
        open_line.clear();
      }
      append_bounded(open_line, piece);
      return {};
    });
    if (!open_line.empty()) LOGMILL_RETURN_IF_ERROR(use(open_line));
    return status;
  }

  static void append_bounded(std::string& line, std::string_view piece) {
    line.append(piece.substr(0, kLineBytesMax - std::min(kLineBytesMax, line.size())));
  }

  base::Status summarize_text(Summary& summary, base::TimeNs modified) const {
    std::vector<std::string> first;
    std::deque<std::string> last;
    std::uint64_t lines = 0, bytes = 0;
    const auto status = for_each_line(bytes, [&](std::string_view line) -> base::Status {
      ++lines;
      if (first.size() < kTimedLines) first.emplace_back(line);
      last.emplace_front(line);
      if (last.size() > kTimedLines) last.pop_back();
      return {};
    });
    summary.records = lines;
    summary.raw_bytes = bytes;
    summary.time_min = first_time(first, modified);
    summary.time_max = first_time(last, modified);
    return status;
  }

  template <class Lines>
  static std::optional<base::TimeNs> first_time(const Lines& lines, base::TimeNs reference) {
    parse::LineParserOptions options;
    options.reference = reference;
    parse::LineParser parser(std::move(options));
    for (const std::string& line : lines) {
      record::Batch batch;
      batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.own(line)));
      parser.parse_batch(batch);
      if (batch.times()[0] != record::kNoTime) return batch.times()[0];
    }
    return std::nullopt;
  }

  base::Status for_each_batch(const std::function<base::Status(const record::Batch&)>& use) const {
    LOGMILL_ASSIGN_OR_RETURN(
        const auto source, stream::open_source(target_.path, io_.in, {}, io_.stop, io_.reporter));
    record::Batch batch;
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source->next(batch));
      if (pull != stream::Pull::batch) break;
      LOGMILL_RETURN_IF_ERROR(use(batch));
    }
    if (!source->ended_orderly())
      return base::Error{base::ErrorCode::corrupt, target_.path + ": ends without an END frame"};
    return {};
  }

  base::Status read_frames(std::optional<std::string_view> text, const Write& write) const {
    return for_each_batch([&](const record::Batch& batch) { return write_rows(batch, text, write); });
  }

  base::Status summarize_frames(Summary& summary) const {
    summary.records = 0;
    return for_each_batch([&](const record::Batch& batch) -> base::Status {
      *summary.records += batch.rows();
      for (const base::TimeNs time : batch.times()) {
        if (time == record::kNoTime) continue;
        summary.time_min = std::min(summary.time_min.value_or(time), time);
        summary.time_max = std::max(summary.time_max.value_or(time), time);
      }
      return {};
    });
  }

  Target target_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_stream_item(Target target, cli::Io& io) {
  return std::make_unique<StreamItem>(std::move(target), io);
}

}  // namespace logmill::loginspect
