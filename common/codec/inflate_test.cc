#include "codec/inflate.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "codec/deflate.h"

namespace logmill::codec {
namespace {

std::string sample() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * i) + "\n";
  return text;
}

// Feeds `bytes` in pieces and reads in pieces; the text so far when the data are damaged.
std::string inflate_all(Inflater& inflater, std::string_view bytes, std::size_t piece, bool& good) {
  std::string text, out(1000, '\0');
  good = true;
  while (!bytes.empty() && good) {
    std::string_view in = bytes.substr(0, piece);
    bytes.remove_prefix(in.size());
    std::size_t size = 0;
    do {
      const auto inflated = inflater.inflate(in, out);
      good = inflated.has_value();
      size = good ? *inflated : 0;
      text.append(out, 0, size);
    } while (good && (!in.empty() || size == out.size()));
  }
  return text;
}

// What the programs of the system make of `text`; empty if there is no such program.
std::string compressed_by(const std::string& program, const std::string& text) {
  const std::string base = testing::TempDir() + "inflate_test_" + std::to_string(::getpid());
  std::ofstream(base + ".in", std::ios::binary) << text;
  const std::string command = program + " -c < " + base + ".in > " + base + ".out 2> /dev/null";
  const bool ran = std::system(command.c_str()) == 0;
  std::stringstream out;
  out << std::ifstream(base + ".out", std::ios::binary).rdbuf();
  std::remove((base + ".in").c_str());
  std::remove((base + ".out").c_str());
  return ran ? out.str() : "";
}

struct Containers : testing::TestWithParam<Container> {
  static std::string compressed(const std::string& text) {
    if (const auto deflater = make_deflater(GetParam())) {
      std::string out;
      deflater->append(text, out);
      deflater->finish(out);
      return out;
    }
    return compressed_by(std::string(container_name(GetParam())), text);
  }
};

TEST_P(Containers, GiveBackWhatWentIn) {
  const std::string text = sample(), bytes = compressed(text);
  if (bytes.empty()) GTEST_SKIP() << "no program " << container_name(GetParam());
  EXPECT_EQ(detect_container(bytes), GetParam());
  EXPECT_LT(bytes.size(), text.size() / 2);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{777}, bytes.size()}) {
    bool good = false;
    const auto inflater = make_inflater(GetParam());
    EXPECT_EQ(inflate_all(*inflater, bytes, piece, good), text) << piece;
    EXPECT_TRUE(good);
    EXPECT_TRUE(inflater->complete());
    // A second file behind the first.
    EXPECT_EQ(inflate_all(*inflater, bytes, piece, good), text);
    EXPECT_TRUE(inflater->complete());
  }
}

TEST_P(Containers, KnowWhenTheyAreCut) {
  const std::string bytes = compressed("a few words, then a few more words\n");
  if (bytes.empty()) GTEST_SKIP() << "no program " << container_name(GetParam());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    bool good = false;
    const auto inflater = make_inflater(GetParam());
    inflate_all(*inflater, std::string_view(bytes).substr(0, size), 100, good);
    EXPECT_FALSE(good && inflater->complete()) << size;
  }
}

TEST_P(Containers, RefuseDamageButGiveWhatIsGood) {
  const std::string text = sample();
  std::string bytes = compressed(text);
  if (bytes.empty()) GTEST_SKIP() << "no program " << container_name(GetParam());
  bytes.resize(bytes.size() * 3 / 4);
  bytes += std::string(2000, '\xa5');
  bool good = true;
  const auto inflater = make_inflater(GetParam());
  const std::string got = inflate_all(*inflater, bytes, 500, good);
  EXPECT_FALSE(good && inflater->complete());
  EXPECT_EQ(got.substr(0, 1000).compare(0, got.size(), text, 0, std::min<std::size_t>(1000, got.size())), 0);
  if (good) return;
  std::string_view more = "x";
  std::string out(10, '\0');
  EXPECT_FALSE(inflater->inflate(more, out)) << "damage does not heal";
}

TEST_P(Containers, StopAtTheEndOfAMember) {
  const std::string first = compressed("first\n"), second = compressed("second\n");
  if (first.empty()) GTEST_SKIP() << "no program " << container_name(GetParam());
  const std::string both = first + second;
  const auto inflater = make_inflater(GetParam());
  std::string out(1000, '\0');
  std::string_view in = both;
  for (const std::string text : {"first\n", "second\n"}) {
    std::string got;
    do {
      const auto written = inflater->inflate_member(in, out);
      ASSERT_TRUE(written);
      got += out.substr(0, *written);
    } while (!inflater->complete());
    EXPECT_EQ(got, text);
    EXPECT_EQ(in.size(), text == "first\n" ? second.size() : 0);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Containers,
                         testing::Values(Container::gzip, Container::zstd, Container::xz, Container::bzip2, Container::lz4),
                         [](const auto& test) { return std::string(container_name(test.param)); });

TEST(Inflate, NeedsAContainer) { EXPECT_EQ(make_inflater(Container::none), nullptr); }

}  // namespace
}  // namespace logmill::codec
