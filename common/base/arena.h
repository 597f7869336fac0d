// Bytes with one owner and one lifetime: allocate many, free all at once.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace logmill::base {

// Addresses stay valid until `clear` or destruction, also when the arena is moved.
class Arena {
 public:
  // So many bytes behind each allocation may be read (not relied upon): what looks at lanes of text needs not stop before its end.
  static constexpr std::size_t kPadding = 64;

  // Uninitialised bytes, not aligned.
  char* allocate(std::size_t size) {
    if (size > static_cast<std::size_t>(end_ - next_)) grow(size);
    char* bytes = next_;
    next_ += size;
    return bytes;
  }

  std::string_view copy(std::string_view bytes) {
    static constexpr char kNone[kPadding] = {};
    if (bytes.empty()) return {kNone, 0};
    char* to = allocate(bytes.size());
    std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }

  // Gives back the last `size` bytes of the latest `allocate`.
  void give_back(std::size_t size) { next_ -= size; }

  // Forgets everything. Keeps its largest chunk, but for those of single huge texts, so that a
  // reused arena soon does not allocate.
  void clear();

  std::size_t bytes_reserved() const { return reserved_; }

  Arena() = default;
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    swap(other);
    return *this;
  }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  void grow(std::size_t at_least);
  void swap(Arena& other) noexcept;

  std::vector<Chunk> chunks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
  std::size_t reserved_ = 0;
};

}  // namespace logmill::base
