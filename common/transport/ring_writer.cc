#include "transport/ring_writer.h"

#include <cstring>
#include <unistd.h>
#include <utility>

#include "sys/byte_lock.h"
#include "sys/futex.h"
#include "sys/entropy.h"

namespace logmill::transport {
namespace {

std::uint64_t usable_capacity(std::uint64_t wanted) { return std::clamp(wanted, kRingBytesMin, kRingBytesMax) / kRingAlign * kRingAlign; }

// After a start of the machine: how far a file ring can be trusted.
void recover_tail(RingHeader& header, const RingData& data) {
  std::uint64_t position = header.base.load();
  const std::uint64_t limit = position + data.capacity;
  while (auto piece = read_ring_entry(data, position, limit)) position = piece->end;
  header.tail.store(position);
  for (RingSlot& slot : header.slots)
    if (slot.taken.load() != 0) slot.cursor.store(std::clamp(slot.cursor.load(), header.base.load(), position));
  const auto boot = sys::boot_id();
  std::memcpy(header.boot, boot.data(), boot.size());
}

RingData data_of(const RingMemory& memory) {
  return {memory.data(), memory.header().capacity, (memory.header().flags & kRingChecksBytes) != 0};
}

// With the members' lock: a ring that can be written, with our lock on it.
base::Status prepare(RingMemory& memory, const RingName& name) {
  if (auto mapped = memory.map(); !mapped) {
    if (mapped.error().code != base::ErrorCode::again) return mapped;
    LOGMILL_RETURN_IF_ERROR(memory.format(usable_capacity(name.bytes), name.full));
  }
  LOGMILL_ASSIGN_OR_RETURN(const bool ours, sys::try_lock_byte(memory.fd(), kRingLockWriter));
  RingHeader& header = memory.header();
  if (!ours)
    return base::Error{base::ErrorCode::again,
                       name.address() + ": has a writer already (process " + std::to_string(header.writer_pid.load()) + ")"};
  const auto boot = sys::boot_id();
  if (std::memcmp(header.boot, boot.data(), boot.size()) != 0) recover_tail(header, data_of(memory));
  header.writer_pid.store(static_cast<std::uint32_t>(::getpid()));
  header.ended.store(0);
  return {};
}

}  // namespace

base::Result<std::unique_ptr<RingWriter>> RingWriter::open(const RingName& name, sys::Stop& stop) {
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(auto memory, RingMemory::open_or_create(name));
    LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory->fd(), kRingLockMembers));
    const sys::ByteLockGuard members(memory->fd(), kRingLockMembers);
    if (!memory->linked()) continue;  // the last reader removed it between our open and our lock
    LOGMILL_RETURN_IF_ERROR(prepare(*memory, name));
    return std::unique_ptr<RingWriter>(new RingWriter(name, std::move(memory), stop));
  }
}

RingWriter::RingWriter(const RingName& name, std::unique_ptr<RingMemory> memory, sys::Stop& stop)
    : address_(name.address()),
      memory_(std::move(memory)),
      header_(memory_->header()),
      data_(data_of(*memory_)),
      overwrites_((header_.flags & kRingOverwrites) != 0),
      stop_(stop),
      tail_(header_.tail.load()) {}

base::Status RingWriter::write(std::string_view message) {
  if (message.size() > kRingMessageBytesMax)
    return base::Error{base::ErrorCode::too_large, address_ + ": a message of " + std::to_string(message.size()) + " bytes"};
  const std::uint64_t piece_max = ring_piece_bytes_max(data_.capacity);
  if (message.size() <= piece_max) return write_piece(RingKind::whole, message);
  RingKind kind = RingKind::first;
  while (message.size() > piece_max) {
    LOGMILL_RETURN_IF_ERROR(write_piece(kind, message.substr(0, piece_max)));
    message.remove_prefix(piece_max);
    kind = RingKind::middle;
  }
  return write_piece(RingKind::last, message);
}

base::Status RingWriter::write_piece(RingKind kind, std::string_view bytes) {
  const std::uint64_t size = ring_entry_bytes(bytes.size());
  if (data_.contiguous(tail_) < size) {
    LOGMILL_RETURN_IF_ERROR(make_room(data_.contiguous(tail_)));
    publish(write_ring_padding(data_, tail_));
  }
  LOGMILL_RETURN_IF_ERROR(make_room(size));
  publish(write_ring_entry(data_, tail_, kind, bytes));
  let_readers_follow(size);
  return {};
}

// The order matters: bytes, then tail, then the flag. A reader sets the flag, then looks at the
// tail. All are sequentially consistent, so one of the two sees the other's store.
void RingWriter::publish(std::uint64_t tail) {
  tail_ = tail;
  header_.tail.store(tail);
  // Looked at first: a store would take the line from the readers each time.
  if (header_.readers_wait.load() == 0 || header_.readers_wait.exchange(0) == 0) return;
  header_.data_turn.fetch_add(1);
  sys::futex_wake_all(header_.data_turn);
}

std::uint64_t RingWriter::room() const { return data_.capacity - (tail_ - header_.base.load(std::memory_order_relaxed)); }

base::Result<std::span<char>> RingWriter::free_bytes() {
  // Seldom: a lap takes two looks, or the readers are behind.
  if (room() < data_.capacity / 2) LOGMILL_RETURN_IF_ERROR(advance_base(Orphans::keep));
  if (overwrites_ && room() < data_.capacity / 4) LOGMILL_RETURN_IF_ERROR(overwrite(data_.capacity / 4));
  const std::span<char> behind_tail = ring_entry_room(data_, tail_);
  const std::uint64_t most = std::min({room(), ring_entry_bytes(ring_piece_bytes_max(data_.capacity)), data_.contiguous(tail_)});
  return behind_tail.first(most > sizeof(RingEntry) ? most - sizeof(RingEntry) : 0);
}

void RingWriter::write_made(std::size_t size) {
  publish(finish_ring_entry(data_, tail_, RingKind::whole, size));
  let_readers_follow(ring_entry_bytes(size));
}

// How far the slowest reader is behind, of those whose cursor says where they read.
std::uint64_t RingWriter::lead() const {
  std::uint64_t lead = 0;
  for (const RingSlot& slot : header_.slots)
    if (slot.taken.load(std::memory_order_relaxed) != 0 && slot.prompt.load(std::memory_order_relaxed) != 0)
      lead = std::max(lead, tail_ - slot.cursor.load());
  return lead;
}

// `bytes`: of the entry written last, which a reader may have before it for itself. A burst is held up for a moment, and a reader that is
// slow or gone holds up nothing: each time it has not followed, it may be behind by twice as much, up to half of the ring.
void RingWriter::let_readers_follow(std::uint64_t bytes) {
  if (tail_ < look_at_ || overwrites_ || stop_.requested()) return;
  const std::uint64_t least = std::max(kRingLeadBytes / 2, bytes);
  if (lead() > std::max(lead_max_, least))
    lead_max_ = wait_for_readers(least) ? kRingLeadBytes : std::min(2 * lead_max_, std::max(kRingLeadBytes, data_.capacity / 2));
  look_at_ = tail_ + lead_max_ / 4;
}

// Until they are no further behind; false: they were not within some moments, or have not moved for one.
bool RingWriter::wait_for_readers(std::uint64_t least) {
  header_.wake_at.store(tail_ - least);
  std::uint64_t behind = lead();
  for (int turns = 0; behind > least && turns < kRingLeadTurns; ++turns) {
    const std::uint32_t turn = header_.space_turn.load();
    header_.writer_waits.store(1);
    if (lead() > least) sys::futex_wait(header_.space_turn, turn, kRingLeadMs);
    const std::uint64_t before = std::exchange(behind, lead());
    if (behind == before) break;
  }
  header_.writer_waits.store(0);
  return behind <= least;
}

base::Status RingWriter::make_room(std::uint64_t bytes) {
  if (room() >= bytes) return {};
  if (overwrites_) return overwrite(bytes);
  // Woken for every message that is read, both sides would sleep and wake for each.
  header_.wake_at.store(tail_ + bytes + data_.capacity / 4 - data_.capacity);
  Orphans orphans = Orphans::keep;
  while (true) {
    const std::uint32_t turn = header_.space_turn.load();
    header_.writer_waits.store(1);
    LOGMILL_ASSIGN_OR_RETURN(const unsigned readers, advance_base(orphans));
    if (room() >= bytes) break;
    if (stop_.requested() && orphans == Orphans::drop && (readers == 0 || stop_.out_of_grace()))
      return base::Error{base::ErrorCode::again, address_ + ": full, and stopped while waiting for a reader"};
    sys::futex_wait(header_.space_turn, turn, kRingLookMs);
    orphans = Orphans::drop;
  }
  header_.writer_waits.store(0);
  return {};
}

// What the readers had comes first, then what they had not. More than is asked for, so that it need not be done for each message.
base::Status RingWriter::overwrite(std::uint64_t bytes) {
  LOGMILL_RETURN_IF_ERROR(advance_base(Orphans::keep));
  if (room() >= bytes) return {};
  LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory_->fd(), kRingLockMembers));
  const sys::ByteLockGuard members(memory_->fd(), kRingLockMembers);
  const std::uint64_t wanted = std::max(bytes, data_.capacity / 4);
  std::uint64_t base = header_.base.load();
  while (data_.capacity - (tail_ - base) < wanted) {
    LOGMILL_ASSIGN_OR_RETURN(const RingPiece oldest, read_ring_entry(data_, base, tail_));
    base = oldest.end;
  }
  header_.overwritten.fetch_add(base - header_.base.load());
  // Not a store: what is written after it must not be seen by a reader whose own exchange came before.
  header_.base.exchange(base);
  return {};
}

base::Result<unsigned> RingWriter::advance_base(Orphans orphans) {
  LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory_->fd(), kRingLockMembers));
  const sys::ByteLockGuard members(memory_->fd(), kRingLockMembers);
  unsigned living = 0;
  std::uint64_t owned[kRingSlots] = {};
  if (orphans == Orphans::drop) {
    for (std::size_t i = 0; i < kRingSlots; ++i) {
      if (header_.slots[i].taken.load() == 0) continue;
      LOGMILL_ASSIGN_OR_RETURN(const bool lives, sys::byte_locked_elsewhere(memory_->fd(), kRingLockSlots + i));
      owned[i] = lives;
      living += lives;
    }
  }
  std::uint64_t base = tail_;
  bool any = false;
  for (std::size_t i = 0; i < kRingSlots; ++i) {
    RingSlot& slot = header_.slots[i];
    if (slot.taken.load() == 0) continue;
    if (living > 0 && !owned[i]) {
      slot.taken.store(0);
      continue;
    }
    any = true;
    base = std::min(base, slot.cursor.load());
  }
  if (any) header_.base.store(std::max(base, header_.base.load()));
  return living;
}

base::Status RingWriter::close() {
  LOGMILL_RETURN_IF_ERROR(sys::lock_byte(memory_->fd(), kRingLockMembers));
  const sys::ByteLockGuard members(memory_->fd(), kRingLockMembers);
  header_.ended.store(1);
  publish(tail_);
  // From here on the ring may be another writer's. The last reader removes it.
  sys::unlock_byte(memory_->fd(), kRingLockWriter);
  return {};
}

}  // namespace logmill::transport
