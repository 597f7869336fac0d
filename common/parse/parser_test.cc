// What every format of the table keeps, whatever it is.
#include "parse/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

class EveryParser : public testing::TestWithParam<const ParserSpec*> {};

INSTANTIATE_TEST_SUITE_P(Table, EveryParser, testing::ValuesIn(parsers().begin(), parsers().end()), [](const auto& tested) {
  std::string name(tested.param->name);
  std::erase(name, '-');
  return name;
});

TEST_P(EveryParser, ParsesItsSample) {
  const std::string json = parse_to_json(GetParam()->name, GetParam()->sample);
  EXPECT_EQ(json.find("parse_error"), std::string::npos) << json;
  EXPECT_EQ(json.find("\"raw\""), std::string::npos) << json;
}

// Which formats are asked is told by the first byte: none may be left out that would have said yes.
TEST_P(EveryParser, SaysWithWhichBytesItsLinesBegin) {
  if (GetParam()->likely == nullptr || GetParam()->starts == nullptr) GTEST_SKIP() << "begins with any";
  for (const ParserSpec* other : parsers()) {
    for (int first = 0; first < 256; ++first) {
      for (const bool instead : {true, false}) {
        const std::string line = static_cast<char>(first) + std::string(other->sample.substr(instead ? 1 : 0));
        EXPECT_TRUE(!GetParam()->likely(line) || GetParam()->starts(line[0])) << line;
      }
    }
  }
  EXPECT_FALSE(GetParam()->likely(""));
}

TEST_P(EveryParser, SaysWhetherItsLinesHaveABracket) {
  if (!GetParam()->bracketed) GTEST_SKIP() << "may have none";
  for (const ParserSpec* other : parsers()) {
    std::string line(other->sample);
    std::ranges::replace(line, '[', '(');
    EXPECT_FALSE(GetParam()->likely(line)) << line;
  }
}

// Auto mode may choose another format of the same family, but what comes out is the same.
TEST_P(EveryParser, AutoModeReadsItsSampleAlike) {
  if (GetParam()->name == "plain") GTEST_SKIP() << "auto mode keeps what no format fits as raw";
  EXPECT_EQ(parse_to_json("auto", GetParam()->sample), parse_to_json(GetParam()->name, GetParam()->sample));
}

TEST_P(EveryParser, SurvivesItsSampleCutAtEveryLength) {
  const std::string_view sample = GetParam()->sample;
  for (std::size_t size = 0; size < sample.size(); ++size) {
    // A buffer of its own, so that a sanitizer sees a read beyond the end.
    const std::string cut(sample.substr(0, size));
    record::Batch batch;
    fill_with_lines(batch, {cut});
    LineParser parser(test_options(GetParam()->name));
    const LineCounts counts = parser.parse_batch(batch);
    EXPECT_EQ(counts.parsed + counts.unparsed, 1u);
    EXPECT_EQ(batch.get(record::kRaw, 0).present(), counts.unparsed == 1) << cut;
    EXPECT_EQ(batch.get(record::kParseError, 0).present(), counts.unparsed == 1) << cut;
  }
}

TEST_P(EveryParser, SurvivesItsSampleWithAnyByteReplaced) {
  const std::string sample(GetParam()->sample);
  std::mt19937 random(20261121);
  LineParser parser(test_options(GetParam()->name));
  for (std::size_t at = 0; at < sample.size(); ++at) {
    std::string line = sample;
    line[at] = static_cast<char>(random());
    record::Batch batch;
    fill_with_lines(batch, {line});
    const LineCounts counts = parser.parse_batch(batch);
    EXPECT_EQ(counts.parsed + counts.unparsed, 1u);
    if (counts.unparsed == 1) {
      EXPECT_EQ(batch.get(record::kRaw, 0).text(), line);
    }
  }
}

// The column of a mismatch is one of the line, or the one behind it.
TEST_P(EveryParser, NamesAColumnOfTheLine) {
  record::Batch batch;
  ParseMemory memory;
  record::RowWriter row(batch);
  const ParseContext context{kTestNow, memory};
  const std::string_view sample = GetParam()->sample;
  for (std::size_t size = 0; size <= sample.size(); ++size) {
    batch.clear();
    row.reset();
    batch.text().reserve(sample.size());
    batch.text().append(sample.substr(0, size));
    row.add_row();
    const Outcome outcome = GetParam()->parse(batch.text().view(), row, context);
    EXPECT_LE(outcome.column, size + 1) << sample.substr(0, size);
    EXPECT_EQ(outcome.matched(), outcome.expected.empty());
  }
}

TEST_P(EveryParser, SurvivesLongAndEmptyLines) {
  const std::string sample(GetParam()->sample);
  for (const std::string& line :
       {std::string(), std::string(" "), std::string(1 << 20, 'x'), std::string(1 << 20, ' '), std::string(1 << 20, '['),
        std::string(1 << 20, '"'), std::string(1 << 20, '\\'), sample + std::string(1 << 20, ' '), sample + std::string(1 << 20, '"'),
        std::string(4096, '\0'), std::string("\xff\xfe\x80")}) {
    record::Batch batch;
    fill_with_lines(batch, {line});
    LineParser parser(test_options(GetParam()->name));
    const LineCounts counts = parser.parse_batch(batch);
    EXPECT_EQ(counts.parsed + counts.unparsed, 1u);
  }
}

TEST(ParserTable, NamesAreUniqueAndSummariesShort) {
  std::set<std::string_view> names;
  for (const ParserSpec* spec : parsers()) {
    EXPECT_TRUE(names.insert(spec->name).second) << spec->name;
    EXPECT_LT(spec->summary.size(), 80u) << spec->name;
    EXPECT_EQ(find_parser(spec->name), spec);
  }
  EXPECT_EQ(find_parser("nonsense"), nullptr);
}

}  // namespace
}  // namespace logmill::parse
