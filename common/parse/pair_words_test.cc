// Pairs found a word at a time and all words at once: the same comes of both.
#include "parse/pair_words.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/processor.h"
#include "parse/known_field.h"
#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

constexpr std::size_t kWays[] = {32, 64};
constexpr std::size_t kLines = 20'000;

const std::string kManyWords = [] {
  std::string line;
  for (std::size_t i = 0; i <= PairWords::kWordsMax; ++i) line += "a=1 ";
  return line;
}();

// Lines of a few shapes, so that most of their keys are known, with some bytes in other places.
class SomeLines {
 public:
  std::string next() {
    static constexpr std::string_view kShapes[] = {
        R"(time=2026-01-01T00:00:00.000000Z level=info host=node13 msg="GET /api 200 in 8.95 ms" ms=8.95 user_id=3480 path="/api/v2")",
        R"(time=2026-01-01T00:00:00.000000Z level=warn host=node13 msg="it is \"late\"" ms=8 path="C:\\" size=)",
        R"(level=error msg="" a= b="" c=x"y" d=[1] a_name_of_many_more_bytes_than_a_lane=1  e="[2]"  )",
        R"(a=b c=d [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 512)",
        R"(a=b c="d - - [21/Nov/2026:10:15:00 +0000]" e=200 f=512)",
        R"(a=b c="d [2026-11-21T10:15:00Z]" e="200 512 ")",  // of an access log, too
        R"(2026-01-01T00:00:00=x a=1)",
        R"(type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e)",
        R"(key other="x y" level=3 t=1795256100 =1)",
        R"(x=1)",
    };
    constexpr std::string_view kBytes = " \"\"\"\\\\==[]a1-\n\r\t\x01\x80";
    std::string line(kShapes[below(std::size(kShapes))]);
    for (std::size_t words = below(4); words > 0; --words) line += std::string(1 + below(3), ' ') + "n=" + std::string(below(40), 'v');
    for (std::size_t edits = below(4); edits > 0 && !line.empty(); --edits) {
      const std::size_t at = below(line.size());
      const char c = kBytes[below(kBytes.size())];
      switch (below(3)) {
        case 0: line[at] = c; break;
        case 1: line.insert(at, 1, c); break;
        default: line.erase(at, 1);
      }
    }
    if (below(10) == 0) line.resize(below(line.size() + 1));
    return line;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::mt19937 random_{7};
};

// What the format makes of a line, with what it remembers of those before.
class Reading {
 public:
  Reading(std::size_t vector_bytes, const std::optional<std::vector<std::string>>& asked)
      : asked_(asked.has_value()), names_(asked ? AskedNames(*asked) : AskedNames()) {
    memory_.words = PairWords(vector_bytes);
    memory_.pairs = pair_keys(asked, !asked);
  }

  std::string of(std::string_view line) {
    record::Batch batch;
    fill_with_lines(batch, {line});
    const std::string_view text = batch.text().view();
    record::RowWriter row(batch);
    row.select_row(0);
    const ParseContext context{kTestNow, memory_, asked_ ? &names_ : nullptr};
    const Outcome outcome = find_parser("logfmt")->parse(text, row, context);
    const std::string where = std::to_string(outcome.column) + " " + std::string(outcome.expected);
    used_ += memory_.words.find(text);
    return outcome.matched() ? to_json(batch, 0) : where;
  }
  // Lines of which the words were found at once.
  std::size_t used() const { return used_; }

 private:
  const bool asked_;
  const AskedNames names_;
  ParseMemory memory_;
  std::size_t used_ = 0;
};

TEST(PairWords, MakeTheSameRecords) {
  for (const auto& asked : {std::optional<std::vector<std::string>>(), std::optional(std::vector<std::string>{"level"}),
                            std::optional(std::vector<std::string>{"msg", "n", "time"})})
    for (const std::size_t way : kWays) {
      SomeLines lines;
      Reading slow(0, asked), fast(way, asked);
      for (std::size_t i = 0; i < kLines; ++i) {
        const std::string line = lines.next();
        ASSERT_EQ(fast.of(line), slow.of(line)) << line;
      }
      EXPECT_EQ(slow.used(), 0u);
      EXPECT_GE(fast.used(), base::processor().wide ? kLines / 10 : 0);
    }
}

// Whichever format the line before had, and which formats come first.
TEST(PairWords, FindTheSameFormat) {
  SomeLines lines;
  LineParser knowing(test_options("auto"));
  knowing.learn(false);
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::string line = lines.next();
    record::Batch batch, alone;
    fill_with_lines(batch, {line, "a=1 b=2"});
    knowing.parse_batch(batch);
    fill_with_lines(alone, {line});
    LineParser(test_options("auto")).parse_batch(alone);
    ASSERT_EQ(to_json(batch, 0), to_json(alone, 0)) << line;
  }
}

TEST(PairWords, AreFoundWhereverBlocksEnd) {
  for (const std::size_t way : kWays)
    for (std::size_t front = 1; front < 140; ++front) {
      record::Batch batch;
      const std::string line = std::string(front, 'k') + R"(="x y" b=[  c= d="" )";
      fill_with_lines(batch, {line, R"("[\")"});
      PairWords words(way);
      if (!words.find(batch.text().view().substr(0, line.size()))) continue;  // not by this processor
      std::string found;
      for (std::size_t i = 0; i < words.size(); ++i)
        found += line.substr(words.begin_of(i), words.end_of(i) - words.begin_of(i)).substr(i == 0 ? front : 0) + "|";
      EXPECT_EQ(found, R"(="x y"|b=[|c=|d=""|)");
      EXPECT_EQ(words.quotes(), 4u);
      EXPECT_FALSE(words.has_backslash());
      EXPECT_TRUE(words.has_bracket());
    }
}

TEST(PairWords, AreNotFoundInOddLines) {
  const std::string long_word = "a=" + std::string(PairWords::kBytesMax, 'x');
  for (const std::size_t way : kWays)
    for (const std::string_view line : std::initializer_list<std::string_view>{"", "  ", R"(a="x)", R"(a="x\"y" b=1)", R"(a="x"y)",
                                                                               R"(a="x" b=")", kManyWords, long_word}) {
      record::Batch batch;
      fill_with_lines(batch, {line});
      EXPECT_FALSE(PairWords(way).find(batch.text().view())) << line;
    }
}

}  // namespace
}  // namespace logmill::parse
