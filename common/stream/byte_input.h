// The bytes of a descriptor, decompressed if they are compressed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/byte_feed.h"
#include "codec/inflate.h"
#include "sys/file_place.h"
#include "sys/guarded_map.h"
#include "sys/stop.h"

namespace logmill::stream {

enum class Arrival { bytes, end, stopped };

class ByteInput {
 public:
  // `name` is for messages. `fd` and `stop` must outlive the input.
  ByteInput(int fd, std::string name, sys::Stop& stop) : fd_(fd), name_(std::move(name)), stop_(stop) {}

  // Of a feed: its bytes are what the descriptor would give, decompressed. `feed` must outlive the
  // input.
  ByteInput(codec::ByteFeed& feed, std::string name, sys::Stop& stop)
      : fd_(-1), name_(std::move(name)), stop_(stop), feed_(&feed), container_known_(true) {}

  // Waits for the first bytes, as many as it takes to tell their format. `head` stays valid until
  // `read`, which gives the same bytes again.
  base::Result<Arrival> peek(std::string_view& head);
  // Waits for bytes and puts them into `to`; `size` receives how many, more than 0 if `bytes`
  // arrived.
  base::Result<Arrival> read(std::span<char> to, std::size_t& size);

  // Of a regular file that is not compressed: its next bytes where they lie, up to `size`. Without
  // bytes if they have to be read, as the last ones of a file are.
  sys::GuardedMap map(std::size_t size) const;
  // Where those are that it could give, of a file worth it; nullopt if they have to be read.
  std::optional<sys::FilePlace> mappable() const;
  // Many of them.
  base::Result<sys::GuardedMap> map_at(std::uint64_t offset, std::size_t size) const {
    return sys::GuardedMap::open(fd_, offset, size, sys::GuardedMap::Pages::as_read);
  }
  // So many of them are done with.
  void skip_mapped(std::size_t size);

  // Waits until `read` would return without waiting; false if that took longer than `ns`.
  base::Result<bool> wait(std::int64_t ns) const;
  // Whether `read` would return without waiting, as far as can be known.
  bool ready() const;
  // As they came from the descriptor.
  std::uint64_t bytes_in() const { return feed_ ? feed_->bytes_in() : bytes_in_; }

 private:
  base::Result<Arrival> detect_container();
  base::Result<Arrival> read_after_head(std::span<char> to, std::size_t& size);
  base::Result<Arrival> fetch(std::span<char> to, std::size_t& size);
  base::Result<bool> may_fetch();

  const int fd_;
  const std::string name_;
  sys::Stop& stop_;
  codec::ByteFeed* feed_ = nullptr;
  std::unique_ptr<codec::Inflater> inflater_;
  std::string fetched_;    // compressed bytes; the first bytes, while the container is not known
  std::string_view rest_;  // of fetched_: what is not used yet
  std::string head_;       // peeked at, not read yet
  bool container_known_ = false;
  bool inflater_has_more_ = false;
  bool at_end_ = false;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_after_stop_ = 0;
};

}  // namespace logmill::stream
