#include "stream/byte_input.h"

#include <algorithm>

#include "base/clock.h"
#include "sys/fd.h"

namespace logmill::stream {
namespace {

constexpr std::size_t kFetchBytes = 256 << 10;
// Enough to tell any format, unless it begins with a page of blanks.
constexpr std::size_t kHeadBytes = 4096;
// When a stop is requested, what waits in a pipe is still taken: this much at most, for the writer
// may never end.
constexpr std::uint64_t kBytesAfterStopMax = 1 << 20;
// Of fewer a map costs more than a copy.
constexpr std::uint64_t kMappedBytesMin = 256 << 10;

}  // namespace

base::Result<Arrival> ByteInput::peek(std::string_view& head) {
  while (head_.size() < kHeadBytes && codec::format_undecided(head_)) {
    char bytes[kHeadBytes];
    std::size_t size = 0;
    LOGMILL_ASSIGN_OR_RETURN(const Arrival arrival, read_after_head({bytes, kHeadBytes - head_.size()}, size));
    if (arrival == Arrival::stopped || (arrival == Arrival::end && head_.empty())) return arrival;
    if (arrival == Arrival::end) break;
    head_.append(bytes, size);
  }
  head = head_;
  return Arrival::bytes;
}

base::Result<Arrival> ByteInput::read(std::span<char> to, std::size_t& size) {
  if (head_.empty()) return read_after_head(to, size);
  size = head_.copy(to.data(), to.size());
  head_.erase(0, size);
  return Arrival::bytes;
}

base::Result<Arrival> ByteInput::read_after_head(std::span<char> to, std::size_t& size) {
  if (!container_known_) {
    LOGMILL_ASSIGN_OR_RETURN(const Arrival arrival, detect_container());
    if (arrival != Arrival::bytes) return arrival;
  }
  if (!inflater_) {
    if (rest_.empty()) return fetch(to, size);
    size = rest_.copy(to.data(), to.size());
    rest_.remove_prefix(size);
    return Arrival::bytes;
  }
  while (true) {
    if (!rest_.empty() || inflater_has_more_) {
      auto inflated = inflater_->inflate(rest_, to);
      if (!inflated) return std::move(inflated).error().with_context(name_);
      size = *inflated;
      inflater_has_more_ = size == to.size();
      if (size > 0) return Arrival::bytes;
    }
    fetched_.resize(kFetchBytes);
    std::size_t got = 0;
    LOGMILL_ASSIGN_OR_RETURN(const Arrival arrival, fetch(fetched_, got));
    if (arrival == Arrival::end && !inflater_->complete())
      return base::Error{base::ErrorCode::corrupt, name_ + ": compressed data end too early"};
    if (arrival != Arrival::bytes) return arrival;
    rest_ = std::string_view(fetched_).substr(0, got);
  }
}

base::Result<Arrival> ByteInput::detect_container() {
  do {
    char bytes[kHeadBytes];
    std::size_t size = 0;
    LOGMILL_ASSIGN_OR_RETURN(const Arrival arrival, fetch(bytes, size));
    if (arrival == Arrival::stopped) return arrival;
    if (arrival == Arrival::end && fetched_.empty()) return arrival;
    if (arrival == Arrival::end) break;
    fetched_.append(bytes, size);
  } while (codec::container_undecided(fetched_));
  container_known_ = true;
  inflater_ = codec::make_inflater(codec::detect_container(fetched_));
  rest_ = fetched_;
  return Arrival::bytes;
}

base::Result<Arrival> ByteInput::fetch(std::span<char> to, std::size_t& size) {
  if (at_end_) return Arrival::end;
  LOGMILL_ASSIGN_OR_RETURN(const bool allowed, may_fetch());
  if (!allowed) return Arrival::stopped;
  auto got = feed_ ? feed_->read(to) : sys::read_some(fd_, to.data(), to.size());
  if (!got) return std::move(got).error().with_context(name_);
  size = *got;
  bytes_in_ += size;
  if (stop_.requested()) bytes_after_stop_ += size;
  at_end_ = size == 0;
  return at_end_ ? Arrival::end : Arrival::bytes;
}

// Waits until there is something to read. False when a stop was requested: then what is there
// already is taken, but nothing is waited for.
base::Result<bool> ByteInput::may_fetch() {
  if (feed_) return !stop_.requested();
  if (!stop_.requested()) {
    LOGMILL_ASSIGN_OR_RETURN(const sys::Readiness readiness, sys::wait_readable(fd_, -1, stop_.fd()));
    if (readiness == sys::Readiness::ready) return true;
  }
  LOGMILL_ASSIGN_OR_RETURN(const sys::Readiness readiness, sys::wait_readable(fd_, 0, -1));
  return readiness == sys::Readiness::ready && bytes_after_stop_ < kBytesAfterStopMax;
}

std::optional<sys::FilePlace> ByteInput::mappable() const {
  if (feed_ || inflater_ || !container_known_ || !head_.empty() || !rest_.empty() || at_end_ || stop_.requested()) return std::nullopt;
  const auto place = sys::place_in_file(fd_);
  return place && place->position + kMappedBytesMin <= place->size ? place : std::nullopt;
}

sys::GuardedMap ByteInput::map(std::size_t size) const {
  const auto place = mappable();
  if (!place) return {};
  auto map = map_at(place->position, std::min<std::uint64_t>(size, place->size - place->position));
  return map ? *std::move(map) : sys::GuardedMap();
}

void ByteInput::skip_mapped(std::size_t size) {
  sys::skip_in_file(fd_, size);
  bytes_in_ += size;
}

base::Result<bool> ByteInput::wait(std::int64_t ns) const {
  if (!head_.empty() || !rest_.empty() || inflater_has_more_ || at_end_ || feed_) return true;
  LOGMILL_ASSIGN_OR_RETURN(const sys::Readiness readiness, sys::wait_readable(fd_, static_cast<int>(ns / base::kNsPerMs), stop_.fd()));
  return readiness != sys::Readiness::timeout;
}

bool ByteInput::ready() const {
  if (!head_.empty() || !rest_.empty() || inflater_has_more_ || at_end_ || feed_) return true;
  const auto readiness = sys::wait_readable(fd_, 0, -1);
  return !readiness || *readiness == sys::Readiness::ready;
}

}  // namespace logmill::stream
