// Compressed streams to bytes, piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "codec/format.h"

namespace logmill::codec {

class Inflater {
 public:
  explicit Inflater(Container container) : container_(container) {}
  virtual ~Inflater() = default;

  // Takes bytes from the front of `in` and fills `out` from its front; returns how many it wrote.
  // It stops when one of the two is used up. Fails with corrupt, but first hands out all that is
  // good. Several compressed files in a row are one, as gzip and zstd have it.
  base::Result<std::size_t> inflate(std::string_view& in, std::span<char> out);
  // The same, but it also stops where one of those files ends; the next call begins the next.
  base::Result<std::size_t> inflate_member(std::string_view& in, std::span<char> out);
  // Whether the input may end here.
  bool complete() const { return complete_; }

 protected:
  // Sets `written`, and complete_; false if the data are damaged.
  virtual bool step(std::string_view& in, std::span<char> out, std::size_t& written) = 0;
  // Whether a file has just ended, and no other is to be begun.
  bool at_member_end() const { return complete_ && one_member_; }
  bool complete_ = false;

 private:
  bool one_member_ = false;
  const Container container_;
  bool damaged_ = false;
};

// nullptr for Container::none.
std::unique_ptr<Inflater> make_inflater(Container container);

// Of zstd frames that need this dictionary, which is copied; nullptr if it is none.
std::unique_ptr<Inflater> make_zstd_inflater(std::string_view dictionary);

// "gzip", "zstd", …
std::string_view container_name(Container container);

}  // namespace logmill::codec
