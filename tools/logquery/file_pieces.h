// The text of a file behind its head, by several threads: pieces of it are read, lines that cannot matter left out and the others parsed
// while those before them are searched.
//
//   FilePieces pieces(*source->text_behind(), sieve, parsing, threads);
//   while (record::Batch* batch = pieces.next(lines)) …
//   // then source->next() goes on
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/reporter.h"
#include "codec/line_sieve.h"
#include "parse/line_parser.h"
#include "query/scan/ordered_work.h"
#include "record/batch.h"
#include "stream/byte_input.h"
#include "stream/source.h"

namespace logmill::logquery {

// Whether the lines of a batch have been parsed.
enum class Lines : std::uint8_t { as_read, parsed };

class FilePieces {
 public:
  struct Parsing {
    const parse::LineParserOptions& options;
    bool parses = true;                // lines stay as they are if not
    const parse::LineParser& learned;  // of the head
  };

  // All must outlive this. `sieve` null: every line matters.
  FilePieces(stream::TextBehind& text, const codec::LineSieve* sieve, const Parsing& parsing, unsigned threads, base::Reporter& reporter);
  ~FilePieces();

  // The next records, in the order of the text; nullptr: Source::next goes on. They hold until the next call.
  record::Batch* next(Lines& lines);
  // Of lines that were left out.
  std::uint64_t bytes_skipped() const { return bytes_skipped_; }

 private:
  class Warnings;
  struct Piece;
  struct Worker;

  void search_map(std::size_t item, Piece& piece, Worker& worker);
  bool read(Piece& piece);
  void search(Piece& piece, Worker& worker, std::string_view text) const;
  static void parse(Piece& piece, Worker& worker);
  void decode(Piece& piece, Worker& worker, std::string_view lines) const;
  bool begin_piece();
  void end_piece();

  stream::TextBehind& text_;
  stream::ByteInput& input_;
  const codec::LineSieve* const sieve_;
  const bool parses_;
  base::Reporter& reporter_;
  std::optional<sys::FilePlace> place_;  // of a file that is mapped
  const std::size_t items_;              // at most

  std::mutex mutex_;                   // guards maps_; a map that is there stays until its last piece is done
  std::vector<sys::GuardedMap> maps_;  // of so many pieces each
  bool ended_ = false;                 // of the thread that reads

  std::vector<std::unique_ptr<Piece>> pieces_;  // of those that are worked on, by the remainder of their numbers
  std::vector<std::unique_ptr<Worker>> workers_;
  // Of the caller.
  std::size_t item_ = 0;
  Piece* piece_ = nullptr;  // of it
  enum class Part { head, lines, tail } part_ = Part::head;
  std::string_view left_;  // of the head or the tail
  std::size_t next_batch_ = 0;
  record::Batch seam_;
  bool stopped_ = false;
  std::uint64_t bytes_skipped_ = 0;

  std::optional<query::OrderedWork> work_;  // last: its threads use the others
};

}  // namespace logmill::logquery
