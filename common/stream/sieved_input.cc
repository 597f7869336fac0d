#include "stream/sieved_input.h"
#include "text/last_line_end.h"

#include <algorithm>
#include <cstring>

namespace logmill::stream {
namespace {

// Small enough to stay in the cache between reading and looking. Of longer lines all is kept.
constexpr std::size_t kSiftedBytes = 128 << 10;
constexpr std::size_t kReadBytesMin = 64 << 10;
// Large enough that mapping costs little, small enough that it does not count as memory.
constexpr std::size_t kMappedBytesMax = 2 << 20;

}  // namespace

base::Result<Arrival> SievedInput::read(std::span<char> to, std::size_t& size) {
  while (given_ == kept_.size()) {
    kept_.clear();
    given_ = 0;
    if (failure_) return *failure_;
    if (at_end_) return Arrival::end;
    if (refill() == Arrival::stopped) return Arrival::stopped;
  }
  size = std::min(to.size(), kept_.size() - given_);
  std::memcpy(to.data(), kept_.data() + given_, size);
  given_ += size;
  return Arrival::bytes;
}

// Looks on as long as that takes no waiting, and keeps what may matter.
Arrival SievedInput::refill() {
  if (maps_ && refill_from_map()) return Arrival::bytes;
  maps_ = false;
  buffer_.resize(kSiftedBytes);
  Arrival arrival = Arrival::bytes;
  do {
    std::size_t size = 0;
    auto read = input_.read({buffer_.data() + filled_, buffer_.size() - filled_}, size);
    // What was read before it is handed out first.
    if (!read) failure_ = std::move(read).error();
    arrival = read ? *read : Arrival::end;
    filled_ += arrival == Arrival::bytes ? size : 0;
  } while (arrival == Arrival::bytes && buffer_.size() - filled_ >= kReadBytesMin && input_.ready());
  at_end_ = arrival == Arrival::end;
  sift_buffer(at_end_);
  return arrival == Arrival::stopped && given_ < kept_.size() ? Arrival::bytes : arrival;
}

// False, and nothing has changed, where the bytes have to be read: what is no file, compressed, or
// cut while it is looked at; the last ones; and lines longer than a map.
bool SievedInput::refill_from_map() {
  const sys::GuardedMap map = input_.map(kMappedBytesMax);
  const bool in_line_before = in_line_;
  const std::uint64_t skipped_before = bytes_skipped_;
  const std::size_t taken = sift_whole(map.bytes(), false, false);
  if (taken > 0 && map.intact()) {
    input_.skip_mapped(taken);
    return true;
  }
  kept_.clear();
  in_line_ = in_line_before;
  bytes_skipped_ = skipped_before;
  return false;
}

void SievedInput::sift_buffer(bool at_end) {
  const std::string_view lines = std::string_view(buffer_).substr(0, filled_);
  const std::size_t whole = sift_whole(lines, lines.size() == buffer_.size(), at_end);
  filled_ = lines.size() - whole;
  std::memmove(buffer_.data(), lines.data() + whole, filled_);
}

// How many of the bytes were taken: whole lines, all of what is left at the end, and all of a line
// that fills the buffer.
std::size_t SievedInput::sift_whole(std::string_view lines, bool is_full, bool at_end) {
  const std::size_t size = lines.size();
  if (in_line_) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    kept_.append(lines.substr(0, end));
    in_line_ = end == 0 || kept_.back() != '\n';
    lines.remove_prefix(end);
  }
  std::size_t whole = at_end ? lines.size() : text::last_line_end(lines) + 1;  // npos + 1 is 0
  if (whole == 0 && is_full && lines.size() == size) {
    kept_.append(lines);
    in_line_ = true;
    whole = lines.size();
  } else {
    sift(lines.substr(0, whole));
  }
  return size - lines.size() + whole;
}

void SievedInput::sift(std::string_view lines) {
  const std::size_t held = kept_.size();
  sieve_.sift(lines, kept_);
  bytes_skipped_ += lines.size() - (kept_.size() - held);
}

}  // namespace logmill::stream
