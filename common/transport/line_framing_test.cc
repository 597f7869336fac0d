#include "transport/line_framing.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace logmill::transport {
namespace {

using Lines = std::vector<std::string>;

// All lines, with "~" before those that are marked as cut. `chunk` bytes are given at a time.
Lines split(std::string_view input, std::size_t chunk, std::size_t line_max = 1000) {
  LineFraming framing(line_max);
  Lines lines;
  const auto drain = [&] {
    while (const auto line = framing.next()) lines.push_back((line->cut ? "~" : "") + std::string(line->bytes));
  };
  for (; !input.empty(); input.remove_prefix(std::min(chunk, input.size()))) {
    framing.append(input.substr(0, chunk));
    drain();
    EXPECT_LE(framing.bytes_held(), line_max + 16 + chunk);
  }
  framing.finish();
  drain();
  return lines;
}

// Whatever the pieces that the network makes of it.
void expect_lines(std::string_view input, const Lines& expected, std::size_t line_max = 1000) {
  for (std::size_t chunk = 1; chunk <= input.size(); ++chunk)
    ASSERT_EQ(split(input, chunk, line_max), expected) << "in chunks of " << chunk;
}

TEST(LineFraming, LinesEndWithLineFeeds) { expect_lines("one\ntwo\r\n\n\r\nthree\nrest", {"one", "two", "three", "rest"}); }
TEST(LineFraming, CountedMessagesMayHoldLineFeeds) { expect_lines("7 <34>a\nb12 <165>1 hello", {"<34>a\nb", "<165>1 hello"}); }
TEST(LineFraming, ALineEndAfterACountedMessageIsSkipped) { expect_lines("5 <34>a\n5 <34>b\r\n", {"<34>a", "<34>b"}); }
TEST(LineFraming, ALineThatBeginsWithANumberIsALine) {
  expect_lines("404 not found\n5 <34>a\n", {"404 not found", "5 <34>a"});
  expect_lines("12 < 13\n", {"12 < 13"});
  expect_lines("0 <34>a\n", {"0 <34>a"});
  expect_lines("12345678 <34>a\n", {"12345678 <34>a"});
  expect_lines("5 <3456>a\n", {"5 <3456>a"});
  expect_lines("5 <>a\n", {"5 <>a"});
  expect_lines("12", {"12"});
}
TEST(LineFraming, OutOfStepItFallsBackToLines) {
  LineFraming framing(1000);
  framing.append("5 <34>a<34>not counted\n<34>next\n");
  EXPECT_EQ(framing.next()->bytes, "<34>a");
  EXPECT_EQ(framing.next()->bytes, "<34>not counted");
  EXPECT_EQ(framing.next()->bytes, "<34>next");
  EXPECT_EQ(framing.framing_errors(), 1U);
  EXPECT_EQ(framing.mode(), LineFraming::Mode::lines);
}
TEST(LineFraming, LongLinesComeInPieces) {
  expect_lines("0123456789abc\nshort\n", {"~01234", "~56789", "~abc", "short"}, 5);
  expect_lines("01234\n56789\n", {"01234", "56789"}, 5);
  expect_lines("0123456789\nx\n", {"~01234", "~56789", "x"}, 5);
}
TEST(LineFraming, LongCountedMessagesAreCutAndNothingIsLookedForInside) {
  expect_lines("20 <34>0123456789\n5 <3\n5 <34>b", {"~<34>01", "<34>b"}, 6);
}
TEST(LineFraming, AHugeCountAllocatesNothing) {
  LineFraming framing(1000);
  framing.append("9999999 <34>a");
  EXPECT_FALSE(framing.next());
  EXPECT_LT(framing.bytes_held(), 20U);
}
TEST(LineFraming, ACountedMessageWithoutItsEndIsMarked) { expect_lines("50 <34>abc", {"~<34>abc"}); }

TEST(LineFraming, AnyBytesInAnyPiecesGiveTheSame) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view kAlphabet = "0159 <>\n\ra";
  for (int round = 0; round < 2'000; ++round) {
    std::string input;
    for (std::size_t size = random() % 60; size > 0; --size) input += kAlphabet[random() % kAlphabet.size()];
    const Lines whole = split(input, input.size() + 1, 8);
    for (const std::size_t chunk : {1, 2, 3, 7}) ASSERT_EQ(split(input, chunk, 8), whole) << testing::PrintToString(input);
  }
}

}  // namespace
}  // namespace logmill::transport
