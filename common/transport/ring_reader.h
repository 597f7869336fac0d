// The reading end of a ring. Protocol: docs/formats/ring.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/reporter.h"
#include "base/result.h"
#include "sys/stop.h"
#include "transport/ring_entry.h"
#include "transport/ring_memory.h"

namespace logmill::transport {

// Each reader of a ring gets every message. Destroyed before the end it leaves its place to the next reader, as a killed one does:
// that one begins with the first message that was not done with. One thread, but for `release` and `crowded`.
class RingReader {
 public:
  // When a message is done with.
  enum class DoneWith {
    next_asked,  // when the next is asked for
    released,    // by `release`; until then it takes room in the ring
  };
  // The ring need not exist yet. `stop` and `reporter` must outlive the reader.
  RingReader(RingName name, DoneWith done_with, sys::Stop& stop, base::Reporter& reporter);
  ~RingReader();

  enum class Outcome { message, end, stopped };
  // Waits for the next message. `message` is valid until the next call. Fails with corrupt when the ring does not hold what its format
  // promises.
  base::Result<Outcome> next(std::string_view& message);
  // Whether `next` would return without waiting.
  bool ready() const;

  // Where the message handed over last ends.
  std::uint64_t position() const { return position_; }
  // From any thread, after `position` was handed over: what lies before it is done with.
  void release(std::uint64_t position);
  // From any thread: what was handed over before `position` and not released takes half of the ring. The writer may be waiting.
  bool crowded(std::uint64_t position) const;

 private:
  enum class Attached { yes, not_yet, stopped };
  base::Result<Attached> attach();
  base::Result<Attached> try_attach();
  base::Status take_slot();
  base::Status leave();
  void mark_read(std::uint64_t position);
  void make_room_for_message();
  bool stops_at(std::uint64_t tail);
  base::Result<bool> take_piece(std::string_view& message);
  void skip_overwritten(std::uint64_t base);
  void wait_for_writer();

  RingName name_;
  const DoneWith done_with_;
  sys::Stop& stop_;
  base::Reporter& reporter_;
  std::unique_ptr<RingMemory> memory_;  // null until attached, and after the end
  RingData data_{};
  bool overwritten_ = false;  // by the writer, whether or not it was read
  RingSlot* slot_ = nullptr;
  std::uint64_t position_ = 0;  // after what was handed over
  std::string gathered_;        // the pieces so far of a message that was cut
  std::string piece_;           // of a ring that is overwritten
  std::uint64_t gathered_from_ = 0;
  bool gathering_ = false;
  bool writer_missed_ = false;
  std::optional<std::uint64_t> last_position_;  // since a stop was requested: the writer may never end
  bool ended_ = false;
};

}  // namespace logmill::transport
