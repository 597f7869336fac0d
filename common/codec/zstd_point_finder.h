// Finds places between the blocks of zstd frames from which decompression can go on, and keeps what that takes.
//
// A decoder that begins there needs what it would know by then: the text of the frame's window, the codes in force and the last three
// offsets. All of these can be said to it as a dictionary. Of the window only those pieces are kept that the text behind refers to, the
// rest is zeros: of log lines that is a small part. Which they are is known a window behind the place; then the text behind it is
// decompressed once more, from there, and if it is not the same the place is forgotten. So a frame that is not understood costs speed, and
// nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/access_point.h"
#include "codec/zstd_block.h"

namespace logmill::codec {

// What AccessPoint::window is inside a frame: window_descriptor:u8 checksum:u8 dictionary.
struct ZstdEntry {
  static constexpr std::size_t kChecksumBytes = 4;
  static constexpr std::size_t kHeadBytes = 2;

  static std::optional<ZstdEntry> of(std::string_view window);
  static std::string_view dictionary(std::string_view window) { return window.substr(kHeadBytes); }

  std::string frame_header;  // of a frame that goes on here
  bool checksum = false;     // of all of the frame, behind its last block
  std::string codes;         // the front of the dictionary
};

class ZstdPointFinder {
 public:
  // At the start of a file.
  explicit ZstdPointFinder(std::uint64_t apart) : apart_min_(apart) {}

  void begin_frame(std::uint64_t raw_offset);
  // Instead of that: at a point inside.
  void enter(const ZstdEntry& entry, std::uint64_t raw_offset);
  // How much of the front of `in` is decompressed before `end_block` or `end_frame` is called. Takes it, so it is asked once for each byte.
  std::size_t allow(std::string_view in);
  void add_text(std::string_view text);
  // What was allowed is decompressed.
  void end_block(std::uint64_t file_offset);
  void end_frame();

  std::optional<AccessPoint> take_point() { return std::exchange(found_, std::nullopt); }

 private:
  enum class Part : std::uint8_t { magic, header, block_header, block, checksum, end, unknown };
  // A point of which the pieces of its window are not all known.
  struct Candidate {
    AccessPoint at;
    std::size_t head_bytes;  // of at.window, before the text
    ZstdBlockWalk::Repeats undescribed;
    std::uint64_t kept;  // of the window
  };

  bool end_part();
  void begin_part(Part part, std::size_t bytes);
  void set_frame(const ZstdFrameHeader& frame);
  std::uint64_t apart_of(const ZstdFrameHeader& frame) const;
  void give_up();
  void drop_candidate();
  bool walk_block(std::string_view block);
  bool refer(std::uint64_t at, const ZstdSequence& sequence);
  std::size_t blocks_bytes_max() const;
  void make_candidate(std::uint64_t file_offset);
  void settle_candidate();
  bool gives_the_same();

  const std::uint64_t apart_min_;
  std::uint64_t apart_ = 0;
  ZstdFrameHeader frame_;
  ZstdBlockHeader block_{};
  ZstdBlockWalk walk_;
  Part part_ = Part::unknown;
  std::size_t part_bytes_ = 0;
  std::string held_;  // of this part; a block's with its header
  std::uint64_t raw_offset_ = 0, block_start_ = 0, last_point_ = 0;
  std::string text_;           // of the last window or more; with a candidate also what follows
  std::size_t window_at_ = 0;  // where the candidate's begins in it
  std::optional<Candidate> candidate_;
  std::string blocks_;    // a frame of those in the file from the candidate on
  std::string repeated_;  // the text of that
  std::optional<AccessPoint> found_;
};

}  // namespace logmill::codec
