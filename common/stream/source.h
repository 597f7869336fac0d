// Where records come from: batches, as they arrive, until the end. One file per kind: source_*.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "codec/byte_feed.h"
#include "codec/format.h"
#include "codec/line_sieve.h"
#include "codec/reader.h"
#include "multiline/joiner.h"
#include "record/batch.h"
#include "sys/stop.h"

namespace logmill::stream {

enum class Pull {
  batch,    // the batch holds records, or an empty range that was decided
  end,      // nothing more will come
  stopped,  // a stop was requested while waiting
};

class ByteInput;

// The text of a file behind its head, for who reads on in it by himself, whole lines at once and with several threads.
class TextBehind {
 public:
  virtual ~TextBehind() = default;
  virtual ByteInput& input() = 0;
  // Clears `batch` and fills it with lines of the text, as Source::next would; takes them from the front of `text`. The first of them goes
  // on where the head ended; one without an end goes on with the next `text`, or with what Source::next reads.
  virtual void take(record::Batch& batch, std::string_view& text) = 0;
  // Of whole lines of it. `reporter` must outlive the reader. Fields that are not `asked` for may be left out.
  virtual std::unique_ptr<codec::Reader> another_reader(base::Reporter& reporter, const record::AskedFields& asked) const = 0;
};

// Thread-compatible.
class Source {
 public:
  virtual ~Source() = default;

  // Clears `batch` and fills it with what is there: waits for the first record only, so that a line
  // typed into a pipeline goes on at once. A record that cannot be read is reported, kept as a
  // record with `raw` and `parse_error`, and reading goes on.
  virtual base::Result<Pull> next(record::Batch& batch) = 0;

  // Whether `next` would return without waiting. When not, flush what was written.
  virtual bool ready() = 0;

  // With SourceOptions::keep. From any thread: `batches` more of those that `next` gave, in their order, are safe elsewhere.
  virtual void release([[maybe_unused]] std::size_t batches) {}
  // From any thread: so much is kept that the writer may be waiting for a release.
  virtual bool crowded() { return false; }

  // Whether the end was an orderly one. Frames end with an END frame: without it the writer died
  // and the program ends with status 4. Text has no such mark: always true.
  virtual bool ended_orderly() const { return true; }

  // Bytes taken in, and the format found in them (`automatic` before the first bytes).
  virtual std::uint64_t bytes_in() const = 0;
  // Lines of text that were taken in and became no record, because nothing stood in them.
  virtual std::uint64_t empty_lines() const { return 0; }
  virtual codec::Format format() const = 0;
  // Whether the head is over (kUnsievedBytes): with a sieve, batches to come may lack lines.
  virtual bool past_head() const { return false; }
  virtual std::uint64_t bytes_skipped() const { return 0; }
  // Once past_head() and before the next `next`, which goes on with what is left; nullptr if only that can.
  virtual TextBehind* text_behind() { return nullptr; }
};

struct SourceOptions {
  codec::Format format = codec::Format::automatic;
  // Text lines longer than this are cut into several records, each marked with `cut=true`.
  std::size_t line_bytes_max = 16 << 20;
  // A source that outlives its reader (a ring) keeps what it gave until it is released, and the next reader goes on there. Without,
  // what was given is forgotten when more is asked for.
  bool keep = false;
  // Of text, leaves out lines behind the head that it says do not matter; must outlive the source. Not with a joiner.
  const codec::LineSieve* sieve = nullptr;
  // Of text without a sieve: the head is a batch of its own all the same, and past_head() tells when it is over.
  bool tells_head = false;
  // Which lines of text are one record; null: each is. Frames have records already. Must outlive the source.
  const multiline::Joiner* joiner = nullptr;
  std::int64_t joiner_timeout_ns = base::kNsPerSecond;  // without a new byte: an event is complete as it is
  // Of a file: gives its text, or what matters of it behind the first kUnsievedBytes, instead of the
  // file itself. Must outlive the source.
  codec::ByteFeed* feed = nullptr;
};

// The first so many bytes are a batch of their own (or more, if they arrive slowly) with a sieve, of which they hold every line, and for
// who wants to be told: they say what the text is like, whatever is left out of the rest and however it arrives.
inline constexpr std::size_t kUnsievedBytes = 64 << 10;

// `address` is "-" (`input_fd`), a path (plain, gzip, zstd: found by the first bytes), "ring:NAME"
// or "ring:/path". `stop` and `reporter` must outlive the source.
base::Result<std::unique_ptr<Source>> open_source(std::string_view address, int input_fd, const SourceOptions& options, sys::Stop& stop,
                                                  base::Reporter& reporter);

}  // namespace logmill::stream
