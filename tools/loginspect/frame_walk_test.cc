#include "loginspect/frame_walk.h"

#include <gtest/gtest.h>

#include "loginspect/inspect_fixture.h"

namespace logmill::loginspect {
namespace {

class FrameWalkTest : public ::testing::Test, protected InspectFixture {
 protected:
  // "frame 0", "frame 100 damaged", "gap 200 10 no frame"
  static std::vector<std::string> walk(std::string_view bytes, std::size_t piece) {
    std::vector<std::string> seen;
    FrameWalk frames(
        [&](const WalkedFrame& frame) {
          seen.push_back("frame " + std::to_string(frame.offset) + (frame.damage.empty() ? "" : " damaged"));
          return base::Status();
        },
        [&](std::uint64_t offset, std::uint64_t size, std::string_view why) {
          seen.push_back("gap " + std::to_string(offset) + " " + std::to_string(size) + " " + std::string(why));
          return base::Status();
        });
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) EXPECT_TRUE(frames.push(bytes.substr(0, piece)));
    EXPECT_TRUE(frames.finish());
    return seen;
  }
  static std::string frame(std::string_view payload, record::FrameType type = record::FrameType::data) {
    std::string out;
    record::FrameHeader header;
    header.type = type;
    header.codec = record::FrameCodec::zstd;  // what is in it is not looked at
    header.raw_bytes = 1;
    record::append_frame(out, header, payload);
    return out;
  }
  const std::string data_ = frame("payload"), end_ = frame("", record::FrameType::end);
};

TEST_F(FrameWalkTest, SoundFramesHaveNoGaps) {
  for (const std::size_t piece : {1, 7, 1'000})
    EXPECT_EQ(walk(data_ + data_ + end_, piece), (std::vector<std::string>{"frame 0", "frame 87", "frame 174"}));
}

TEST_F(FrameWalkTest, DamageIsPlacedAndPassed) {
  std::string flipped = data_;
  flipped.back() ^= 1;
  for (const std::size_t piece : {1, 7, 1'000}) {
    EXPECT_EQ(walk(flipped + data_ + end_, piece), (std::vector<std::string>{"frame 0 damaged", "frame 87", "frame 174"}));
    EXPECT_EQ(walk(data_ + "rubbish" + data_ + end_, piece),
              (std::vector<std::string>{"frame 0", "gap 87 7 no frame", "frame 94", "frame 181"}));
    EXPECT_EQ(walk(data_ + data_.substr(0, 85), piece), (std::vector<std::string>{"frame 0", "gap 87 85 a frame that is cut off"}));
    EXPECT_EQ(walk(data_, piece), (std::vector<std::string>{"frame 0", "gap 87 0 ends without an END frame"}));
  }
}

TEST_F(FrameWalkTest, AnyFlippedBitOfTheSampleIsFound) {
  const std::string bytes = sample("frame/v1/every_kind.frames");
  put("a.frames", bytes);
  const auto sound = damages("a.frames");
  std::string& content = fs.content("a.frames");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << bit % 8));
    EXPECT_GT(damages("a.frames").size() + (status ? 0 : 1), sound.size()) << bit;
    content[bit / 8] = bytes[bit / 8];
  }
}

}  // namespace
}  // namespace logmill::loginspect
