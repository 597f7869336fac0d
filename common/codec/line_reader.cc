// Lines to batches: NDJSON (docs/formats/ndjson.md) and raw text.
//
// The batch's own text buffer is the input buffer. It must not move while values point into it, so
// it is reserved before the first line; a batch ends when the buffer is nearly full, and the
// unfinished line moves on to the next one. Whole lines that lie in memory stay there.
#include <algorithm>
#include <optional>
#include <string>

#include "codec/formats.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/byte_marks.h"
#include "text/last_line_end.h"

namespace logmill::codec {
namespace {

using record::Batch;
using record::Value;

// Text of one batch: small enough to stay in the cache from reader to writer.
constexpr std::size_t kBatchBytes = 1 << 20;
// Of one read. What a batch leaves over is at most this, and is copied once.
constexpr std::size_t kLineReadBytes = 256 << 10;
// Of the text of one huge line: growing moves no bytes, and what is beyond its end is for nothing.
constexpr std::size_t kGrowthBytesMax = 4 << 20;
// Looked at ahead at once: small enough that it is still in the nearest cache when it is read, with
// its index.
constexpr std::size_t kAheadBytes = 32 << 10;
static_assert(kBatchBytes <= Batch::kTextBytesMax);

class LineReader final : public Reader {
 public:
  LineReader(Lines lines, const ReaderOptions& options, base::Reporter& reporter, const record::AskedFields& asked = {})
      : lines_(lines),
        line_bytes_max_(options.line_bytes_max),
        joiner_(lines == Lines::raw ? options.joiner : nullptr),
        reporter_(reporter),
        objects_(asked) {}

  void begin(Batch& batch) override;
  std::span<char> room(Batch& batch) override;
  void added(Batch& batch, std::size_t size) override { batch.text().set_size(batch.text().size() + size); }
  Decoded decode(Batch& batch, InputEnd input_end) override;
  void end(Batch& batch) override;
  std::size_t decode_in_place(Batch& batch, std::string_view lines) override;
  void lines_are_left_out() override { numbered_up_to_ = line_number_; }
  std::unique_ptr<Reader> another_behind(base::Reporter& reporter, const record::AskedFields& asked) const override;
  bool has_input() const override { return carry_has_line_; }
  bool holds_event() const override { return joiner_ && event_.scanned > 0; }
  bool ended_orderly() const override { return true; }
  std::uint64_t empty_lines() const override { return empty_lines_; }

 private:
  struct Line {
    std::string_view text;
    bool whole;  // false: a part of one that is too long
  };
  void start(Batch& batch);
  std::size_t find_line_end(std::string_view text);
  std::optional<Line> take_line(std::string_view text, InputEnd input_end);
  std::optional<Line> take_event(std::string_view text, InputEnd input_end);
  void look_ahead(std::string_view text, std::size_t from);
  bool take_object(Batch& batch);
  bool add_line(Batch& batch, Line line);
  bool add_object(Batch& batch, std::string_view text);
  void set_raw(Batch& batch, std::string_view text);

  const Lines lines_;
  const std::size_t line_bytes_max_;
  const multiline::Joiner* const joiner_;
  base::Reporter& reporter_;
  record::JsonObjectReader objects_;
  std::optional<record::RowWriter> row_;
  std::optional<std::size_t> raw_column_;
  std::string carry_;
  bool carry_has_line_ = false;
  std::size_t next_ = 0;     // in the text: where the next line begins
  std::size_t scanned_ = 0;  // up to here there is no end of it
  text::ByteMarks line_ends_{text::ByteMarks::Kind::line_ends};
  std::size_t marked_from_ = 0, marked_to_ = 0;  // in the text: of which `line_ends_` are
  multiline::Joiner::Progress event_;            // the same, of an event of several lines
  std::size_t ahead_ = 0;                        // up to here `objects_` had a look
  bool knows_ahead_ = false;                     // and may know lines
  std::uint64_t line_number_ = 1;                // of the next line
  std::optional<std::uint64_t> numbered_up_to_;
  std::uint64_t empty_lines_ = 0;
  bool after_cut_ = false;  // the next line is the rest of one that was cut
};

bool begins_object(std::string_view line) {
  if (line.front() == '{') return true;
  const std::size_t at = line.find_first_not_of(" \t");
  return at != std::string_view::npos && line[at] == '{';
}

// One line that fills the text alone does not count: it has to become a record first.
bool is_full(const Batch& batch) { return !batch.empty() && batch.full(); }

std::unique_ptr<Reader> LineReader::another_behind(base::Reporter& reporter, const record::AskedFields& asked) const {
  if (joiner_) return nullptr;
  auto reader = std::make_unique<LineReader>(lines_, ReaderOptions{.line_bytes_max = line_bytes_max_}, reporter, asked);
  reader->numbered_up_to_ = numbered_up_to_.value_or(line_number_);
  reader->line_number_ = *reader->numbered_up_to_ + 1;
  return reader;
}

void LineReader::start(Batch& batch) {
  row_.emplace(batch);
  raw_column_.reset();
  next_ = scanned_ = ahead_ = marked_from_ = marked_to_ = 0;
  knows_ahead_ = false;
  objects_.look_ahead({});
}

void LineReader::begin(Batch& batch) {
  start(batch);
  batch.text().reserve(std::max(kBatchBytes, carry_.size() + kLineReadBytes));
  batch.text().append(carry_);
  if (carry_.capacity() > kBatchBytes) carry_ = {};
  carry_.clear();
  carry_has_line_ = false;
}

// `decode` ends the batch before there is none, unless one line fills it: then no value points into
// it yet.
std::span<char> LineReader::room(Batch& batch) {
  record::TextBuffer& text = batch.text();
  if (text.capacity() == text.size()) text.reserve(text.capacity() + std::min(text.capacity(), kGrowthBytesMax));
  // The batch may have held a longer line before.
  const std::size_t end = text.size() < kBatchBytes ? kBatchBytes : text.capacity();
  return {text.data() + text.size(), std::min(kLineReadBytes, end - text.size())};
}

Decoded LineReader::decode(Batch& batch, InputEnd input_end) {
  while (!is_full(batch)) {
    if (lines_ == Lines::objects && take_object(batch)) continue;
    const std::size_t before = next_;
    const auto line = joiner_ ? take_event(batch.text().view(), input_end) : take_line(batch.text().view(), input_end);
    if (!line) break;
    if (!add_line(batch, *line)) {
      next_ = scanned_ = before;
      return Decoded::batch_ready;
    }
    if (line->whole) ++line_number_;
  }
  carry_has_line_ = is_full(batch);
  const bool crowded = !batch.empty() && batch.text().size() + kLineReadBytes / 4 > kBatchBytes;
  return is_full(batch) || crowded ? Decoded::batch_ready : Decoded::needs_input;
}

void LineReader::end(Batch& batch) {
  carry_.assign(batch.text().view().substr(next_));
  if (!joiner_) carry_has_line_ = carry_.find('\n') != std::string::npos;
}

std::size_t LineReader::decode_in_place(Batch& batch, std::string_view lines) {
  start(batch);
  batch.text().refer_to(lines);
  decode(batch, InputEnd::no);
  carry_has_line_ = false;
  return next_;
}

// From what was scanned on; npos if there is none. The text may have moved since the last call, but by then all of it was scanned.
std::size_t LineReader::find_line_end(std::string_view text) {
  if (lines_ == Lines::objects) return text.find('\n', scanned_);
  for (std::size_t from = scanned_; from < text.size(); from = marked_to_) {
    if (from < marked_from_ || from >= marked_to_) {
      const std::string_view window = text.substr(from, kAheadBytes);
      line_ends_.mark(window);
      marked_from_ = from;
      marked_to_ = from + window.size();
    }
    const std::size_t found = marked_from_ + *line_ends_.from(line_ends_.text() + (from - marked_from_));
    if (found < marked_to_) return found;
  }
  return std::string_view::npos;
}

// nullopt if no whole line is there.
std::optional<LineReader::Line> LineReader::take_line(std::string_view text, InputEnd input_end) {
  const std::size_t at = find_line_end(text);
  const std::size_t size = std::min(at, text.size()) - next_;
  Line line{text.substr(next_, std::min(size, line_bytes_max_)), size <= line_bytes_max_};
  if (line.whole && at == std::string_view::npos && (input_end == InputEnd::no || size == 0)) {
    scanned_ = text.size();
    return std::nullopt;
  }
  next_ += line.text.size();
  if (line.whole && at != std::string_view::npos) ++next_;
  scanned_ = next_;
  return line;
}

// nullopt if the end of the event is not there.
std::optional<LineReader::Line> LineReader::take_event(std::string_view text, InputEnd input_end) {
  using multiline::More;
  const More more = input_end == InputEnd::yes ? More::none : input_end == InputEnd::pause ? More::paused : More::expected;
  const auto event = joiner_->next(text.substr(next_), more, line_bytes_max_, event_);
  if (!event) return std::nullopt;
  next_ += event->size;
  return Line{event->text, event->whole};
}

// At whole lines only.
void LineReader::look_ahead(std::string_view text, std::size_t from) {
  const std::string_view rest = text.substr(from), window = rest.substr(0, kAheadBytes);
  if (rest.ends_with('\n')) {
    if (const std::size_t size = objects_.skim_ahead(rest, kAheadBytes); size > 0) {
      knows_ahead_ = true;
      ahead_ = from + size;
      return;
    }
  }
  const std::size_t end = text::last_line_end(window);
  if (end == std::string_view::npos) return;
  knows_ahead_ = objects_.look_ahead(window.substr(0, end));
  ahead_ = from + end;
}

// Whether the next line was one that is an object and no more, which is known before where it ends.
bool LineReader::take_object(Batch& batch) {
  const std::string_view text = batch.text().view();
  if (next_ >= ahead_) look_ahead(text, next_);
  if (!knows_ahead_ || next_ >= ahead_ || text[next_] != '{' || after_cut_) return false;
  row_->add_row();
  const std::size_t size = objects_.read_line(text.substr(next_, ahead_ - next_), *row_);
  if (size == 0 || size - 1 > line_bytes_max_) {
    batch.drop_last_row();
    return false;
  }
  next_ += size;
  scanned_ = next_;
  ++line_number_;
  return true;
}

// False if the batch has no room for the record.
bool LineReader::add_line(Batch& batch, Line line) {
  std::string_view text = line.text;
  if (line_number_ == 1 && text.starts_with(kUtf8Bom)) text.remove_prefix(kUtf8Bom.size());
  if (line.whole && text.ends_with('\r')) text.remove_suffix(1);
  const bool cut = !line.whole || after_cut_;
  if (text.empty()) {
    ++empty_lines_;
  } else {
    const bool object = lines_ == Lines::objects && !cut && begins_object(text);
    row_->add_row();
    if (object && !add_object(batch, text)) return false;
    if (!object) set_raw(batch, text);
    if (cut) row_->set(record::kCut, Value::boolean(true));
  }
  after_cut_ = !line.whole;
  return true;
}

void LineReader::set_raw(Batch& batch, std::string_view text) {
  if (!raw_column_) raw_column_ = batch.column_index(record::kRaw);
  batch.set(*raw_column_, row_->row(), Value::string(text));
}

bool LineReader::add_object(Batch& batch, std::string_view text) {
  const auto status = objects_.read(text, *row_);
  if (status) return true;
  batch.drop_last_row();
  if (status.error().code == base::ErrorCode::too_large) return false;
  const bool numbered = line_number_ <= numbered_up_to_.value_or(line_number_);
  const std::string where = numbered ? "line " + std::to_string(line_number_) : "behind line " + std::to_string(*numbered_up_to_);
  reporter_.warn("bad_record", where + ": " + status.error().what);
  row_->add_row();
  set_raw(batch, text);
  row_->set(record::kParseError, Value::string(row_->own(status.error().what)));
  return true;
}

}  // namespace

std::unique_ptr<Reader> make_line_reader(Lines lines, const ReaderOptions& options, base::Reporter& reporter) {
  return std::make_unique<LineReader>(lines, options, reporter);
}

}  // namespace logmill::codec
