// Frames one behind the other, as docs/formats/frame.md has them: where each is, and what stands
// between them that is none.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/frame_header.h"

namespace logmill::loginspect {

struct WalkedFrame {
  std::uint64_t offset = 0;  // of its header, in what was pushed
  record::FrameHeader header;
  std::string damage;  // empty: it is sound
};

// Thread-compatible. Holds at most one frame.
class FrameWalk {
 public:
  using OnFrame = std::function<base::Status(const WalkedFrame&)>;
  using OnGap = std::function<base::Status(std::uint64_t offset, std::uint64_t bytes, std::string_view why)>;
  FrameWalk(OnFrame frame, OnGap gap) : frame_(std::move(frame)), gap_(std::move(gap)) {}

  base::Status push(std::string_view bytes);
  // What is left is a gap; so is a missing end frame, of 0 bytes.
  base::Status finish();

 private:
  base::Result<bool> take_one();
  base::Status end_gap();

  OnFrame frame_;
  OnGap gap_;
  std::string bytes_;         // not taken yet
  std::uint64_t offset_ = 0;  // of their first
  std::uint64_t gap_bytes_ = 0;
  bool ended_ = false;  // the last frame was an end frame
};

}  // namespace logmill::loginspect
