// The text of a file behind its head, by several threads: pieces of it are read, lines that cannot matter left out, the others parsed, and
// the records in them searched, while what was found before them is used.
//
//   FilePieces pieces(*source->text_behind(), sieve, parsing, searching, threads, reporter);
//   while (FilePieces::Records* records = pieces.next()) …
//   // then source->next() goes on
#pragma once

#include <cstdint>
#include <functional>
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
#include "logquery/answer.h"
#include "parse/line_parser.h"
#include "query/filter/filter.h"
#include "query/scan/ordered_work.h"
#include "record/batch.h"
#include "stream/byte_input.h"
#include "stream/source.h"

namespace logmill::logquery {

class FilePieces {
 public:
  struct Parsing {
    const parse::LineParserOptions& options;
    bool parses = true;                // lines stay as they are if not
    const parse::LineParser& learned;  // of the head
  };
  struct Searching {
    const query::Filter& filter;
    std::function<void(record::Batch&)> complete;  // gives records what they have from elsewhere; from any of the threads
    bool keeps_rows = true;                        // else those that match are only counted
  };
  struct Records {
    record::Batch batch;
    bool searched = false;                // else they are as they were read
    std::vector<std::uint32_t> selected;  // of those that were searched: rows that match
  };

  // All must outlive this. `sieve` null: every line matters.
  FilePieces(stream::TextBehind& text, const codec::LineSieve* sieve, const Parsing& parsing, const Searching& searching, unsigned threads,
             base::Reporter& reporter);
  ~FilePieces();

  // The next records, in the order of the text: those of which some match, and those that are not searched; nullptr: Source::next goes
  // on. They hold until the next call.
  Records* next();
  // Of lines that were left out.
  std::uint64_t bytes_skipped() const { return bytes_skipped_; }
  // Of the pieces of which `next` gave something, or that are done: records that were searched, and those that matched.
  std::uint64_t rows_seen() const { return rows_seen_; }
  std::uint64_t rows_matched() const { return rows_matched_; }
  // Of records that were searched. Ends the search.
  FieldNames field_names();

 private:
  class Warnings;
  struct Piece;
  struct Worker;

  void search_map(std::size_t item, Piece& piece, Worker& worker);
  bool read(Piece& piece);
  void search(Piece& piece, Worker& worker, std::string_view text, const char* readable_end) const;
  void search_window(Piece& piece, Worker& worker, std::string_view lines) const;
  void search_records(Piece& piece, Worker& worker, record::Batch& batch) const;
  bool begin_piece();
  void end_piece();

  stream::TextBehind& text_;
  stream::ByteInput& input_;
  const codec::LineSieve* const sieve_;
  const bool parses_;
  const Searching searching_;
  const std::size_t window_bytes_;
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
  std::size_t next_records_ = 0;
  Records seam_;
  bool stopped_ = false;
  std::uint64_t bytes_skipped_ = 0, rows_seen_ = 0, rows_matched_ = 0;

  std::optional<query::OrderedWork> work_;  // last: its threads use the others
};

}  // namespace logmill::logquery
