// Writing to a store: append, commit, seal. Layout: docs/formats/segment.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "record/batch.h"
#include "store/reader.h"
#include "sys/file_system.h"

namespace logmill::store {

enum class SyncPolicy {
  each,      // a commit, synced, is due after every append
  interval,  // commits are synced, at most `commit_interval_ns` after the first record
  none,      // commits are written, the operating system syncs when it likes: a power cut may lose them
};

struct WriterOptions {
  std::int64_t commit_interval_ns = 150 * base::kNsPerMs;
  SyncPolicy sync = SyncPolicy::interval;
  // A segment is sealed when it reaches one of these: 4 Mi records are some 50 MB, an object worth
  // fetching.
  std::uint64_t seal_rows = 4 << 20;
  std::uint64_t seal_bytes = 128 << 20;
  std::int64_t seal_age_ns = 3'600 * base::kNsPerSecond;
  // Of a few records each, at a low rate: more would make finding anything in a live segment slow.
  std::uint64_t seal_blocks = 8'192;
  bool seal_on_close = true;
  int zstd_level = 1;
  // What may wait to be written, encoded or not, and what encoding it takes.
  std::uint64_t memory_bytes = 64 << 20;
  // Rows are made a block when they take so much, or a quarter of that.
  std::uint64_t block_bytes = UINT64_MAX;
  std::uint64_t join_bytes = kJoinBytes;  // of sealing
  // Of the whole process: while it has more, nothing is begun that takes memory and can wait. 0: nobody looks.
  std::uint64_t process_bytes = 0;
  // That encode; syncs and seals then have one each. 0: all is done in the caller's, and has been
  // done when a call returns.
  std::size_t threads = 0;
  // Sealing has a thread of its own though there are no others: a commit waits for none of it.
  bool seal_beside = false;
};

// Everything that a writer did since it was opened.
struct WriterCounters {
  std::uint64_t records_in = 0;         // given to `append`
  std::uint64_t records_committed = 0;  // durable and visible
  std::uint64_t records_repeated = 0;   // dropped: the store had them already
  std::uint64_t bytes_written = 0;      // to live segments
  std::uint64_t raw_bytes = 0;          // of the records written, as NDJSON, about
  std::uint64_t commits = 0;
  std::uint64_t blocks = 0;
  std::uint64_t segments_sealed = 0;
  std::uint64_t sealed_bytes = 0;
  // records_in = records_committed + records_repeated + pending
  std::uint64_t pending() const { return records_in - records_committed - records_repeated; }
};

// One lane into a store. Any number of writers, in this process or others, may write to one store:
// each has a live segment of its own, locked as long as it is open, and none waits for another.
//
// Thread-compatible: its own threads (`WriterOptions::threads`, `seal_beside`) see none of this. With
// them `append` returns while blocks are encoded, and `tick` while a commit is synced or a segment
// sealed; blocks are committed in the order of `append` all the same.
//
// Delivery: of a batch whose range is named, what the store has of that stream is dropped, by
// position. A gap, or an epoch older than the newest, is refused. What one `append` takes is
// decided with it: data and range are committed in one block.
class StoreWriter {
 public:
  // Creates the folder if need be, takes in what crashed writers left (their live segments are
  // sealed up to the first torn commit), and learns how far the store holds each stream. All
  // references must outlive the writer.
  static base::Result<std::unique_ptr<StoreWriter>> open(sys::FileSystem& fs, std::string dir, WriterOptions options,
                                                         const base::Clock& clock, base::Reporter& reporter);
  ~StoreWriter();  // without `close`: what is not committed is lost, the live segment is left to
                   // the next writer

  // Takes the records of a batch (at most Batch::kRowsMax, none without a time) and its range. On
  // an error the batch was not taken: `again` with a full disk (try again later), `again` naming
  // the frontier when records are missing before it, `invalid` for a batch that cannot be stored.
  base::Status append(const record::Batch& batch);
  // The same without copying a large one, which is empty afterwards: the writer keeps it as long as
  // it needs it.
  base::Status append(record::Batch&& batch);
  // An empty batch, with the capacity of one that was given to `append` if there is one.
  record::Batch take_spent();

  // Makes all that was appended durable (as far as the sync policy says) and visible. On `again`
  // nothing is lost: call it again. Any other error is final.
  base::Status commit();
  // Towards the same without waiting for it: what is encoded is committed if no commit is on its way, and what is gathered is encoded
  // if nothing else is. Called again and again it commits everything, in blocks as large as what came meanwhile.
  base::Status commit_soon();
  // The steady time at which `commit` should be called at the latest; nullopt: nothing is waiting.
  std::optional<std::int64_t> commit_due_ns() const;

  // What time asks for: commits if due, seals an old segment, or one that a request to delete waits
  // for. Call it now and then, also when nothing comes in.
  base::Status tick();

  // Commits, and seals the live segment now; with a thread for it: starts to. What cannot be sealed is
  // tried again by `tick`.
  base::Status seal();

  // Commits, seals, waits until that is done, ends. The writer is not usable afterwards.
  base::Status close();

  const WriterCounters& counters() const;
  // How far the stream is committed: what may be acknowledged.
  std::optional<Frontier> frontier(const record::StreamId& stream) const;
  std::vector<Frontier> frontiers() const;

 private:
  struct State;
  explicit StoreWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace logmill::store
