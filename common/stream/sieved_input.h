// Lines of text, without those that cannot matter.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codec/line_sieve.h"
#include "stream/byte_input.h"

namespace logmill::stream {

class SievedInput {
 public:
  // `input` stands anywhere in a line: what is left of that one is kept. Both must outlive this.
  SievedInput(ByteInput& input, const codec::LineSieve& sieve) : input_(input), sieve_(sieve) {}

  // As ByteInput::read.
  base::Result<Arrival> read(std::span<char> to, std::size_t& size);
  bool ready() const { return given_ < kept_.size() || input_.ready(); }
  // Of lines that were left out.
  std::uint64_t bytes_skipped() const { return bytes_skipped_; }

 private:
  Arrival refill();
  bool refill_from_map();
  void sift_buffer(bool at_end);
  std::size_t sift_whole(std::string_view lines, bool is_full, bool at_end);
  void sift(std::string_view lines);

  ByteInput& input_;
  const codec::LineSieve& sieve_;
  std::string buffer_;      // what was read
  std::size_t filled_ = 0;  // of it
  std::string kept_;
  std::size_t given_ = 0;  // of kept_
  bool in_line_ = true;    // what comes belongs to a line that is kept
  bool at_end_ = false;
  bool maps_ = true;  // what can be seen where it lies is not copied
  std::optional<base::Error> failure_;
  std::uint64_t bytes_skipped_ = 0;
};

}  // namespace logmill::stream
