#include "http/web_socket.h"

#include <gtest/gtest.h>

namespace logmill::http {
namespace {

// A frame as a client sends it, with the mask "abcd".
std::string masked(std::uint8_t first, std::string_view payload) {
  std::string frame{static_cast<char>(first)};
  if (payload.size() <= 125) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  }
  constexpr std::string_view kMask = "abcd";
  frame += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return frame;
}

TEST(WebSocketFrames, OneAfterTheOtherAndCutAnywhere) {
  const std::string bytes = masked(0x89, "hello") + masked(0x81, std::string(300, 'x')) + masked(0x88, "\x03\xe8");
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    WebSocketFrames frames;
    std::vector<WebSocketFrames::Frame> got;
    WebSocketFrames::Frame frame;
    for (const std::string& part : {bytes.substr(0, at), bytes.substr(at)}) {
      frames.add(part);
      while (true) {
        const auto whole = frames.next(frame);
        ASSERT_TRUE(whole) << at;
        if (!*whole) break;
        got.push_back(frame);
      }
    }
    ASSERT_EQ(got.size(), 3U) << at;
    EXPECT_EQ(got[0].kind, WebSocketFrames::Kind::ping);
    EXPECT_EQ(got[0].payload, "hello");
    EXPECT_EQ(got[1].kind, WebSocketFrames::Kind::data);
    EXPECT_EQ(got[2].kind, WebSocketFrames::Kind::close);
    EXPECT_EQ(got[2].payload, "\x03\xe8");
  }
}

TEST(WebSocketFrames, RefusesWhatNoClientSends) {
  std::string unmasked = masked(0x89, "hello");
  unmasked[1] = 5;
  std::string long_control{'\x89', '\xfe', 0, 126, 'a', 'b', 'c', 'd'};
  std::string huge{'\x82', '\xff', '\x7f', '\xff', '\xff', '\xff', '\xff', '\xff', '\xff', '\xff'};
  for (const std::string& bytes : {unmasked, long_control, huge, masked(0x83, "x"), masked(0xc1, "x"), masked(0x09, "x"), masked(0x8b, "x"),
                                   masked(0x82, std::string(WebSocketFrames::kPayloadMax + 1, 'x'))}) {
    WebSocketFrames frames;
    frames.add(bytes);
    WebSocketFrames::Frame frame;
    EXPECT_FALSE(frames.next(frame)) << ::testing::PrintToString(bytes.substr(0, 10));
  }
}

}  // namespace
}  // namespace logmill::http
