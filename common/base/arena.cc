#include "base/arena.h"

#include <algorithm>
#include <utility>

namespace logmill::base {
namespace {
constexpr std::size_t kChunkBytes = 256 << 10;  // a few hundred log lines
// An arena takes what it has once more, up to a whole chunk: whoever has thousands of them, for a few texts each, would have as many
// chunks.
constexpr std::size_t kFirstChunkBytes = 2 << 10;
}  // namespace

void Arena::grow(std::size_t at_least) {
  const std::size_t size = std::max(std::clamp(reserved_, kFirstChunkBytes, kChunkBytes), at_least);
  chunks_.push_back({std::make_unique_for_overwrite<char[]>(size + kPadding), size});
  next_ = chunks_.back().bytes.get();
  end_ = next_ + size;
  reserved_ += size;
}

void Arena::clear() {
  std::erase_if(chunks_, [](const Chunk& chunk) { return chunk.size > kChunkBytes; });
  const auto keep = std::ranges::max_element(chunks_, {}, &Chunk::size);
  if (keep == chunks_.end()) {
    next_ = end_ = nullptr;
    reserved_ = 0;
    return;
  }
  std::iter_swap(chunks_.begin(), keep);
  chunks_.resize(1);
  reserved_ = chunks_.front().size;
  next_ = chunks_.front().bytes.get();
  end_ = next_ + reserved_;
}

void Arena::swap(Arena& other) noexcept {
  std::swap(chunks_, other.chunks_);
  std::swap(next_, other.next_);
  std::swap(end_, other.end_);
  std::swap(reserved_, other.reserved_);
}

}  // namespace logmill::base
