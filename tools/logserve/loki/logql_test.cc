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
  EXPECT_EQ(ours(R"({a="b"}|="c"|json)"), R"(a="b" AND ~/c/ | json keep)");
}

TEST(LogQl, ParsersAndLabelFilters) {
  EXPECT_EQ(ours(R"({a="b"} | json | status >= 500 and took > 1.5s or method = "GET")"),
            R"(a="b" | json keep | where status>=500 AND took>1.5s OR method="GET")");
  EXPECT_EQ(ours(R"({a="b"} | status == 404, size<10KB)"), R"(a="b" AND status=404 AND size<10KB)");
  EXPECT_EQ(ours(R"({a="b"} | logfmt | (x="1" or y=~"2") z!="3")"), R"(a="b" | logfmt keep | where (x="1" OR y~/^(?:2)$/) AND z!="3")");
  EXPECT_EQ(ours(R"({a="b"} | logfmt | __error__="" | drop __error__, pod)"), R"(a="b" | logfmt keep | drop pod)");
  EXPECT_EQ(ours(R"x({a="b"} | regexp "user (?P<user>\\w+)")x"), R"(a="b" | extract /user (?P<user>\w+)/)");
}

TEST(LogQl, ParsersTakeTheirPart) {
  EXPECT_EQ(ours(R"({a="b"} | json x="y.z", w="u[\"v\"]", q)"), R"(a="b" | json keep | let x = y.z, w = u.v)");
  EXPECT_EQ(ours(R"({a="b"} | logfmt --strict --keep-empty lvl, m="msg")"),
            R"(a="b" | logfmt keep | let lvl = level, m = message_extracted)");
  EXPECT_EQ(ours(R"({a="b"} | unpack |= "x")"),
            R"(a="b" | json keep | let message = coalesce(_entry, message, raw) | drop _entry | where ~/x/)");
  EXPECT_EQ(ours(R"({a="b"} | json | msg="x" | severity="warn" | message=~"y")"),
            R"(a="b" | json keep | where message_extracted="x" | where level="warn" | where message_extracted~/^(?:y)$/)");
}

TEST(LogQl, PatternsTakeAsLittleAsPossible) {
  EXPECT_EQ(ours(R"({a="b"} | pattern "<ip> - <_> [<time>] <rest>")"),
            R"x(a="b" | extract /(?s)^(?:(?P<ip>.*?)\ \-\ (?:(?:.*?)\ \[(?:(?P<time>.*?)\]\ (?:(?P<rest>.*))?)?)?)?/)x");
  EXPECT_EQ(ours(R"({a="b"} |> "<_> took <_>ms" !> "a<b")"), R"x(a="b" AND ~/(?s)^.*?\ took\ .*?ms$/ AND !~/(?s)^a\<b$/)x");
}

TEST(LogQl, LinesAndLabelsAreFormatted) {
  EXPECT_EQ(ours(R"({a="b"} | json | line_format "{{.method}} took {{ .took | default `?` | upper }}ms" |= "POST")"),
            R"x(a="b" | json keep | let message = concat("", method, " took ", upper(coalesce(took, "?")), "ms") | where ~/POST/)x");
  EXPECT_EQ(ours(R"({a="b"} | line_format `{{ToLower .x}} {{- __line__ -}}  z{{.detected_level}}`)"),
            R"x(a="b" | let message = concat("", lower(x), coalesce(message, raw), "z", level))x");
  EXPECT_EQ(ours(R"({a="b"} | label_format x=y, z="{{.service_name}}!")"), R"x(a="b" | rename y as x | let z = concat("", service, "!"))x");
  EXPECT_EQ(ours(R"({a="b"} | keep x, service_name)"), R"(a="b" | fields x, service, timestamp, message, raw)");
}

TEST(LogQl, OfEachValueTheFirstIsDistinct) {
  EXPECT_EQ(ours(R"({a="b"} | distinct service_name, x |= "y")"), R"(a="b" | uniq service keep | uniq x keep | where ~/y/)");
}

TEST(LogQl, TemplatesHaveFunctions) {
  EXPECT_EQ(
      ours(R"({a="b"} | line_format "{{.x | trim | trunc 3}} {{trunc -3 .x}} {{.x | substr 2 5}} {{substr 2 -1 __line__}}")"),
      R"x(a="b" | let message = concat("", slice(trim(x), 0, 3), " ", slice(x, -3), " ", slice(x, 2, 3), " ", slice(coalesce(message, raw), 2)))x");
  EXPECT_EQ(ours(R"({a="b"} | label_format y=`{{.x | replace "a" "b"}}{{Replace .x "c" "d" -1 | ToUpper}}{{default "-" .z}}`)"),
            R"x(a="b" | let y = concat("", replace(x, "a", "b"), upper(replace(x, "c", "d")), coalesce(z, "-")))x");
  EXPECT_EQ(ours(R"({a="b"} | decolorize |= "x" | json)"),
            R"(a="b" | let message = decolor(coalesce(message, raw)) | where ~/x/ | json keep)");
}

// By the filter that is made of it.
bool matches(const std::string& addresses, const std::string& line) {
  const auto parsed = parse_logql("{} |= ip(\"" + addresses + "\")", known_field_of, kContext);
  EXPECT_TRUE(parsed) << parsed.error().what;
  if (!parsed) return false;
  record::Batch batch;
  batch.set("message", batch.add_row(), record::Value::string(line));
  query::BatchTable table(batch);
  auto query = *query::Query::parse("*", kContext);
  EXPECT_TRUE(query.narrow(parsed->logs.filter, kContext));
  query::Mask keep;
  EXPECT_TRUE(query.filter().select(table, keep));
  return keep.at(0) != 0;
}

TEST(LogQl, AddressesAreLookedForInLinesAndLabels) {
  EXPECT_EQ(ours(R"({a="b"} | addr = ip("10.1.2.3"))"), R"(a="b" AND addr~/^(?:(?:10)\.(?:1)\.(?:2)\.(?:3))$/)");
  EXPECT_EQ(ours(R"({a="b"} | addr != ip("10.0.0.0/30"))"), R"(a="b" AND addr!~/^(?:(?:10)\.(?:0)\.(?:0)\.(?:0|1|2|3))$/)");
  for (const char* line : {"from 10.0.0.1", "10.255.0.1:443 said", "10.3.4.5.", "(10.9.9.9)"})
    EXPECT_TRUE(matches("10.0.0.0/8", line)) << line;
  for (const char* line : {"from 11.0.0.1", "110.0.0.1", "10.0.0.1.5", "10.0.0", "10.0.0.300"})
    EXPECT_FALSE(matches("10.0.0.0/8", line)) << line;
  for (int last = 0; last < 256; ++last)
    EXPECT_EQ(matches("192.168.4.5-192.168.4.200", "a 192.168.4." + std::to_string(last) + " b"), last >= 5 && last <= 200) << last;
  EXPECT_TRUE(matches("10.0.0.250-10.1.0.3", "10.0.77.1"));
  EXPECT_FALSE(matches("10.0.0.250-10.1.0.3", "10.1.0.4"));
  EXPECT_TRUE(matches("0.0.0.0-255.255.255.255", "1.2.3.4"));
  EXPECT_TRUE(matches("0.0.0.0/0", "255.255.255.255"));
}

TEST(LogQl, AnAddressOfVersion6HasManyTexts) {
  for (const char* line : {"from 2001:db8::1", "[2001:DB8:0:0::1]:443 said", "2001:0db8:0000:0000:0000:0000:0000:0001.",
                           "a=2001:db8::0:1: no", "2001:db8:0::0:1", "2001:db8::0.0.0.1", "2001:db8:0:0:0:0:0.0.0.1", "2001:db8::1%eth0"})
    EXPECT_TRUE(matches("2001:db8::1", line)) << line;
  for (const char* line : {"from 2001:db8::2", "2001:db8::1:1", "2001:db8::11", "1:2001:db8::1", "2001:db8:0:1", "2001:db8::1.2",
                           "x2001:db8::1", "2001:db8::0.0.0.11", "02001:db8::1"})
    EXPECT_FALSE(matches("2001:db8::1", line)) << line;
  EXPECT_TRUE(matches("::", "all of ::"));
  EXPECT_TRUE(matches("::1", "::1"));
  EXPECT_FALSE(matches("::1", "std::1"));
  EXPECT_TRUE(matches("::ffff:10.0.0.0/104", "::ffff:10.200.3.4"));
  EXPECT_TRUE(matches("::ffff:10.0.0.0/104", "::ffff:ac8:304"));
  EXPECT_FALSE(matches("::ffff:10.0.0.0/104", "::ffff:11.200.3.4"));
}

TEST(LogQl, PrefixesAndRangesOfVersion6) {
  EXPECT_EQ(error_of(R"({a="b"} | x = ip("2001:db8::/32"))"), "none");
  for (const char* line : {"2001:db8::", "2001:db8::9", "2001:db8:ffff:1:2:3:4:5", "2001:db8:1::10.0.0.1"})
    EXPECT_TRUE(matches("2001:db8::/32", line)) << line;
  for (const char* line : {"2001:db7::", "2001::db8:1", "::2001:db8"}) EXPECT_FALSE(matches("2001:db8::/32", line)) << line;
  EXPECT_TRUE(matches("::/0", "fe80::1"));
  // Of every number, whatever the borders are.
  const auto hex = [](int number) {
    char text[8];
    std::snprintf(text, sizeof text, "%x", number);
    return std::string(text);
  };
  for (const auto& [first, last] : {std::pair{0x9f, 0x123}, {0, 0x10}, {0x1000, 0x1fff}, {0xabc, 0xabc}, {0xfff, 0x1001}})
    for (const int number : {0,     1,     0xf,   0x10,  0x11,  0x9e,   0x9f,   0xa0,   0xff,   0x100,  0x122,  0x123, 0x124,
                             0xabb, 0xabc, 0xabd, 0xffe, 0xfff, 0x1000, 0x1001, 0x1002, 0x1ffe, 0x1fff, 0x2000, 0xffff})
      EXPECT_EQ(matches("fe80::" + hex(first) + "-fe80::" + hex(last), "fe80::" + hex(number)), number >= first && number <= last)
          << hex(first) << "-" << hex(last) << ": " << hex(number);
  for (const char* line : {"1:2:3:4::ffff", "1:2:3:5::", "1:2:4::", "1:3::", "1:5:5:ffff::1", "1:6:7:8::", "1:6:7:7:9::9", "1:2:3:4:0:1::"})
    EXPECT_TRUE(matches("1:2:3:4::9-1:6:7:8::", line)) << line;
  for (const char* line : {"1:2:3:4::8", "1:2:3:3::9", "1:2:2::", "1:1::", "::", "1:6:7:8::1", "1:6:7:9::", "1:7::", "2::"})
    EXPECT_FALSE(matches("1:2:3:4::9-1:6:7:8::", line)) << line;
}

TEST(LogQl, WhatIsNotUnderstoodIsNamed) {
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {R"({a="b"} | line_format "{{if .x}}y{{end}}")", "if is not understood in a template"},
           {R"({a="b"} | line_format "{{.x | title}}")", "title is not understood in a template"},
           {R"({a="b"} | line_format "{{.x | trunc y}}")", "a whole number is expected"},
           {R"({a="b"} | line_format "{{.x | replace `y`}}")", "a quoted text is expected"},
           {R"({a="b"} | line_format "{{.x")", "}} is expected"},
           {R"({a="b"} | label_format level="x")", "no label level can be made"},
           {R"({a="b"} | distinct x="y")", "distinct takes names"},
           {R"({a="b"} | pattern "<_>")", "a name is expected"},
           {R"({a="b"} | pattern "<a><b>")", "between two places"},
           {R"({a="b"} | pattern "<a> <a>")", "a is there twice"},
           {R"({a="b"} |> "<x>")", "only <_>"},
           {R"({a="b"} | regexp "(")", "missing )"},
           {R"({a="b"} | json x="y[0]")", "an element of a list"},
           {R"({a="b"} | keep x="y")", "keep takes names"},
           {R"({a="b"} |= ip("10.0.0.0/33"))", "in ip()"},
           {R"({a="b"} |= ip("10.0.0.300"))", "in ip()"},
           {R"({a="b"} | x = ip("2001:db8::/129"))", "in ip()"},
           {R"({a="b"} | x = ip("2001:db8::1::2"))", "in ip()"},
           {R"({a="b"} | x = ip("2001:db8:1"))", "in ip()"},
           {R"({a="b"} | x = ip("1:2:3:4:5:6:7:8:9"))", "in ip()"},
           {R"({a="b"} | x = ip("12345::"))", "in ip()"},
           {R"({a="b"} | x = ip("1.2.3.4::"))", "in ip()"},
           {R"({a="b"} | x = ip("fe80::2-fe80::1"))", "in ip()"},
           {R"({a="b"} | x = ip("fe80::2-10.0.0.1"))", "in ip()"},
           {R"({a="b"} | x = ip("10.0.0.9-10.0.0.1"))", "in ip()"},
           {R"(rate_counter({a="b"}[1m]))", "rate_counter needs an unwrap"},
           {R"(variants(rate({a="b"}[1m])))", "variants is not understood"},
           {R"(sum(rate({a="b"}[1m])) or on (x) group_left () sum(rate({a="b"}[1m])))", "group_left is not of or"},
           {R"(sum(rate({a="b"}[1m])) / on (x) group_right (1) sum(rate({a="b"}[1m])))", "the name of a label"},
           {R"(sum(rate({a="b"}[1m])) or 1)", "or stands between series"},
           {"1 > 2", "compared with bool"},
           {R"(1 + on (x) rate({a="b"}[1m]))", "on and ignoring"},
           {R"(sort by (x) (rate({a="b"}[1m])))", "sort takes no labels"},
           {R"(label_replace(rate({a="b"}[1m]), "a b", "b", "c", "d"))", "no name of a label"},
           {R"(label_replace(rate({a="b"}[1m]), "a", "b", "c", "("))", "missing )"},
           {R"(label_replace(rate({a="b"}[1m]), "a", "b", "c"))", "a comma is expected"},
           {R"(label_replace(1, "a", "b", "c", "d"))", "not of a number"},
       })
    EXPECT_NE(error_of(text).find(part), std::string::npos) << text << ": " << error_of(text);
}

TEST(LogQl, TextsHaveTheEscapesOfGo) {
  EXPECT_EQ(ours(R"({a="\a\b\f\v\u00e4\U0001F600\x41"})"), "a=\"\\x07\\x08\\x0c\\x0b\u00e4\U0001F600A\"");
  EXPECT_NE(error_of(R"({a="\ud800"})").find("there is no such character"), std::string::npos);
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
  ASSERT_EQ(parsed->metric.kind, LogMetric::Kind::binary);
  const LogMetric& sum = parsed->metric.operands.at(0);
  EXPECT_EQ(sum.function, "sum");
  EXPECT_EQ(sum.labels, (std::vector<std::string>{"level", "detected_level"}));
  const LogMetric& count = sum.operands.at(0);
  EXPECT_EQ(count.function, "count_over_time");
  EXPECT_EQ(count.range_ns, 60 * base::kNsPerSecond);
  EXPECT_EQ(count.offset_ns, 300 * base::kNsPerSecond);
  EXPECT_EQ(parsed->metric.operands.at(1).number, 2);
}

TEST(LogQl, LabelsAreReplaced) {
  const auto parsed =
      parse_logql(R"(label_replace(sum by (host) (rate({a="b"}[1m])), "site", "$1", "host", "(.*)-.*") * 2)", known_field_of, kContext);
  ASSERT_TRUE(parsed) << parsed.error().what;
  const LogMetric& relabel = parsed->metric.operands.at(0);
  EXPECT_EQ(relabel.kind, LogMetric::Kind::relabel);
  EXPECT_EQ(relabel.label + " " + relabel.replacement + " " + relabel.from_label + " " + relabel.regex, "site $1 host (.*)-.*");
}

TEST(LogQl, TheEndsOfQuantilesAreTheLeastAndTheGreatest) {
  EXPECT_EQ(parse_logql(R"(quantile_over_time(0, {a="b"} | unwrap x [1m]))", known_field_of, kContext)->metric.function, "min_over_time");
  EXPECT_EQ(parse_logql(R"(quantile_over_time(1, {a="b"} | unwrap x [1m]))", known_field_of, kContext)->metric.function, "max_over_time");
  EXPECT_EQ(parse_logql(R"(approx_topk(3, sum by (a) (rate({a="b"}[1m]))))", known_field_of, kContext)->metric.function, "topk");
}

TEST(LogQl, OperatorsBindAsInArithmetic) {
  const auto parsed = parse_logql("1 + 2 * 3 ^ 2 ^ 1 - 4", known_field_of, kContext);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->metric.function, "-");
  EXPECT_EQ(parsed->metric.operands.at(0).function, "+");
  EXPECT_EQ(parsed->metric.operands.at(0).operands.at(1).function, "*");
}

TEST(LogQl, SetsAndComparisonsBindLess) {
  const auto parsed = parse_logql(R"(sum by (a) (rate({b="c", d!="e"}[1m])) + 1 > bool 2 or ignoring (x) vector(0) and vector(1))",
                                  known_field_of, kContext);
  ASSERT_TRUE(parsed) << parsed.error().what;
  const LogMetric& either = parsed->metric;
  EXPECT_EQ(either.function, "or");
  EXPECT_EQ(either.grouping, LogMetric::Grouping::without);
  EXPECT_EQ(either.labels, std::vector<std::string>{"x"});
  EXPECT_EQ(either.operands.at(0).function, ">");
  EXPECT_TRUE(either.operands.at(0).gives_bool);
  EXPECT_EQ(either.operands.at(0).operands.at(0).function, "+");
  EXPECT_EQ(either.operands.at(1).function, "and");
  const LogSelection& logs = either.operands.at(0).operands.at(0).operands.at(0).operands.at(0).logs;
  EXPECT_EQ(logs.labels, (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(logs.equal, (std::vector<std::pair<std::string, std::string>>{{"b", "c"}}));
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
