// What every printer makes of the same rows, ordinary and hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/output/row_printer.h"
#include "query/testing/test_rows.h"
#include "query/table/table.h"

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
  for (const std::string_view name : {"text", "table"})
    EXPECT_EQ(printed(name, hostile(), {.terminal = true, .utc = true}).find('\x1b'), std::string::npos) << name;
}

TEST(Printers, ColoursAreAsked) {
  EXPECT_EQ(printed("text", ordinary()).find('\x1b'), std::string::npos);
  EXPECT_NE(printed("text", ordinary(), {.color = true, .terminal = true, .utc = true}).find('\x1b'), std::string::npos);
}

TEST(Printers, TheTableIsAligned) {
  const std::string out = printed("table", ordinary());
  const std::size_t head = out.find("service");
  const std::size_t cell = out.find("auth");
  ASSERT_NE(head, std::string::npos);
  ASSERT_NE(cell, std::string::npos);
  EXPECT_EQ(cell - out.rfind('\n', cell), head + 1);
}

TEST(Printers, EachTakesNoRows) {
  for (const PrinterSpec* spec : printer_specs()) EXPECT_LE(printed(spec->name, {}).size(), 3u) << spec->name;  // json writes []
}

}  // namespace
}  // namespace logmill::query
