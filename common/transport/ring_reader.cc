#include "transport/ring_reader.h"

#include <unistd.h>

#include "sys/byte_lock.h"
#include "sys/futex.h"
#include "text/units.h"

namespace logmill::transport {
namespace {

// How often to look whether a ring exists: nothing wakes us when it is made.
constexpr int kAppearMs = 20;

}  // namespace

RingReader::RingReader(RingName name, DoneWith done_with, sys::Stop& stop, base::Reporter& reporter)
    : name_(std::move(name)), done_with_(done_with), stop_(stop), reporter_(reporter) {}

RingReader::~RingReader() {
  // At the end, and all of it released.
  if (ended_ && slot_ != nullptr && slot_->cursor.load() == position_) [[maybe_unused]]
    const auto left = leave();
}

base::Result<RingReader::Attached> RingReader::try_attach() {
  auto memory = RingMemory::open(name_);
  if (!memory) {
    if (memory.error().code == base::ErrorCode::not_found) return Attached::not_yet;
    return std::move(memory).error();
  }
  memory_ = *std::move(memory);
  LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory_->fd(), kRingLockMembers));
  const sys::ByteLockGuard members(memory_->fd(), kRingLockMembers);
  if (!memory_->linked()) return Attached::not_yet;
  if (auto mapped = memory_->map(); !mapped) {
    if (mapped.error().code == base::ErrorCode::again) return Attached::not_yet;
    return std::move(mapped).error();
  }
  LOGMILL_RETURN_IF_ERROR(take_slot());
  return Attached::yes;
}

base::Result<RingReader::Attached> RingReader::attach() {
  while (true) {
    auto attached = try_attach();
    if (attached && *attached == Attached::yes) return attached;
    memory_.reset();
    if (!attached) return attached;
    LOGMILL_ASSIGN_OR_RETURN(const auto ready, sys::wait_readable(stop_.fd(), kAppearMs, -1));
    if (ready == sys::Readiness::ready) return Attached::stopped;
  }
}

// A slot without an owner first: there somebody was killed, and goes on in us.
base::Status RingReader::take_slot() {
  RingHeader& header = memory_->header();
  data_ = {memory_->data(), header.capacity, (header.flags & kRingChecksBytes) != 0};
  overwritten_ = (header.flags & kRingOverwrites) != 0;
  RingSlot* free_slot = nullptr;
  for (const bool taken : {true, false}) {
    for (std::size_t i = 0; i < kRingSlots && free_slot == nullptr; ++i) {
      if ((header.slots[i].taken.load() != 0) != taken) continue;
      LOGMILL_ASSIGN_OR_RETURN(const bool ours, sys::try_lock_byte(memory_->fd(), kRingLockSlots + i));
      if (ours) free_slot = &header.slots[i];
    }
    if (free_slot != nullptr) break;
  }
  if (free_slot == nullptr)
    return base::Error{base::ErrorCode::again, name_.address() + ": all " + std::to_string(kRingSlots) + " places for readers are taken"};
  if (free_slot->taken.load() == 0) free_slot->cursor.store(header.base.load());
  free_slot->pid.store(static_cast<std::uint32_t>(::getpid()));
  free_slot->prompt.store(done_with_ == DoneWith::next_asked);
  free_slot->taken.store(1);
  slot_ = free_slot;
  position_ = slot_->cursor.load();
  return {};
}

base::Result<RingReader::Outcome> RingReader::next(std::string_view& message) {
  if (ended_) return Outcome::end;
  if (memory_ == nullptr) {
    LOGMILL_ASSIGN_OR_RETURN(const Attached attached, attach());
    if (attached != Attached::yes) return Outcome::stopped;
  }
  if (!gathering_ && done_with_ == DoneWith::next_asked) mark_read(position_);
  while (true) {
    // In this order: `ended` is set after the last message was published.
    const bool ended = memory_->header().ended.load() != 0;
    const std::uint64_t tail = memory_->header().tail.load();
    if (stops_at(tail) && (position_ != tail || !ended)) return Outcome::stopped;
    if (position_ != tail) {
      LOGMILL_ASSIGN_OR_RETURN(const bool whole, take_piece(message));
      if (whole) return Outcome::message;
      continue;
    }
    if (ended) {
      if (done_with_ == DoneWith::released)
        ended_ = true;
      else
        LOGMILL_RETURN_IF_ERROR(leave());
      if (ended_) return Outcome::end;
      continue;
    }
    make_room_for_message();
    wait_for_writer();
  }
}

// After a stop was requested: what is in the ring then is still given.
bool RingReader::stops_at(std::uint64_t tail) {
  if (!stop_.requested()) return false;
  if (!last_position_) last_position_ = tail;
  return position_ >= *last_position_;
}

bool RingReader::ready() const {
  if (memory_ == nullptr) return ended_;
  const RingHeader& header = memory_->header();
  return position_ != header.tail.load() || header.ended.load() != 0;
}

void RingReader::release(std::uint64_t position) { mark_read(position); }

bool RingReader::crowded(std::uint64_t position) const {
  return position > slot_->cursor.load(std::memory_order_relaxed) + data_.capacity / 2;
}

// Never backwards: a release may come after room had to be made.
void RingReader::mark_read(std::uint64_t position) {
  std::uint64_t before = slot_->cursor.load(std::memory_order_relaxed);
  do {
    if (before >= position) return;
  } while (!slot_->cursor.compare_exchange_weak(before, position));
  RingHeader& header = memory_->header();
  if (header.writer_waits.load() == 0 || position < header.wake_at.load() || header.writer_waits.exchange(0) == 0) return;
  header.space_turn.fetch_add(1);
  sys::futex_wake_all(header.space_turn);
}

// Whether `message` is complete now.
base::Result<bool> RingReader::take_piece(std::string_view& message) {
  const std::uint64_t from = position_;
  auto piece = read_ring_entry(data_, from, memory_->header().tail.load());
  if (overwritten_) {
    if (piece) piece_.assign(piece->bytes);
    // Not a load: see RingWriter::overwrite.
    if (const std::uint64_t base = memory_->header().base.fetch_add(0); base > from) return skip_overwritten(base), false;
    if (piece) piece->bytes = piece_;
  }
  if (!piece) return std::move(piece).error().with_context(name_.address());
  position_ = piece->end;
  if (piece->kind == RingKind::padding) return false;
  if (piece->kind == RingKind::whole || piece->kind == RingKind::first) {
    // A message without its end: its writer was killed.
    gathered_.clear();
    gathered_from_ = from;
    gathering_ = piece->kind == RingKind::first;
  }
  if (piece->kind == RingKind::whole) {
    message = piece->bytes;
    return true;
  }
  // The end of a message whose beginning a killed reader had taken.
  if (!gathering_) return false;
  gathered_ += piece->bytes;
  if (gathered_.size() > kRingMessageBytesMax) return base::Error{base::ErrorCode::corrupt, name_.address() + ": a message without an end"};
  if (piece->kind == RingKind::last) {
    gathering_ = false;
    message = gathered_;
    return true;
  }
  make_room_for_message();
  return false;
}

void RingReader::skip_overwritten(std::uint64_t base) {
  reporter_.warn("ring_overwritten",
                 name_.address() + ": the writer was faster: " + text::format_size(base - position_) + " were overwritten unread");
  position_ = base;
  gathering_ = false;
  if (done_with_ == DoneWith::next_asked) mark_read(position_);
}

// A message may be larger than the ring: what is gathered of it is given up there, once nothing else is.
void RingReader::make_room_for_message() {
  const std::uint64_t cursor = slot_->cursor.load(std::memory_order_relaxed);
  const bool alone = done_with_ == DoneWith::next_asked || cursor >= gathered_from_;
  if (gathering_ && alone && position_ - cursor > data_.capacity / 2) mark_read(position_);
}

base::Status RingReader::leave() {
  LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory_->fd(), kRingLockMembers));
  {
    const sys::ByteLockGuard members(memory_->fd(), kRingLockMembers);
    RingHeader& header = memory_->header();
    // Another writer may have taken the ring up meanwhile.
    if (header.ended.load() == 0 || header.tail.load() != position_) return {};
    mark_read(position_);
    slot_->taken.store(0);
    bool others = false;
    for (const RingSlot& slot : header.slots) others = others || slot.taken.load() != 0;
    if (!others) memory_->unlink();
    ended_ = true;
  }
  slot_ = nullptr;
  memory_.reset();
  return {};
}

// The order matters, see RingWriter::publish.
void RingReader::wait_for_writer() {
  RingHeader& header = memory_->header();
  const std::uint32_t turn = header.data_turn.load();
  header.readers_wait.store(1);
  if (header.tail.load() != position_ || header.ended.load() != 0) return;
  sys::futex_wait(header.data_turn, turn, kRingLookMs);
  if (header.tail.load() != position_ || header.ended.load() != 0) return;
  const auto lives = sys::byte_locked_elsewhere(memory_->fd(), kRingLockWriter);
  const bool missing = lives && !*lives;
  if (missing && !writer_missed_)
    reporter_.warn("ring_writer_gone", name_.address() + ": the writer (process " + std::to_string(header.writer_pid.load()) +
                                           ") ended without a word; waiting for another");
  writer_missed_ = missing;
}

}  // namespace logmill::transport
