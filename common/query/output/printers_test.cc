// What every printer makes of the same rows, ordinary and hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "query/filter/filter.h"
#include "query/output/row_printer.h"
#include "query/testing/test_rows.h"
#include "query/table/table.h"
#include "text/display_width.h"

namespace logmill::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr base::TimeNs kTime = 1'795'256'100 * base::kNsPerSecond;  // 2026-11-21T10:15:00Z

std::vector<TestRow> ordinary() {
  return {{{"timestamp", number(kTime)},
           {"level", text("ERROR")},
           {"service", text("auth")},
           {"message", text("no such user")},
           {"status", number(404)}},
          {{"timestamp", number(kTime + 1'000'000)}, {"level", text("INFO")}, {"message", text("two words")}}};
}

std::vector<TestRow> hostile() { return {{{"timestamp", number(kTime)}, {"message", text("a,\"b\"\nc\td\\ \x1b[31m")}}}; }

std::string printed(std::string_view name, const std::vector<TestRow>& rows, PrintOptions options = {.utc = true}) {
  const record::Batch batch = batch_of(rows);
  BatchTable table(batch);
  std::vector<std::uint32_t> all;
  for (std::uint32_t row = 0; row < batch.rows(); ++row) all.push_back(row);
  const auto printer = find_printer(name)->make(options);
  std::string out;
  EXPECT_TRUE(printer->print({table, all}, out));
  EXPECT_TRUE(printer->finish(out));
  return out;
}

TEST(Printers, Ndjson) {
  EXPECT_EQ(printed("ndjson", ordinary()),
            R"({"timestamp":"2026-11-21T10:15:00Z","level":"ERROR","service":"auth","message":"no such user","status":404})"
            "\n"
            R"({"timestamp":"2026-11-21T10:15:00.001Z","level":"INFO","message":"two words"})"
            "\n");
  EXPECT_EQ(printed("ndjson", hostile()), R"({"timestamp":"2026-11-21T10:15:00Z","message":"a,\"b\"\nc\td\\ \u001b[31m"})"
                                          "\n");
}

TEST(Printers, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(printed("csv", ordinary()),
            "timestamp,level,service,message,status\n"
            "2026-11-21T10:15:00Z,ERROR,auth,no such user,404\n"
            "2026-11-21T10:15:00.001Z,INFO,,two words,\n");
  EXPECT_THAT(printed("csv", hostile()), HasSubstr("\"a,\"\"b\"\"\nc\td\\ \x1b[31m\"\n"));
}

TEST(Printers, TsvEscapesWhatWouldBreakARow) { EXPECT_THAT(printed("tsv", hostile()), HasSubstr("\ta,\"b\"\\nc\\td\\\\ \x1b[31m\n")); }

TEST(Printers, CsvTellsWhichFieldsCameTooLate) {
  const auto printer = find_printer("csv")->make({});
  const std::uint32_t row = 0;
  std::string out;
  for (const std::string_view name : {"a", "b", "b"}) {
    const record::Batch batch = batch_of({{{"timestamp", number(kTime)}, {name, number(1)}}});
    BatchTable table(batch);
    ASSERT_TRUE(printer->print({table, {&row, 1}}, out));
  }
  EXPECT_THAT(printer->left_out(), ElementsAre("b"));
}

TEST(Printers, Logfmt) {
  EXPECT_EQ(printed("logfmt", ordinary()),
            "timestamp=2026-11-21T10:15:00Z level=ERROR service=auth message=\"no such user\" "
            "status=404\n"
            "timestamp=2026-11-21T10:15:00.001Z level=INFO message=\"two words\"\n");
}

TEST(Printers, TextIsForPeople) {
  const std::string out = printed("text", ordinary());
  EXPECT_THAT(out, HasSubstr("ERROR auth no such user status=404\n"));
  EXPECT_THAT(out, HasSubstr("INFO  two words\n"));
}

TEST(Printers, NothingReachesATerminalThatItWouldObey) {
  // A field's name is as much a stranger's as its value. U+009B begins a command as ESC [ does; U+202E turns what follows.
  std::vector<TestRow> rows = hostile();
  rows.front().push_back({"na\x1b[5mme", text("\x1b]0;title\x07 \xc2\x9b"
                                              "31m \xe2\x80\xae \x7f")});
  for (const PrinterSpec* spec : printer_specs()) {
    const std::string out = printed(spec->name, rows, {.terminal = true, .utc = true});
    for (const std::string_view command : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\x7f"})
      EXPECT_EQ(out.find(command), std::string::npos) << spec->name;
  }
}

TEST(Printers, LinesStayLinesOnATerminal) {
  EXPECT_EQ(printed("raw", hostile(), {.terminal = true}), "a,\"b\"\nc\td\\ \\x1b[31m\n");
  EXPECT_THAT(printed("csv", hostile(), {.terminal = true}), HasSubstr("\"a,\"\"b\"\"\nc\td\\ \\x1b[31m\"\n"));
}

TEST(Printers, LogfmtKeysCannotEndALine) {
  EXPECT_EQ(printed("logfmt", {{{"timestamp", number(kTime)}, {"a b=\n\"c", number(1)}}}), "timestamp=2026-11-21T10:15:00Z a_b___c=1\n");
}

TEST(Printers, ColoursAreAsked) {
  EXPECT_EQ(printed("text", ordinary()).find('\x1b'), std::string::npos);
  EXPECT_NE(printed("text", ordinary(), {.color = true, .terminal = true, .utc = true}).find('\x1b'), std::string::npos);
}

TEST(Printers, HitsAreMarkedWhereTheyWereLookedFor) {
  const auto filter = Filter::parse("user path~\"/a[0-9]\" NOT two", {});
  ASSERT_TRUE(filter);
  std::vector<TestRow> rows = ordinary();
  rows.front().push_back({"path", text("/a1/user")});
  rows.front().push_back({"other", text("/a2")});
  const std::string out = printed("text", rows, {.color = true, .terminal = true, .utc = true, .hits = &filter->expr()});
  EXPECT_THAT(out, HasSubstr("no such \x1b[1;31muser\x1b[0m "));
  EXPECT_THAT(out, HasSubstr("path=\x1b[0m\x1b[1;31m/a1\x1b[0m/user "));
  EXPECT_THAT(out, HasSubstr("other=\x1b[0m/a2\n"));
  EXPECT_THAT(out, HasSubstr("two words"));
}

TEST(Printers, TheTableIsAligned) {
  const std::string out = printed("table", ordinary());
  const std::size_t head = out.find("service");
  const std::size_t cell = out.find("auth");
  ASSERT_NE(head, std::string::npos);
  ASSERT_NE(cell, std::string::npos);
  EXPECT_EQ(cell - out.rfind('\n', cell), head + 1);
}

// The lines of a table for a terminal of this width.
std::vector<std::string> lines_within(std::size_t width, const std::vector<TestRow>& rows, const std::string& chart = {}) {
  std::istringstream text(printed("table", rows, {.utc = true, .chart = chart, .width = width}));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(Printers, ATableFitsTheTerminal) {
  const std::string path(200, 'p');
  std::vector<TestRow> rows = ordinary();
  rows.front().push_back({"path", text(path)});
  for (const std::size_t width : {30, 40, 60, 80, 120, 300}) {
    for (const std::string& line : lines_within(width, rows)) EXPECT_LE(text::display_width(line), width) << line;
    for (const std::string& line : lines_within(width, rows, "status")) EXPECT_LE(text::display_width(line), width) << line;
  }
  EXPECT_THAT(lines_within(300, rows)[1], HasSubstr(path));
}

TEST(Printers, ANarrowTableCutsNoNumberAndNoTime) {
  EXPECT_THAT(lines_within(44, ordinary()), ElementsAre("timestamp  level  service  message       +1",
                                                        "10:15:00   ERROR  auth     no such user", "10:15:00   INFO            two words"));
  const std::vector<TestRow> counts{{{"timestamp", number(kTime)}, {"count", number(1234567890)}},
                                    {{"timestamp", number(kTime + 86'400 * base::kNsPerSecond)}, {"count", number(1)}}};
  EXPECT_THAT(lines_within(40, counts, "count"),
              ElementsAre("timestamp            count", "11-21 10:15:00  1234567890  ████████████", "11-22 10:15:00           1"));
}

TEST(Printers, AChartThatIsSplitHasALineForEachSpan) {
  const auto row = [](std::int64_t minute, std::string_view level, std::int64_t count) -> TestRow {
    return {{"timestamp", number(kTime + minute * 60 * base::kNsPerSecond)}, {"level", text(level)}, {"count", number(count)}};
  };
  const std::vector<TestRow> rows{row(0, "INFO", 25), row(0, "ERROR", 5), row(1, "ERROR", 0), row(1, "INFO", 3)};
  PrintOptions options{.utc = true, .chart = "count", .split = "level"};
  EXPECT_EQ(printed("table", rows, options),
            "timestamp            █ERROR  ▓INFO\n"
            "2026-11-21 10:15:00       5     25  █████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓\n"
            "2026-11-21 10:16:00       0      3  ▓▓▓\n");
  options.color = true;
  EXPECT_THAT(printed("table", rows, options), HasSubstr("\x1b[31m█████\x1b[0m\x1b[32m█"));
  // Too many for columns of their own: a row for each stays.
  const std::string names = "abcdefghijklmnop";
  std::vector<TestRow> many;
  for (std::size_t i = 0; i < names.size(); ++i)
    many.push_back({{"timestamp", number(kTime)}, {"service", text(std::string_view(names).substr(i, 1))}, {"count", number(1)}});
  options.split = "service";
  EXPECT_THAT(printed("table", many, {.utc = true, .chart = "count", .split = "service"}), HasSubstr("  p            1"));
}

TEST(Printers, WideCharactersTakeTwoColumns) {
  EXPECT_THAT(lines_within(80, {{{"a", text("日本")}, {"b", text("x")}}, {{"a", text("wide")}, {"b", text("y")}}}),
              testing::Contains("日本  x"));
}

TEST(Printers, EachTakesNoRows) {
  for (const PrinterSpec* spec : printer_specs()) EXPECT_LE(printed(spec->name, {}).size(), 3u) << spec->name;  // json writes []
}

}  // namespace
}  // namespace logmill::query
