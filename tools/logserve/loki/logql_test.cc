#include "logserve/loki/logql.h"

#include <gtest/gtest.h>

#include "query/query.h"

namespace logmill::logserve {
namespace {

const query::Context kContext{.now = 0, .utc = true};

// What a query of lines becomes in our language; or the error.
std::string ours(std::string_view text) {
  const auto parsed = parse_logql(text, known_field_of, kContext);
  if (!parsed) return parsed.error().what;
  if (parsed->is_metric) return "a metric";
  auto query = *query::Query::parse("*", kContext);
  if (auto narrowed = query.narrow(parsed->logs.filter, kContext); !narrowed) return narrowed.error().what;
  if (!parsed->logs.stages.empty())
    if (auto appended = query.append(parsed->logs.stages, kContext); !appended) return appended.error().what;
  return query.text();
}

std::string error_of(std::string_view text) {
  const auto parsed = parse_logql(text, known_field_of, kContext);
  return parsed ? "none" : parsed.error().what;
}

TEST(LogQl, SelectorsAreFilters) {
  EXPECT_EQ(ours(R"({service="shop"})"), R"(service="shop")");
  EXPECT_EQ(ours(R"({service_name="shop", level=~"ERROR|WARN"})"), R"(service="shop" AND level~/^(?:ERROR|WARN)$/)");
  EXPECT_EQ(ours(R"({host!="a",host!~"b.*",})"), R"(host!="a" AND host!~/^(?:b.*)$/)");
  EXPECT_EQ(ours(R"({ service = `a"b\c` } # of a comment)"), R"(service="a\"b\\c")");
  EXPECT_EQ(ours("{}"), "*");
}

TEST(LogQl, AnEmptyTextIsAlsoNoLabel) {
  EXPECT_EQ(ours(R"({pod=""})"), R"(pod="" OR NOT pod?)");
  EXPECT_EQ(ours(R"({pod!=""})"), R"(NOT (pod="" OR NOT pod?))");
  EXPECT_EQ(ours(R"({pod=~".*"})"), R"(pod~/^(?:.*)$/ OR NOT pod?)");
  EXPECT_EQ(ours(R"({pod=~".+"})"), R"(pod~/^(?:.+)$/)");
  EXPECT_EQ(ours(R"({level=""})"), "NOT level?");
}

TEST(LogQl, ALevelThatIsNoneMatchesNothing) { EXPECT_EQ(ours(R"({level="loud"})"), "NOT *"); }

TEST(LogQl, LineFilters) {
  EXPECT_EQ(ours(R"({a="b"} |= "c.d" != "e" |~ "f|g" !~ `\d+`)"), R"(a="b" AND ~/c\.d/ AND !~/e/ AND ~/f|g/ AND !~/\d+/)");
  EXPECT_EQ(ours(R"({a="b"} |= "c" or "d")"), R"(a="b" AND (~/c/ OR ~/d/))");
  EXPECT_EQ(ours(R"({a="b"} |= "")"), R"(a="b")");
  EXPECT_EQ(ours(R"({a="b"}|="c"|json)"), R"(a="b" AND ~/c/ | json)");
}

TEST(LogQl, ParsersAndLabelFilters) {
  EXPECT_EQ(ours(R"({a="b"} | json | status >= 500 and took > 1.5s or method = "GET")"),
            R"(a="b" | json | where status>=500 AND took>1.5s OR method="GET")");
  EXPECT_EQ(ours(R"({a="b"} | status == 404, size<10KB)"), R"(a="b" AND status=404 AND size<10KB)");
  EXPECT_EQ(ours(R"({a="b"} | logfmt | (x="1" or y=~"2") z!="3")"), R"(a="b" | logfmt | where (x="1" OR y~/^(?:2)$/) AND z!="3")");
  EXPECT_EQ(ours(R"({a="b"} | logfmt | __error__="" | drop __error__, pod)"), R"(a="b" | logfmt | drop pod)");
  EXPECT_EQ(ours(R"x({a="b"} | regexp "user (?P<user>\\w+)")x"), R"(a="b" | extract /user (?P<user>\w+)/)");
}

TEST(LogQl, WhatIsNotUnderstoodIsNamed) {
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {R"({a="b"} | line_format "{{.x}}")", "line_format"},
           {R"({a="b"} | label_format x=y)", "label_format"},
           {R"({a="b"} | unpack)", "unpack"},
           {R"({a="b"} | pattern "<x>")", "pattern"},
           {R"({a="b"} |> "<x>")", "by pattern"},
           {R"({a="b"} | json x="y.z")", "json takes nothing"},
           {R"({a="b"} |= ip("10.0.0.0/8"))", "ip()"},
           {R"(absent_over_time({a="b"}[1m]))", "absent_over_time"},
           {R"(sum(rate({a="b"}[1m])) or vector(0))", "or between metrics"},
           {R"(sum(rate({a="b"}[1m])) > 5)", "comparisons"},
           {R"(label_replace(rate({a="b"}[1m]), "a", "b", "c", "d"))", "label_replace"},
       })
    EXPECT_NE(error_of(text).find(part), std::string::npos) << text << ": " << error_of(text);
}

TEST(LogQl, MistakesArePointedAt) {
  EXPECT_EQ(error_of(""), "LogQL: column 1: a selector {…}, a function or a number is expected");
  EXPECT_EQ(error_of("{a=\"b\""), "LogQL: column 7: a comma or } is expected");
  EXPECT_EQ(error_of("{a}"), "LogQL: column 3: one of = != =~ !~ is expected");
  EXPECT_EQ(error_of("{a=\"b}"), "LogQL: column 4: this text has no end");
  EXPECT_EQ(error_of("{a=~\"(\"}").substr(0, 17), "LogQL: column 8: ");
  for (const char* text : {"{a=\"b\"} |",
                           "{a=\"b\"} | json |",
                           "{a=\"b\"} x",
                           "count_over_time({a=\"b\"})",
                           "rate({a=\"b\"}[0s])",
                           "rate({a=\"b\"}[5])",
                           "sum({a=\"b\"})",
                           "sum(1)",
                           "count_over_time({a=\"b\"} | unwrap x [1m])",
                           "sum_over_time({a=\"b\"}[1m])",
                           "1 +",
                           "vector()",
                           "quantile_over_time(2, {a=\"b\"} | unwrap x [1m])",
                           "{a=\"b\"}{c=\"d\"}",
                           "{a=\"\\q\"}",
                           "{a=\"\\x4\"}",
                           "topk({a=\"b\"})",
                           "(((",
                           "{a=\"b\"} | x > ",
                           "{a=\"b\"} | unwrap x",
                           "{a=\"b\"} | unwrap rate(x)"})
    EXPECT_NE(error_of(text), "none") << text;
}

TEST(LogQl, DeepOnesAreRefused) {
  EXPECT_NE(error_of(std::string(100'000, '(')), "none");
  EXPECT_NE(error_of("{a=\"b\"} | " + std::string(100'000, '(')), "none");
  EXPECT_NE(error_of("rate(" + std::string(100'000, '(')), "none");
  std::string powers = "1", sums;
  for (int i = 0; i < 100'000; ++i) powers += "^1";
  for (int i = 0; i < 100'000; ++i) sums += "sum(";
  std::string ranges = "rate({a=\"b\"}[1m])";
  for (int i = 0; i < 9; ++i) ranges += " + rate({a=\"b\"}[1m])";
  EXPECT_EQ(error_of(ranges), "none");
  EXPECT_NE(error_of(ranges + " + rate({a=\"b\"}[1m])").find("more than 10 ranges"), std::string::npos);
  EXPECT_NE(error_of(powers), "none");
  EXPECT_NE(error_of(sums), "none");
}

TEST(LogQl, Metrics) {
  const auto parsed =
      parse_logql(R"(sum by (level, detected_level) (count_over_time({service="shop"} |= "x" | drop __error__ [1m] offset 5m)) * 2)",
                  known_field_of, kContext);
  ASSERT_TRUE(parsed) << parsed.error().what;
  ASSERT_TRUE(parsed->is_metric);
  ASSERT_EQ(parsed->metric.kind, LogMetric::Kind::arithmetic);
  const LogMetric& sum = parsed->metric.operands.at(0);
  EXPECT_EQ(sum.function, "sum");
  EXPECT_EQ(sum.labels, (std::vector<std::string>{"level", "detected_level"}));
  const LogMetric& count = sum.operands.at(0);
  EXPECT_EQ(count.function, "count_over_time");
  EXPECT_EQ(count.range_ns, 60 * base::kNsPerSecond);
  EXPECT_EQ(count.offset_ns, 300 * base::kNsPerSecond);
  EXPECT_EQ(parsed->metric.operands.at(1).number, 2);
}

TEST(LogQl, OperatorsBindAsInArithmetic) {
  const auto parsed = parse_logql("1 + 2 * 3 ^ 2 ^ 1 - 4", known_field_of, kContext);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->metric.function, "-");
  EXPECT_EQ(parsed->metric.operands.at(0).function, "+");
  EXPECT_EQ(parsed->metric.operands.at(0).operands.at(1).function, "*");
}

TEST(LogQl, UnwrapIsAnExpressionOfOurs) {
  const auto parsed = parse_logql(R"(quantile_over_time(0.95, {a="b"} | json | unwrap duration(took) | __error__="" [5m]) by (host))",
                                  known_field_of, kContext);
  ASSERT_TRUE(parsed) << parsed.error().what;
  EXPECT_EQ(parsed->metric.unwrapped, R"(seconds(field("took")))");
  EXPECT_EQ(parsed->metric.parameter, 0.95);
  EXPECT_EQ(parsed->metric.labels, std::vector<std::string>{"host"});
}

}  // namespace
}  // namespace logmill::logserve
