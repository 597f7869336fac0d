// Bytes to be appended to. Grows without zeroing what it gives, and may begin in memory of somebody else.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace logmill::base {

class OutBuffer {
 public:
  OutBuffer() = default;
  OutBuffer(const OutBuffer&) = delete;
  OutBuffer& operator=(const OutBuffer&) = delete;

  // Empty again, in memory of its own.
  void clear() { start_in({own_.get(), own_capacity_}); }
  // Empty again, in `room`, which is left for memory of its own when more is appended than fits.
  void start_in(std::span<char> room) {
    data_ = room.data();
    capacity_ = room.size();
    size_ = 0;
  }
  // Whether all is still where `start_in` said.
  bool in(std::span<char> room) const { return data_ == room.data() && size_ <= room.size(); }

  // So many bytes more, to be written by the caller. Valid until the next call that appends.
  char* extend(std::size_t size) {
    if (capacity_ - size_ < size) grow(size);
    size_ += size;
    return data_ + size_ - size;
  }
  void push_back(char byte) { *extend(1) = byte; }
  void append(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
  }
  // `size` is at most the present one.
  void cut_to(std::size_t size) { size_ = size; }

  char* data() { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_, size_}; }

 private:
  void grow(std::size_t more) {
    constexpr std::size_t kBytesMin = 4096;
    const std::size_t wanted = size_ + more;
    std::unique_ptr<char[]> larger;  // unless memory of our own suffices, after a room that did not
    if (own_capacity_ < wanted) {
      own_capacity_ = std::max({wanted, 2 * size_, kBytesMin});
      larger.reset(new char[own_capacity_]);
    }
    char* const to = larger ? larger.get() : own_.get();
    if (size_ > 0) std::memcpy(to, data_, size_);
    if (larger) own_ = std::move(larger);
    data_ = to;
    capacity_ = own_capacity_;
  }

  std::unique_ptr<char[]> own_;
  std::size_t own_capacity_ = 0;
  char* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace logmill::base
