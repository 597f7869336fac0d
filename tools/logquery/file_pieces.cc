#include "logquery/file_pieces.h"
#include "text/last_line_end.h"

#include <algorithm>
#include <limits>

namespace logmill::logquery {
namespace {

// Large enough that handing it over costs little, small enough that what was made of a few does not count as memory.
constexpr std::size_t kMappedPieceBytes = 2 << 20;
// Of a map: one for each piece took a third longer, most of it for telling the other cores that it is gone.
constexpr std::size_t kPiecesPerMap = 32;
// What is read stays in the cache until it has been looked at, with what decompression remembers. Smaller ones cost more: to wake another
// thread takes as long as to decompress 50 KB.
constexpr std::size_t kReadPieceBytes = 256 << 10;
// Looked at together: what is made of it stays in the cache until it has been searched. Where records are kept each batch
// of them costs something: fewer are better, and a piece has one window.
constexpr std::size_t kWindowBytes = 128 << 10, kWholeWindowBytes = kMappedPieceBytes;
static_assert(kWholeWindowBytes >= kMappedPieceBytes && kWholeWindowBytes >= kReadPieceBytes);

// Whole lines in front of `lines`, which are whole: so many bytes of them, and the rest of a line. What was not looked at before is looked at
// from front to back: the other way the processor waits for each few bytes of it.
std::string_view first_window(std::string_view lines, std::size_t bytes) {
  return lines.size() <= bytes ? lines : lines.substr(0, lines.find('\n', bytes - 1) + 1);
}

}  // namespace

// What came up in a piece is said when its turn comes. Of very many only how many there were.
class FilePieces::Warnings final : public base::Reporter {
 public:
  void warn(std::string_view kind, std::string_view text) override {
    if (kept_.size() < kKeptMax)
      kept_.emplace_back(kind, text);
    else
      ++more_;
  }
  void info(std::string_view) override {}

  void say(base::Reporter& to) {
    for (const auto& [kind, text] : kept_) to.warn(kind, text);
    for (; more_ > 0; --more_) to.warn(kept_.back().first, kept_.back().second);
    kept_.clear();
  }

 private:
  static constexpr std::size_t kKeptMax = 100;
  std::vector<std::pair<std::string, std::string>> kept_;
  std::size_t more_ = 0;
};

struct FilePieces::Piece {
  bool good = false;  // else it must be read by Source::next, and what follows
  std::string bytes;  // where they are not mapped
  std::size_t size = 0;
  std::string head, tail;  // of lines that begin before it and end behind it
  std::string kept;        // of a window's lines; what was found points into it
  std::uint64_t skipped = 0, rows_seen = 0, rows_matched = 0;
  std::vector<Records> found;
  std::size_t found_count = 0;
  Warnings warnings;
};

// Of a thread.
struct FilePieces::Worker final : base::Reporter {
  explicit Worker(const parse::LineParserOptions& options) : parser(options) {}
  void warn(std::string_view kind, std::string_view text) override { warnings->warn(kind, text); }
  void info(std::string_view) override {}

  Warnings* warnings = nullptr;  // of the piece
  std::unique_ptr<codec::Reader> reader;
  parse::LineParser parser;
  record::Batch batch;  // of lines of a window
  query::Mask matches;
  FieldNames field_names;
};

FilePieces::FilePieces(stream::TextBehind& text, const codec::LineSieve* sieve, const Parsing& parsing, const Searching& searching,
                       unsigned threads, base::Reporter& reporter)
    : text_(text),
      input_(text.input()),
      sieve_(sieve),
      parses_(parsing.parses),
      searching_(searching),
      window_bytes_(parsing.options.asked_fields && !searching.keeps_rows ? kWindowBytes : kWholeWindowBytes),
      reporter_(reporter),
      place_(input_.mappable()),
      items_(place_ ? (place_->size - place_->position + kMappedPieceBytes - 1) / kMappedPieceBytes
                    : std::numeric_limits<std::size_t>::max()) {
  record::AskedFields asked;
  if (const auto& fields = parsing.options.asked_fields) asked = record::AskedFields(*fields, parse::LineParser::fields_parsed());
  for (unsigned i = 0; i < threads; ++i) {
    auto worker = std::make_unique<Worker>(parsing.options);
    worker->reader = text.another_reader(*worker, asked);
    worker->parser.know_as(parsing.learned);
    worker->parser.learn(false);
    workers_.push_back(std::move(worker));
  }
  maps_.resize(place_ ? items_ / kPiecesPerMap + 1 : 0);
  // One that is searched, and one for each thread to go on with.
  for (unsigned i = 0; i < threads + 2; ++i) pieces_.push_back(std::make_unique<Piece>());
  query::OrderedWork::Prepare reading;
  if (!place_) reading = [this](std::size_t item) { return read(*pieces_[item % pieces_.size()]); };
  const auto work = [this](std::size_t worker, std::size_t item) {
    Piece& piece = *pieces_[item % pieces_.size()];
    piece.found_count = 0;
    workers_[worker]->warnings = &piece.warnings;
    if (place_)
      search_map(item, piece, *workers_[worker]);
    else
      search(piece, *workers_[worker], std::string_view(piece.bytes).substr(0, piece.size), piece.bytes.data() + piece.bytes.size());
  };
  work_.emplace(threads, items_, pieces_.size(), work, std::move(reading));
}

FilePieces::~FilePieces() = default;

void FilePieces::search_map(std::size_t item, Piece& piece, Worker& worker) {
  const auto offset_of = [this](std::size_t number) {
    return std::min<std::uint64_t>(place_->position + std::uint64_t{number} * kMappedPieceBytes, place_->size);
  };
  const std::uint64_t begin = offset_of(item);
  piece.size = static_cast<std::size_t>(offset_of(item + 1) - begin);
  const std::size_t first = item / kPiecesPerMap * kPiecesPerMap;
  sys::GuardedMap& map = maps_[item / kPiecesPerMap];
  {
    const std::lock_guard lock(mutex_);
    if (map.bytes().empty())
      if (auto opened = input_.map_at(offset_of(first), static_cast<std::size_t>(offset_of(first + kPiecesPerMap) - offset_of(first))))
        map = *std::move(opened);
  }
  piece.good = !map.bytes().empty();
  if (!piece.good) return;
  const std::string_view bytes = map.bytes();
  search(piece, worker, bytes.substr(static_cast<std::size_t>(begin - offset_of(first)), piece.size), bytes.data() + bytes.size());
  piece.good = map.intact();
}

// By one thread: what decompression remembers would have to follow it from one core to the other, which takes as long as half of it.
// False at the end, and where Source::next has to say why it goes no further.
bool FilePieces::read(Piece& piece) {
  piece.size = 0;
  piece.bytes.resize(kReadPieceBytes);
  while (!ended_ && piece.size < piece.bytes.size()) {
    std::size_t size = 0;
    const auto arrival = input_.read(std::span(piece.bytes).subspan(piece.size), size);
    ended_ = !arrival || *arrival != stream::Arrival::bytes;
    if (!ended_) piece.size += size;
  }
  piece.good = piece.size > 0;
  return piece.good;
}

// Records that are only counted are made of the text where it lies. Of others a part is printed later, when the file may have been cut:
// they are made of what was kept.
void FilePieces::search(Piece& piece, Worker& worker, std::string_view text, const char* readable_end) const {
  const std::size_t begin = text.find('\n') + 1, end = text::last_line_end(text) + 1;  // npos + 1 is 0
  piece.skipped = piece.rows_seen = piece.rows_matched = 0;
  piece.tail.clear();
  piece.head = text.substr(0, begin == 0 ? text.npos : begin);
  if (begin == 0) return;
  piece.tail = text.substr(end);
  std::string_view lines = text.substr(begin, end - begin);
  while (!lines.empty()) {
    const std::string_view window = first_window(lines, window_bytes_);
    lines.remove_prefix(window.size());
    constexpr std::size_t kPadding = record::TextBuffer::kPadding;
    const bool padded = static_cast<std::size_t>(readable_end - window.data()) >= window.size() + kPadding;
    if (sieve_ == nullptr && !searching_.keeps_rows && padded) {
      search_window(piece, worker, window);
      continue;
    }
    piece.kept.clear();
    if (sieve_ != nullptr)
      sieve_->sift(window, piece.kept);
    else
      piece.kept = window;
    const std::size_t size = piece.kept.size();
    piece.skipped += window.size() - size;
    piece.kept.append(kPadding, '\0');
    search_window(piece, worker, std::string_view(piece.kept).substr(0, size));
  }
}

void FilePieces::search_window(Piece& piece, Worker& worker, std::string_view lines) const {
  record::Batch& batch = worker.batch;
  while (!lines.empty()) {
    batch.clear();
    lines.remove_prefix(worker.reader->decode_in_place(batch, lines));
    const auto search = [&](record::Batch& part) -> base::Status {
      search_records(piece, worker, part);
      return {};
    };
    static_cast<void>(parses_ ? worker.parser.parse_parts(batch, search) : search(batch));
  }
}

void FilePieces::search_records(Piece& piece, Worker& worker, record::Batch& batch) const {
  searching_.complete(batch);
  for (const record::Column& column : batch.columns()) worker.field_names.insert(column.name);
  searching_.filter.select(batch, worker.matches);
  const auto matched = static_cast<std::size_t>(std::ranges::count_if(worker.matches, [](auto flag) { return flag != 0; }));
  piece.rows_seen += batch.rows();
  piece.rows_matched += matched;
  if (matched == 0 || !searching_.keeps_rows) return;
  if (piece.found_count == piece.found.size()) piece.found.push_back({.batch = {}, .searched = true, .selected = {}});
  Records& found = piece.found[piece.found_count++];
  found.selected.clear();
  for (std::uint32_t row = 0; row < worker.matches.size(); ++row)
    if (worker.matches[row] != 0) found.selected.push_back(row);
  std::swap(found.batch, batch);
}

FilePieces::Records* FilePieces::next() {
  while (piece_ != nullptr || begin_piece()) {
    while (!left_.empty()) {
      text_.take(seam_.batch, left_);
      if (!seam_.batch.empty()) return &seam_;
    }
    if (part_ == Part::head) {
      part_ = Part::lines;
      piece_->warnings.say(reporter_);
    }
    if (next_records_ < piece_->found_count) return &piece_->found[next_records_++];
    if (part_ == Part::lines) {
      part_ = Part::tail;
      left_ = piece_->tail;
    } else {
      end_piece();
    }
  }
  return nullptr;
}

FieldNames FilePieces::field_names() {
  work_.reset();
  FieldNames names;
  for (const auto& worker : workers_) names.merge(worker->field_names);
  return names;
}

bool FilePieces::begin_piece() {
  if (item_ == items_ || stopped_) return false;
  Piece& piece = *pieces_[item_ % pieces_.size()];
  stopped_ = !work_->wait(item_) || !piece.good;
  if (stopped_) return false;
  piece_ = &piece;
  bytes_skipped_ += piece.skipped;
  rows_seen_ += piece.rows_seen;
  rows_matched_ += piece.rows_matched;
  part_ = Part::head;
  left_ = piece.head;
  next_records_ = 0;
  return true;
}

void FilePieces::end_piece() {
  if (place_) input_.skip_mapped(piece_->size);
  piece_ = nullptr;
  if (place_ && (item_ + 1) % kPiecesPerMap == 0) maps_[item_ / kPiecesPerMap] = {};
  work_->release(item_++);
}

}  // namespace logmill::logquery
