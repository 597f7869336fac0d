// Bytes to batches, one format each. A reader touches no files: whoever has the bytes puts them
// where `room` says, so that text goes from the descriptor to the batch in one copy.
//
//   reader.begin(batch);                                        // a batch that is empty
//   while (reader.decode(batch, end) == Decoded::needs_input)
//     reader.added(batch, read(reader.room(batch)));            // or leave, with what there is
//   reader.end(batch);                                          // before the batch is handed on
//
// Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/reporter.h"
#include "codec/format.h"
#include "multiline/joiner.h"
#include "record/asked_fields.h"
#include "record/batch.h"

namespace logmill::codec {

enum class InputEnd {
  no,
  pause,  // nothing came for a while: an event whose lines are all there is complete
  yes,
};
enum class Decoded {
  needs_input,  // all there is was taken; the batch may hold records, and may take more
  batch_ready,  // the batch is full, or holds one frame, and must be handed on
};

class Reader {
 public:
  virtual ~Reader() = default;

  // Puts input that the last batch did not take into `batch`.
  virtual void begin(record::Batch& batch) = 0;
  // At least one byte, to be filled from the front. Only right after `decode` asked for input, or
  // `begin`.
  virtual std::span<char> room(record::Batch& batch) = 0;
  virtual void added(record::Batch& batch, std::size_t size) = 0;
  // With InputEnd::yes an unfinished last line is a line.
  virtual Decoded decode(record::Batch& batch, InputEnd input_end) = 0;
  // Keeps the input that is not decoded yet: the batch goes elsewhere.
  virtual void end(record::Batch& batch) = 0;

  // Instead of all these, for a reader that only gets whole lines, which lie in memory already: puts the records of as many of `lines` as
  // fit into `batch`, which is empty and refers to them then (TextBuffer::refer_to). Returns how many bytes these were, 0 where there is
  // no such way.
  virtual std::size_t decode_in_place([[maybe_unused]] record::Batch& batch, [[maybe_unused]] std::string_view lines) { return 0; }

  // From here on the input lacks lines: messages do not number them.
  virtual void lines_are_left_out() {}
  // One for lines that stand anywhere behind those that this one was given, which it decodes in place; nullptr where that cannot be.
  // `reporter` must outlive it.
  // Of records with fields, those that are not `asked` for may be left out.
  virtual std::unique_ptr<Reader> another_behind([[maybe_unused]] base::Reporter& reporter,
                                                 [[maybe_unused]] const record::AskedFields& asked) const {
    return nullptr;
  }

  // Whether `decode` might yield something without more input. Between `end` and `begin`.
  virtual bool has_input() const = 0;
  // Whether there are lines that wait for others: with InputEnd::pause `decode` takes them as they are. Between `decode` and `end`.
  virtual bool holds_event() const { return false; }
  virtual bool ended_orderly() const = 0;
  // Lines in which nothing stood, and which became no record. Formats without lines have none.
  virtual std::uint64_t empty_lines() const { return 0; }
};

struct ReaderOptions {
  Format format = Format::ndjson;             // not automatic
  std::size_t line_bytes_max = 16 << 20;      // or of an event of several lines
  const multiline::Joiner* joiner = nullptr;  // of Format::raw: which lines are one record; null: each is. Must outlive the reader
};

// `reporter` must outlive the reader.
std::unique_ptr<Reader> make_reader(const ReaderOptions& options, base::Reporter& reporter);

// Of frames that lie in memory already: nothing is read into `room`, and a payload is copied once, into the batch.
class MessageReader : public Reader {
 public:
  // What to `decode` next, with InputEnd::yes; must stay until that says needs_input, or the next `give`.
  virtual void give(std::string_view message) = 0;
};
std::unique_ptr<MessageReader> make_message_reader(base::Reporter& reporter);

}  // namespace logmill::codec
