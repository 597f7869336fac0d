#include "query/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "query/groups/aggregate.h"
#include "query/testing/test_run.h"

namespace logmill::query {
namespace {

TEST(Query, CountsByFieldMostFirst) {
  EXPECT_EQ(run("* | count by service", kServices),
            "service=b count=2\n"
            "count=1\n"
            "service=a count=1\n");
  EXPECT_EQ(run("| count", kServices), "count=4\n");
  EXPECT_EQ(run("nothing | count", kServices), "count=0\n");
  EXPECT_EQ(run("nothing | count by service", kServices), "");
}

TEST(Query, StatsOfAllKinds) {
  EXPECT_EQ(run("| stats count(service), sum(ms), avg(ms), min(ms), max(ms), distinct(service)", kServices),
            "count(service)=3 sum(ms)=65 avg(ms)=16.25 min(ms)=5 max(ms)=30 distinct(service)=2\n");
  EXPECT_EQ(run("| stats p50(ms) as half, p100(ms), median(ms) by service", kServices),
            "service=a half=30 p100(ms)=30 median(ms)=30\n"
            "service=b half=10 p100(ms)=20 median(ms)=10\n"
            "half=5 p100(ms)=5 median(ms)=5\n");
  EXPECT_EQ(run("| first(ms), last(ms)", kServices), "first(ms)=10 last(ms)=5\n");
  EXPECT_EQ(run("nothing | sum(ms), min(ms), p99(ms), distinct(ms)", kServices), "distinct(ms)=0\n");
}

TEST(Query, SumsStayExactAndOverflowIntoDoubles) {
  const std::int64_t big = 9007199254740993;
  EXPECT_EQ(run("| sum(n)", {{{"n", number(big)}}, {{"n", number(2)}}}), "sum(n)=9007199254740995\n");
  EXPECT_EQ(run("| sum(n)", {{{"n", number(INT64_MAX)}}, {{"n", number(INT64_MAX)}}}), "sum(n)=18446744073709551616\n");
}

TEST(Query, GroupsBySpansOfTime) {
  const auto at = [](std::int64_t second) { return number(second * base::kNsPerSecond); };
  const std::vector<TestRow> rows = {{{"timestamp", at(61)}, {"level", text("INFO")}},
                                     {{"timestamp", at(3)}, {"level", text("INFO")}},
                                     {{"timestamp", at(200)}, {"level", text("WARN")}}};
  EXPECT_EQ(run("| count by 1m", rows),
            "timestamp=1970-01-01T00:00:00Z count=1\n"
            "timestamp=1970-01-01T00:01:00Z count=1\n"
            "timestamp=1970-01-01T00:03:00Z count=1\n");
  EXPECT_EQ(run("| timechart 1m", rows),
            "timestamp=1970-01-01T00:00:00Z count=1\n"
            "timestamp=1970-01-01T00:01:00Z count=1\n"
            "timestamp=1970-01-01T00:02:00Z count=0\n"
            "timestamp=1970-01-01T00:03:00Z count=1\n");
  EXPECT_EQ(run("level=warn | timechart 1m count(), max(timestamp) as newest by level", rows),
            "timestamp=1970-01-01T00:03:00Z level=WARN count=1 newest=1970-01-01T00:03:20Z\n");
}

TEST(Query, TimesBeforeTheEpochFallIntoTheSpanBelow) {
  EXPECT_EQ(run("| count by 1m", {{{"timestamp", number(-1)}}}), "timestamp=1969-12-31T23:59:00Z count=1\n");
}

TEST(Query, TopAndRareLeaveOutRowsWithoutTheField) {
  EXPECT_EQ(run("| top service", kServices), "service=b count=2\nservice=a count=1\n");
  EXPECT_EQ(run("| top 1 service", kServices), "service=b count=2\n");
  EXPECT_EQ(run("| rare 1 service", kServices), "service=a count=1\n");
}

TEST(Query, SortsHeadsAndTails) {
  EXPECT_EQ(run("| sort -ms | head 2 | fields ms", kServices), "ms=30\nms=20\n");
  EXPECT_EQ(run("| sort service, -ms | fields ms", kServices), "ms=30\nms=20\nms=10\nms=5\n");
  EXPECT_EQ(run("| tail 2 | fields ms", kServices), "ms=20\nms=5\n");
  EXPECT_EQ(run_one_by_one("| tail 2 | fields ms", kServices), "ms=20\nms=5\n");
  EXPECT_EQ(run("| head 1 | fields ms", kServices), "ms=10\n");
  EXPECT_EQ(run("| count by service | sort -count | head 1", kServices), "service=b count=2\n");
}

TEST(Query, SortsTimesAndLevelsByWhatTheyMean) {
  const std::vector<TestRow> rows = {
      {{"level", text("WARN")}, {"timestamp", number(5)}}, {{"level", text("DEBUG")}, {"timestamp", number(1'000'000'000)}}, {}};
  EXPECT_EQ(run("| sort level | fields level", rows), "level=DEBUG\nlevel=WARN\n\n");
  EXPECT_EQ(run("| sort -timestamp | fields level", rows), "level=DEBUG\nlevel=WARN\n\n");
}

TEST(Query, TailKeepsItsMemoryBounded) {
  std::vector<TestRow> rows;
  for (std::int64_t i = 0; i < 10'000; ++i) rows.push_back({{"n", number(i)}});
  EXPECT_EQ(run_one_by_one("| tail 2", rows), "n=9998\nn=9999\n");
}

TEST(Query, HeadIsSatisfiedWhenItHasEnough) {
  const Query query = parsed("| head 1");
  TestPrinter printer;
  Pipeline pipeline(query, printer);
  const record::Batch batch = batch_of(kServices);
  BatchTable table(batch);
  EXPECT_FALSE(pipeline.satisfied());
  ASSERT_TRUE(pipeline.push(table));
  EXPECT_TRUE(pipeline.satisfied());
}

TEST(Query, ChoosesAndRenamesFields) {
  EXPECT_EQ(run("| fields ms, service | head 1", kServices), "ms=10 service=b\n");
  EXPECT_EQ(run("| drop ms | head 1", kServices), "service=b\n");
  EXPECT_EQ(run("| rename ms as took | head 1", kServices), "service=b took=10\n");
  EXPECT_EQ(run("| rename ms as service | head 1", kServices), "service=10\n");
  EXPECT_EQ(run("| rename ms as took | where took>=30", kServices), "service=a took=30\n");
}

TEST(Query, UniqKeepsTheFirstRowOfEach) {
  EXPECT_EQ(run("| uniq service", kServices), "service=b ms=10\nservice=a ms=30\n");
  EXPECT_EQ(run_one_by_one("| uniq service", kServices), "service=b ms=10\nservice=a ms=30\n");
  EXPECT_EQ(run("| uniq service, ms | count", kServices), "count=4\n");
  EXPECT_EQ(run("| uniq service keep", kServices), "service=b ms=10\nservice=a ms=30\nms=5\n");
  const std::vector<TestRow> without = {{{"ms", number(5)}}, service_row("b", 10), {{"ms", number(6)}}, service_row("b", 20)};
  EXPECT_EQ(run("| uniq service keep", without), "ms=5\nservice=b ms=10\nms=6\n");
  EXPECT_EQ(run_one_by_one("| uniq service keep", without), "ms=5\nservice=b ms=10\nms=6\n");
}

TEST(Query, WhereFiltersResults) { EXPECT_EQ(run("| count by service | where count>1", kServices), "service=b count=2\n"); }

TEST(Query, ExtractsByTemplate) {
  const std::vector<TestRow> rows = {{{"message", text("Failed for user bob from 10.0.0.1 port 22")}},
                                     {{"message", text("no such thing")}},
                                     {{"raw", text("user amy from ::1")}}};
  EXPECT_EQ(run("| extract \"user {user} from {ip}\" | fields user, ip", rows), "user=bob ip=10.0.0.1\n\nuser=amy ip=::1\n");
  EXPECT_EQ(run("| extract \"user {user} from {rest*}\" | fields rest", rows), "rest=10.0.0.1 port 22\n\nrest=::1\n");
  EXPECT_EQ(run("| extract \"port {port}\" | where port>=22 | fields port", rows), "port=22\n");
  EXPECT_EQ(run("| extract \"user {user} from {ip}\" | uniq user | patterns", rows),
            "count=1 pattern=Failed for user bob from <*> port <*> example=Failed for user bob "
            "from 10.0.0.1 port 22\n"
            "count=1 pattern=user amy from <*> example=user amy from ::1\n");
}

TEST(Query, ExtractsByRegularExpression) {
  EXPECT_EQ(run("| extract /(?P<key>\\w+)=(?P<value>\\d+)/ | fields key, value", {{{"message", text("x a=12")}}, {{"message", text("b")}}}),
            "key=a value=12\n\n");
  EXPECT_EQ(run("| extract /(?P<a>x)|(?P<b>y)/ from f | fields a, b", {{{"f", text("y")}}}), "b=y\n");
}

TEST(Query, PatternsLeaveOutWhatVaries) {
  const std::vector<TestRow> rows = {
      {{"message", text("took 15ms at /a/b")}}, {{"message", text("took 7ms at /a/b")}}, {{"message", text("name \"x\".")}}};
  EXPECT_EQ(run("| patterns | fields count, pattern", rows), "count=2 pattern=took <*> at /a/b\ncount=1 pattern=name \"<*>\".\n");
  EXPECT_EQ(run("| patterns 1 | fields count", rows), "count=2\n");
}

TEST(Query, Samples) {
  EXPECT_EQ(run_one_by_one("| sample 3 | fields ms", kServices), "ms=10\nms=5\n");
  EXPECT_EQ(run("| sample 1/2 | fields ms", kServices), "ms=10\nms=20\n");
}

TEST(Query, PrintsBackToTheSameText) {
  std::vector<std::string> queries = {
      "service=auth AND level=ERROR AND timestamp>2h ago",
      "* | count",
      "\"connection reset\" OR timeout*",
      "status>=500 path~\"^/api/v[0-9]+/\" NOT host in (a, b)",
      "| count by service",
      "| stats count(), p50(duration_ms), p99(duration_ms) by service, 5m",
      "| timechart 5m count() by level",
      "| top 10 path | sort -count | head 20 | fields timestamp, message",
      "| extract \"user {user} from {ip}\" | uniq user | patterns",
      "| count() as \"5m\" by \"5m\", \"by\" | sort -\"-x\", p99(ms) | where \"a b\"=1 | rename a "
      "as \"b c\"",
      "| count by 90m | extract /a\\/(?P<b>c)/i from \"x y\" | sample 1/3 | drop a, b",
      "| timechart 1h avg(x), p99.9(y) as z by a, b",
  };
  for (const StageSpec* spec : stage_specs()) queries.emplace_back(spec->sample);
  for (const AggregateSpec* spec : aggregate_specs()) queries.emplace_back(spec->sample);
  for (const std::string& text : queries) {
    const std::string printed = parsed(text).text();
    EXPECT_EQ(parsed(printed).text(), printed) << text;
  }
}

TEST(Query, ErrorsPointAtThePlace) {
  EXPECT_EQ(error_of("level=ERROR | cuont by service"),
            "query: no such stage; did you mean count?\n"
            "  level=ERROR | cuont by service\n"
            "                ^");
  EXPECT_EQ(error_of("* | head 0"),
            "query: expected a whole number greater than zero\n"
            "  * | head 0\n"
            "           ^");
  EXPECT_THAT(error_of("a=1 || b=2"), testing::HasSubstr("write OR"));
}

TEST(Query, BrokenStagesAreRefused) {
  for (const std::string_view broken : {"|",
                                        "* |",
                                        "* | ",
                                        "* | count by",
                                        "* | top 10",
                                        "* | sort",
                                        "* | fields a,",
                                        "* | rename a b",
                                        "* | rename a as timestamp",
                                        "* | stats",
                                        "* | stats count(",
                                        "* | sum()",
                                        "* | sum",
                                        "* | count() as level",
                                        "* | timechart count()",
                                        "* | timechart 0s",
                                        "* | count by 5m, 1h",
                                        "* | head x",
                                        "* | sample 0",
                                        "* | extract \"x\"",
                                        "* | extract \"{a}{b}\"",
                                        "* | extract \"{a\"",
                                        "* | extract \"{a*} b\"",
                                        "* | extract /(/",
                                        "* | extract /a/",
                                        "* | where a=",
                                        "* | count by a b",
                                        "* | let",
                                        "* | let a",
                                        "* | let a=",
                                        "* | let a=1+",
                                        "* | let a=(1",
                                        "* | let a=nosuch(1)",
                                        "* | let a=lower()",
                                        "* | let level=1",
                                        "* | let a=250ms",
                                        "* | json from",
                                        "* | facets 0",
                                        "* | context",
                                        "* | context -",
                                        "* | context 20000",
                                        "* | session by a",
                                        "* | session by a gap",
                                        "* | session gap 5m",
                                        "* | compare",
                                        "* | count | compare",
                                        "* | join",
                                        "* | join f by",
                                        "* | p101(x)",
                                        "* | nonsense"})
    EXPECT_FALSE(Query::parse(broken, kContext)) << broken;
}

TEST(Query, KnowsWhatItNeedsOfTheOrderOfRows) {
  EXPECT_TRUE(parsed("a=1 | fields a | where a>0").each_row());
  EXPECT_FALSE(parsed("a=1 | head 1").each_row());
  EXPECT_TRUE(parsed("a=1 | fields a").order_matters());
  EXPECT_TRUE(parsed("a=1 | uniq a | count").order_matters());
  EXPECT_FALSE(parsed("a=1 | rename a as b | count by b | head 3").order_matters());
}

TEST(Query, NamesTheFieldsThatItReadsFromRecords) {
  EXPECT_THAT(parsed("a=1 b~x word | count by c | sort -count").fields(), testing::ElementsAre("a", "b", "c"));
  EXPECT_THAT(parsed("a=1 | where b=2 | sort c | head 5 | timechart 5m | sort -count").fields(),
              testing::ElementsAre("a", "b", "c", "timestamp"));
}

TEST(Query, KnowsWhichFieldsAreAllThatItCounts) {
  EXPECT_THAT(parsed("a=1 NOT b~x").counted_fields(), testing::Optional(testing::ElementsAre("a", "b")));
  EXPECT_THAT(parsed("a=1 | count by c | sort -count").counted_fields(), testing::Optional(testing::ElementsAre("a", "c")));
  EXPECT_THAT(parsed("* | timechart 5m count() by c").counted_fields(), testing::Optional(testing::ElementsAre("timestamp", "c")));
  // A word may stand in any field; who chooses rows may show all of them.
  for (const char* const text : {"a=1 OR word", "a=1 | head 5", "a=1 | where b=2 | count", "* | stats max(d)"})
    EXPECT_EQ(parsed(text).counted_fields(), std::nullopt) << text;
}

}  // namespace
}  // namespace logmill::query
