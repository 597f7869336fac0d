// The short way to a format is the same as trying them all.
#include "parse/dated.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

// The fields, whatever their order, which formats that were tried in vain may change.
std::vector<std::string> read_by(std::string_view format, std::string_view line) {
  record::Batch batch;
  fill_with_lines(batch, {line});
  LineParser(test_options(format)).parse_batch(batch);
  std::vector<std::string> fields = {std::to_string(batch.times()[0]), std::string(record::severity_name(batch.levels()[0]))};
  for (const record::Column& column : batch.columns()) {
    if (!column.at(0).present()) continue;
    fields.push_back(column.name + (column.at(0).is_text() ? "=" : ":"));
    record::append_plain(fields.back(), column.at(0));
  }
  std::sort(fields.begin() + 2, fields.end());
  return fields;
}

// What the first format makes of it that is likely and fits; if none does, where the one stopped that came furthest.
std::vector<std::string> read_by_trying_all(const std::string& line) {
  std::vector<std::string> furthest;
  std::size_t column = 0;
  for (const ParserSpec* spec : parsers()) {
    if (spec->likely == nullptr || !spec->likely(line)) continue;
    record::Batch batch;
    fill_with_lines(batch, {line});
    ParseMemory memory;
    record::RowWriter row(batch);
    row.select_row(0);
    const Outcome outcome = spec->parse(batch.get(record::kRaw, 0).text(), row, {kTestNow, memory});
    if (outcome.matched()) return read_by(spec->name, line);
    if (outcome.column <= column) continue;
    column = outcome.column;
    furthest = read_by(spec->name, line);
  }
  return furthest;
}

// Lines that begin with a time, of each kind that the corpora have, and made ones.
std::vector<std::string> dated_lines() {
  std::vector<std::string> lines;
  for (const ParserSpec* spec : parsers()) lines.emplace_back(spec->sample);
  for (const char* const line :
       {"2026-01-01 00:00:00,000 INFO  [http-nio-8080-exec-29] com.example.gateway.EventHandler - GET /api/v2/orders/1413 200 in 8.95 ms",
        "2026-01-01 00:00:00 web1 sshd[815]: hi", "2026-01-01T00:00:00+01:00 web1 sshd[815] hi", "2026-01-01 00:00:00 +0100 web1 su: hi",
        "2026-01-01 00:00:00 UTC [815] LOG:  hi", "2026-01-01 00:00:00: INFO [1]x[2] y", "2026-01-01 00:00:00 CETx y",
        "2026-01-01 00:00:00"})
    lines.emplace_back(line);
  constexpr std::size_t kOfEachFile = 40;
  if (!std::filesystem::exists(kCorpora)) return lines;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpora)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::size_t taken = 0;
    for (std::string line; taken < kOfEachFile && std::getline(in, line);) {
      if (!begins_with_minute(line)) continue;
      lines.push_back(line.substr(0, 400));
      ++taken;
    }
  }
  return lines;
}

std::string changed(std::string line, std::mt19937& random) {
  constexpr std::string_view kBytes = "0123456789 [](){}:.,-+TZUGCE=\t|\"'@/x]";
  constexpr std::size_t kHead = 70;
  for (unsigned changes = random() % 4; changes > 0; --changes) {
    const std::size_t at = random() % std::min(line.size() + 1, kHead);
    const char byte = kBytes[random() % kBytes.size()];
    switch (random() % 3) {
      case 0: line.insert(at, 1, byte); break;
      case 1: line.erase(at, 1 + random() % 3); break;
      default:
        if (at < line.size()) line[at] = byte;
    }
  }
  if (random() % 8 == 0) line.resize(random() % (line.size() + 1));
  return line;
}

TEST(Dated, KnowsTheMinute) {
  EXPECT_TRUE(begins_with_minute("2026-11-21 10:15"));
  EXPECT_TRUE(begins_with_minute("2026-11-21T10:15:00Z x"));
  for (const char* const line : {"", "2026-11-21 10:1", "2026/11/21 10:15", "2026-11-21_10:15", "202x-11-21 10:15", "2026-11-21 10.15",
                                 "2026-11-21 10:1x", "2026-1a-21 10:15", ":026-11-21 10:15", "2026-11-21 /0:15"})
    EXPECT_FALSE(begins_with_minute(line)) << line;
}

TEST(Dated, FindsWhatTryingAllFormatsFinds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t dated = 0, tags = 0;
  for (const std::string& original : dated_lines()) {
    for (int i = 0; i < 12; ++i) {
      const std::string line = i == 0 ? original : changed(original, random);
      if (line.empty() || line.ends_with('\r') || line.find('\n') != std::string::npos || line.find('\x1b') != std::string::npos) continue;
      if (begins_with_minute(line)) {
        ++dated;
        tags += (dated_marks(line) & dated::kTag) != 0;
        ASSERT_EQ(dated_marks(line), dated_marks(line, 16)) << line;
      }
      const std::vector<std::string> expected = read_by_trying_all(line);
      if (expected.empty()) continue;
      ASSERT_EQ(read_by("auto", line), expected) << line;
    }
  }
  EXPECT_GT(dated, 100u);
  EXPECT_GT(dated, tags);
}

}  // namespace
}  // namespace logmill::parse
