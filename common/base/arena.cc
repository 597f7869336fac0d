#include "base/arena.h"

#include <algorithm>
#include <utility>

namespace logmill::base {
namespace {
constexpr std::size_t kChunkBytes = 256 << 10;  // a few hundred log lines
}

void Arena::grow(std::size_t at_least) {
  const std::size_t size = std::max(kChunkBytes, at_least);
  chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  next_ = chunks_.back().bytes.get();
  end_ = next_ + size;
  reserved_ += size;
}

void Arena::clear() {
  const auto keep = std::find_if(chunks_.begin(), chunks_.end(), [](const Chunk& chunk) { return chunk.size == kChunkBytes; });
  if (keep == chunks_.end()) {
    chunks_.clear();
    next_ = end_ = nullptr;
    reserved_ = 0;
    return;
  }
  std::iter_swap(chunks_.begin(), keep);
  chunks_.resize(1);
  next_ = chunks_.front().bytes.get();
  end_ = next_ + kChunkBytes;
  reserved_ = kChunkBytes;
}

void Arena::swap(Arena& other) noexcept {
  std::swap(chunks_, other.chunks_);
  std::swap(next_, other.next_);
  std::swap(end_, other.end_);
  std::swap(reserved_, other.reserved_);
}

}  // namespace logmill::base
