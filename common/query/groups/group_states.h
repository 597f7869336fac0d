// One state for each group. They stay where they are as groups are added: while a vector grows, it
// holds what there is twice.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace logmill::query {

template <class State>
class GroupStates {
 public:
  std::size_t size() const { return size_; }
  State& operator[](std::size_t group) { return chunks_[group / kChunkStates][group % kChunkStates]; }
  const State& operator[](std::size_t group) const { return chunks_[group / kChunkStates][group % kChunkStates]; }
  // There are so many at least.
  void grow(std::size_t size) {
    while (chunks_.size() * kChunkStates < size) chunks_.push_back(std::make_unique<State[]>(kChunkStates));
    if (size_ < size) size_ = size;
  }
  // What they hold, too.
  std::size_t memory_bytes() const {
    std::size_t bytes = chunks_.capacity() * sizeof chunks_[0] + chunks_.size() * kChunkStates * sizeof(State);
    for (std::size_t group = 0; group < size_; ++group) bytes += (*this)[group].memory_bytes();
    return bytes;
  }

 private:
  static constexpr std::size_t kChunkStates = 64;

  std::vector<std::unique_ptr<State[]>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace logmill::query
