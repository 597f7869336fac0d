#include <gmock/gmock.h>

#include "query/testing/test_run.h"
#include "support/temp_dir.h"

namespace logmill::query {
namespace {

TEST(Stages, LetComputes) {
  const std::vector<TestRow> rows = {{{"ms", number(1500)}, {"host", text("Web1")}, {"took", text("1.5s")}},
                                     {{"ms", number(0)}, {"n", text("7")}}};
  EXPECT_EQ(run("| let s=ms/1000, twice=s*2 | fields s, twice", rows), "s=1.5 twice=3\ns=0 twice=0\n");
  EXPECT_EQ(run("| let a=1+2*3-(4-1)%2 | fields a | head 1", rows), "a=6\n");
  EXPECT_EQ(run("| let a=-ms+10 | fields a", rows), "a=-1490\na=10\n");
  EXPECT_EQ(run("| let h=lower(host)+\".\"+\"lan\" | fields h", rows), "h=web1.lan\n\n");
  EXPECT_EQ(run("| let a=1/ms, b=n+1, c=missing+1 | fields a, b, c", rows), "a=0.0006666666666666666\nb=8\n");
  EXPECT_EQ(run("| let a=seconds(took), b=seconds(ms) | fields a, b", rows), "a=1.5 b=1500\nb=0\n");
  EXPECT_EQ(run("| let a=seconds(t_ms) | fields a", {{{"t_ms", number(20)}}}), "a=0.02\n");
  EXPECT_EQ(run("| let a=coalesce(n, host, 3), b=round(ms/7, 1), c=max(ms, 9), d=length(host) | "
                "fields a, b, c, d",
                rows),
            "a=Web1 b=214.3 c=1500 d=4\na=7 b=0 c=9\n");
  EXPECT_EQ(run("| let a=floor(timestamp/60) | fields a", {{{"timestamp", number(125 * base::kNsPerSecond)}}, {}}), "a=2\n\n");
  EXPECT_EQ(run("| let j=concat(ms, \"-\", host, missing, n, \"2\") | fields j", rows), "j=1500-Web12\nj=0-72\n");
  const auto is = [](std::string_view expression, std::string_view host) {
    return run("| let x=" + std::string(expression) + " | fields x", {{{"host", text(host)}}});
  };
  EXPECT_EQ(is("replace(host, \"ab\", \"c\")", "ababba"), "x=ccba\n");
  EXPECT_EQ(is("replace(host, \"\", \"c\")", "ab"), "x=ab\n");
  EXPECT_EQ(is("slice(host, 1, 2)", "a\u00e4bcd"), "x=\u00e4b\n");
  EXPECT_EQ(is("slice(host, -2)", "a\u00e4\u00f6"), "x=\u00e4\u00f6\n");
  EXPECT_EQ(is("slice(host, -5, 9)", "abc"), "x=abc\n");
  EXPECT_EQ(is("concat(\"<\", slice(host, 3, 2), slice(host, 0, 0), \">\")", "abc"), "x=<>\n");
  EXPECT_EQ(is("concat(\"<\", trim(host), trim(\"\"), \">\")", " \ta b\n"), "x=<a b>\n");
  EXPECT_EQ(is("decolor(host)", "\x1b[1;31mred\x1b[m \x1b[K\x1b[3"), "x=red \x1b[K\x1b[3\n");
  EXPECT_EQ(run("| let c=length(host), o=octets(host) | fields c, o", {{{"host", text("\u00e4bc")}}}), "c=3 o=4\n");
  EXPECT_EQ(run("| let big=n+1 | fields big", {{{"n", number(INT64_MAX)}}}), "big=9223372036854775808\n");
}

TEST(Stages, ExpressionsPrintBackWithTheParenthesesTheyNeed) {
  EXPECT_EQ(parsed("| let a=(1+2)*3-(4-(5-6))/-(7+8)").text(), "* | let a = (1 + 2) * 3 - (4 - (5 - 6)) / -(7 + 8)");
  EXPECT_EQ(parsed("| let a=((b)), c=field(\"x y\")+field(\"b\")").text(), "* | let a = b, c = field(\"x y\") + b");
}

TEST(Stages, ParsesTextsAsRecords) {
  const std::vector<TestRow> rows = {{{"message", text(R"({"a":{"b":1},"msg":"inner","level":"warn"})")}, {"x", number(1)}},
                                     {{"message", text("no object")}, {"a.b", number(7)}},
                                     {{"note", text("k=v n=2 q=\"x y\"")}}};
  EXPECT_EQ(run("| json | fields a.b, message, level, x", rows), "a.b=1 message=inner level=WARN x=1\na.b=7 message=no object\n\n");
  EXPECT_EQ(run("| logfmt from note | fields k, n, q | tail 1", rows), "k=v n=2 q=x y\n");
  EXPECT_EQ(run("level? | json", rows), "");
  EXPECT_EQ(run("| json keep | fields a.b, a.b_extracted, message_extracted, level | head 2", rows),
            "a.b=1 message_extracted=inner level=WARN\na.b=7\n");
  const std::vector<TestRow> known = {{{"message", text(R"({"level":"warn","time":"2020-01-01T00:00:00Z","x":2,"y":3})")},
                                       {"x", number(1)},
                                       {"level", text("INFO")},
                                       {"timestamp", number(125 * base::kNsPerSecond)}},
                                      {{"raw", text("msg=inner x=5")}}};
  EXPECT_EQ(run("| json keep | let s=timestamp | fields s, level, x, x_extracted, y | head 1", known),
            "s=125 level=INFO x=1 x_extracted=2 y=3\n");
  EXPECT_EQ(run("| logfmt keep | fields raw, message, message_extracted, x | tail 1", known),
            "raw=msg=inner x=5 message_extracted=inner x=5\n");
}

TEST(Stages, FacetsCountTheValuesOfEachField) {
  EXPECT_EQ(run("| facets 1", kServices), "field=ms value=5 count=1\nfield=service value=b count=2\n");
  std::vector<TestRow> ids;
  for (std::int64_t i = 0; i < 2'000; ++i) ids.push_back({{"id", number(i)}, {"kind", text("k")}});
  EXPECT_EQ(run("| facets", ids), "field=kind value=k count=2000\n");
}

TEST(Stages, WhatCameFirstDoesNotDecideBetweenEquallyFrequent) {
  const std::vector<TestRow> rows = {{{"b", text("y")}, {"message", text("two things")}},
                                     {{"a", number(2)}, {"b", text("x")}, {"message", text("one")}}};
  const std::vector<TestRow> reversed(rows.rbegin(), rows.rend());
  for (const std::string query : {"* | facets 1", "* | patterns 1 | fields pattern"})
    EXPECT_EQ(run(query, rows), run(query, reversed)) << query;
  EXPECT_EQ(run("* | patterns | fields pattern", rows), "pattern=one\npattern=two things\n");
}

TEST(Stages, LetComputesAndLeavesComparingToWhere) {
  EXPECT_EQ(error_of("* | let x = a > b"),
            "query: a field is computed here; comparing is for a stage of its own, like | where a > b\n"
            "  * | let x = a > b\n"
            "                ^");
}

TEST(Stages, ContextShowsWhatIsAround) {
  std::vector<TestRow> rows;
  for (std::int64_t i = 0; i < 20; ++i) rows.push_back({{"n", number(i)}, {"odd", number(i % 2)}});
  for (const auto& ran :
       {run("n=3 OR n=5 OR n=15 | context -1 +2 | fields n", rows), run_one_by_one("n=3 OR n=5 OR n=15 | context -1 +2 | fields n", rows)})
    EXPECT_EQ(ran, "n=2\nn=3\nn=4\nn=5\nn=6\nn=7\n--\nn=14\nn=15\nn=16\nn=17\n");
  EXPECT_EQ(run_one_by_one("n=4 | context 1 by odd | fields n", rows), "n=2\nn=4\nn=6\n");
  EXPECT_EQ(run("n=0 OR n=19 | context 1 | fields n", rows), "n=0\nn=1\n--\nn=18\nn=19\n");
  EXPECT_EQ(run("n=1 OR n=2 | context -0 +0 | fields n", rows), "n=1\nn=2\n");
  EXPECT_THAT(error_of("* | count | context 3"), testing::HasSubstr("must come before"));
}

TEST(Stages, SessionsAreRowsCloseInTime) {
  const auto row = [](std::string_view user, std::int64_t second) {
    return TestRow{{"user", text(user)}, {"timestamp", number(second * base::kNsPerSecond)}};
  };
  const std::vector<TestRow> rows = {row("a", 0),   row("a", 90), row("b", 10), row("a", 30), {{"timestamp", number(5)}},
                                     row("a", 200), row("a", 60)};
  EXPECT_EQ(run_one_by_one("| session by user gap 30s", rows),
            "timestamp=1970-01-01T00:00:00Z user=a duration_ms=90000 count=4\n"
            "timestamp=1970-01-01T00:00:10Z user=b duration_ms=0 count=1\n"
            "timestamp=1970-01-01T00:03:20Z user=a duration_ms=0 count=1\n");
}

TEST(Stages, CompareCountsAnEarlierTimeToo) {
  const auto row = [](std::string_view service, std::int64_t minutes_ago) {
    return TestRow{{"service", text(service)}, {"timestamp", number(kNow - minutes_ago * 60 * base::kNsPerSecond)}};
  };
  const std::vector<TestRow> rows = {row("a", 1),  row("a", 2),  row("a", 3),     row("new", 5),
                                     row("a", 61), row("a", 62), row("gone", 70), row("a", 200)};
  const std::string_view wanted =
      "service=a count=3 count_before=2 count_change=50\n"
      "service=new count=1\n"
      "service=gone count_before=1\n";
  EXPECT_EQ(run("timestamp>1h ago | count by service | compare 1h", rows), wanted);
  EXPECT_EQ(run("| count by service | compare 1h", rows), wanted);
  EXPECT_EQ(run("service!=a timestamp>1h ago | top 5 service | compare 1h | where NOT count_before?", rows), "service=new count=1\n");
  EXPECT_EQ(run("| count | compare 1h", rows), "count=4 count_before=3 count_change=33.3\n");
  EXPECT_EQ(run("service=a | timechart 1h count() by service | compare 1h | fields timestamp, "
                "count, count_before",
                rows)
                .substr(0, 45),
            "timestamp=2026-11-18T11:00:00Z count=3 count_");
  EXPECT_THAT(error_of("* | compare 1d"), testing::HasSubstr("right behind a stage that counts"));
  EXPECT_THAT(error_of("* | count by a | sort a | compare 1d"), testing::HasSubstr("right behind"));
  EXPECT_EQ(parsed("a=1 timestamp>1h ago | count by b | compare 1h").text(), "a=1 AND timestamp>1h ago | stats count() by b | compare 1h");
}

TEST(Stages, JoinsTheRowsOfAFile) {
  test::TempDir dir;
  dir.write("t.csv", "service,team,\"a note\"\r\nb,red,\"x, \"\"y\"\"\"\na,blue,\nb,never,\n");
  dir.write("t.ndjson", "{\"n\":10,\"team\":\"ten\"}\n\n{\"n\":5}\n");
  EXPECT_EQ(run("| join \"" + dir.path() + "/t.csv\" | fields service, team, \"a note\"", kServices),
            "service=b team=red a note=x, \"y\"\nservice=a team=blue\nservice=b team=red a note=x, "
            "\"y\"\n\n");
  EXPECT_EQ(run("| rename ms as n | join " + dir.path() + "/t.ndjson by n | fields n, team | head 2", kServices), "n=10 team=ten\nn=30\n");
  const Query missing = parsed("| join nowhere.csv by service");
  TestPrinter printer;
  Pipeline pipeline(missing, printer);
  const record::Batch batch = batch_of(kServices);
  BatchTable table(batch);
  EXPECT_FALSE(pipeline.push(table));
}

}  // namespace
}  // namespace logmill::query
