#include "query/filter/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "query/filter/filter_spec.h"
#include "query/testing/test_run.h"

namespace logmill::query {
namespace {

constexpr std::int64_t kHour = 3600 * base::kNsPerSecond;
constexpr Context kAt{.now = kNow, .utc = true};

Filter filter_of(std::string_view text, const Context& context = kAt) {
  auto filter = Filter::parse(text, context);
  EXPECT_TRUE(filter) << text << "\n" << (filter ? "" : filter.error().what);
  return *std::move(filter);
}

std::string error_of(std::string_view text) {
  const auto filter = Filter::parse(text, kAt);
  return filter ? "(accepted)" : filter.error().what;
}

// The rows that match, as one character each: "1" or ".".
std::string hits(std::string_view text, const record::Batch& batch, const Context& context = kAt) {
  Mask keep;
  filter_of(text, context).select(batch, keep);
  std::string out;
  for (const auto flag : keep) out += flag ? '1' : '.';
  return out;
}

bool matches(std::string_view filter, const TestRow& row, const Context& context = kAt) {
  return hits(filter, batch_of({row}), context) == "1";
}

TEST(Filter, EverythingMatchesWhenNothingIsAsked) {
  const auto batch = batch_of({{{"a", number(1)}}, {}});
  EXPECT_EQ(hits("", batch), "11");
  EXPECT_EQ(hits("*", batch), "11");
  EXPECT_EQ(hits("NOT *", batch), "..");
}

TEST(Filter, EqualComparesNumbersAsNumbersAndTextAsText) {
  EXPECT_TRUE(matches("status=500", {{"status", number(500)}}));
  EXPECT_TRUE(matches("status=500", {{"status", text("500")}}));
  EXPECT_TRUE(matches("status=500", {{"status", record::Value::decimal(5000, 1)}}));
  EXPECT_TRUE(matches("status=500", {{"status", record::Value::real(500)}}));
  EXPECT_TRUE(matches("status = 500", {{"status", number(500)}}));
  EXPECT_TRUE(matches("status==500", {{"status", number(500)}}));
  EXPECT_FALSE(matches("status=500", {{"status", number(501)}}));
  EXPECT_FALSE(matches("status=500", {{"other", number(500)}}));
  EXPECT_TRUE(matches("id=9007199254740993", {{"id", number(9007199254740993)}}));
  EXPECT_FALSE(matches("id=9007199254740993", {{"id", number(9007199254740992)}}));
  EXPECT_TRUE(matches("host=web-1.example.com:80", {{"host", text("web-1.example.com:80")}}));
  EXPECT_FALSE(matches("host=WEB", {{"host", text("web")}}));
  EXPECT_TRUE(matches("ok=true", {{"ok", record::Value::boolean(true)}}));
  EXPECT_TRUE(matches("a=null", {{"a", record::Value::null()}}));
  EXPECT_TRUE(matches("\"odd field\"=1", {{"odd field", number(1)}}));
  EXPECT_TRUE(matches("path='/a b'", {{"path", text("/a b")}}));
}

TEST(Filter, NotEqualIsTheOppositeOfEqualAlsoForAbsentFields) {
  EXPECT_TRUE(matches("a!=1", {{"a", number(2)}}));
  EXPECT_TRUE(matches("a!=1", {}));
  EXPECT_FALSE(matches("a!=1", {{"a", number(1)}}));
  EXPECT_TRUE(matches("a!~x", {{"a", text("y")}}));
}

TEST(Filter, AnyOfAList) {
  const auto batch = batch_of({{{"h", text("a")}}, {{"h", text("b")}}, {{"h", text("c")}}, {}});
  EXPECT_EQ(hits("h in (a, b)", batch), "11..");
  EXPECT_EQ(hits("h=a,b", batch), "11..");
  EXPECT_EQ(hits("h!=a,b", batch), "..11");
  EXPECT_EQ(hits("NOT h in (a, b)", batch), "..11");
  EXPECT_EQ(hits("h not in (a, b)", batch), "..11");
  EXPECT_EQ(hits("h IN (\"a\")", batch), "1...");
  EXPECT_EQ(hits("h in (a*, c)", batch), "1.1.");
}

TEST(Filter, StarsStandForAnythingUnlessQuoted) {
  EXPECT_TRUE(matches("h=web*", {{"h", text("web1")}}));
  EXPECT_TRUE(matches("h=*eb1", {{"h", text("web1")}}));
  EXPECT_TRUE(matches("h=w*b*", {{"h", text("web1")}}));
  EXPECT_FALSE(matches("h=w*b", {{"h", text("web1")}}));
  EXPECT_TRUE(matches("status=5*", {{"status", number(503)}}));
  EXPECT_FALSE(matches("h=\"web*\"", {{"h", text("web1")}}));
  EXPECT_TRUE(matches("h=\"web*\"", {{"h", text("web*")}}));
}

TEST(Filter, OrderedComparisons) {
  const auto batch = batch_of({{{"n", number(1)}}, {{"n", number(2)}}, {{"n", text("3")}}, {{"n", text("x")}}, {}});
  EXPECT_EQ(hits("n<2", batch), "1....");
  EXPECT_EQ(hits("n<=2", batch), "11...");
  EXPECT_EQ(hits("n>2", batch), "..1..");
  EXPECT_EQ(hits("n>=2", batch), ".11..");
  EXPECT_EQ(hits("n>-1.5", batch), "111..");
  EXPECT_EQ(hits("n>=w", batch), "...1.");
}

TEST(Filter, DurationsAndSizesCompareAsSuch) {
  EXPECT_TRUE(matches("d>250ms", {{"d", text("1.5s")}}));
  EXPECT_FALSE(matches("d>250ms", {{"d", text("90ms")}}));
  EXPECT_TRUE(matches("duration_ms>1.5s", {{"duration_ms", number(1501)}}));
  EXPECT_FALSE(matches("duration_ms>1.5s", {{"duration_ms", number(1500)}}));
  EXPECT_TRUE(matches("duration_ms=1.5s", {{"duration_ms", number(1500)}}));
  EXPECT_TRUE(matches("took<2m", {{"took", number(119)}}));
  EXPECT_TRUE(matches("bytes>10KB", {{"bytes", number(10001)}}));
  EXPECT_FALSE(matches("bytes>10KB", {{"bytes", number(10000)}}));
  EXPECT_TRUE(matches("bytes>10KB", {{"bytes", text("1MiB")}}));
  EXPECT_TRUE(matches("count>=10k", {{"count", number(10000)}}));
}

TEST(Filter, LevelsAreOrderedAndKnownByAllTheirNames) {
  const auto batch = batch_of({{{"level", text("INFO")}}, {{"level", text("WARN")}}, {{"level", text("ERROR")}}, {}});
  EXPECT_EQ(hits("level>=warn", batch), ".11.");
  EXPECT_EQ(hits("level=err", batch), "..1.");
  EXPECT_EQ(hits("level!=info", batch), ".111");
  EXPECT_EQ(hits("level<ERROR", batch), "11..");
  EXPECT_EQ(hits("level in (info, error)", batch), "1.1.");
  EXPECT_EQ(hits("level~^w", batch), ".1..");
  EXPECT_EQ(hits("level=E*", batch), "..1.");
  EXPECT_EQ(hits("level?", batch), "111.");
  EXPECT_THAT(error_of("level=ERR0R"), testing::HasSubstr("TRACE DEBUG INFO WARN ERROR FATAL"));
}

TEST(Filter, WordsStandFreeInAnyCase) {
  EXPECT_TRUE(matches("timeout", {{"message", text("Timeout: after 3s")}}));
  EXPECT_FALSE(matches("timeout", {{"message", text("timeouts")}}));
  EXPECT_TRUE(matches("timeout*", {{"message", text("timeouts")}}));
  EXPECT_FALSE(matches("out", {{"message", text("timeout")}}));
  EXPECT_TRUE(matches("*out", {{"message", text("timeout")}}));
  EXPECT_TRUE(matches("*meo*", {{"message", text("timeout")}}));
  EXPECT_TRUE(matches("\"connection reset\"", {{"message", text("Connection reset by peer")}}));
  EXPECT_FALSE(matches("\"connection reset\"", {{"message", text("connection was reset")}}));
  EXPECT_TRUE(matches("connection reset", {{"message", text("reset the connection")}}));
  EXPECT_FALSE(matches("connection NOT\"reset\"", {{"message", text("reset the connection")}}));
  EXPECT_TRUE(matches("10.0.0.1", {{"message", text("from 10.0.0.1:80")}}));
  EXPECT_FALSE(matches("10.0.0.1", {{"message", text("from 10.0.0.17")}}));
  EXPECT_TRUE(matches("10:15:00", {{"message", text("at 10:15:00")}}));
  EXPECT_TRUE(matches("http://x/y", {{"message", text("GET http://x/y")}}));
  EXPECT_TRUE(matches("failed:", {{"message", text("login failed: bob")}}));
  EXPECT_TRUE(matches("/login", {{"message", text("GET /login")}}));
  EXPECT_TRUE(matches("/log*", {{"message", text("GET /login")}}));
  EXPECT_FALSE(matches("/log", {{"message", text("GET /login")}}));
  EXPECT_TRUE(matches("caf\xc3\xa9", {{"message", text("caf\xc3\xa9")}}));
}

TEST(Filter, WordsLookInTheMessageElseInRawElseEverywhere) {
  EXPECT_FALSE(matches("x", {{"message", text("y")}, {"raw", text("x")}, {"a", text("x")}}));
  EXPECT_TRUE(matches("x", {{"raw", text("x")}}));
  EXPECT_FALSE(matches("x", {{"raw", text("y")}, {"a", text("x")}}));
  EXPECT_TRUE(matches("x", {{"a", text("x")}}));
  EXPECT_TRUE(matches("404", {{"status", number(404)}}));
  const auto mixed = batch_of({{{"message", text("x")}}, {{"raw", text("x")}}, {{"a", text("x")}}, {}});
  EXPECT_EQ(hits("x", mixed), "111.");
  EXPECT_EQ(hits("NOT x", mixed), "...1");
}

TEST(Filter, WordsInAField) {
  EXPECT_TRUE(matches("error:denied", {{"error", text("access denied")}}));
  EXPECT_FALSE(matches("error:denied", {{"message", text("access denied")}}));
  EXPECT_TRUE(matches("error:\"access denied\"", {{"error", text("access denied")}}));
  EXPECT_TRUE(matches("error:/DEN/i", {{"error", text("access denied")}}));
  EXPECT_TRUE(matches("path:/api", {{"path", text("v2/api")}}));
  EXPECT_FALSE(matches("path:/ap", {{"path", text("v2/api")}}));
  EXPECT_TRUE(matches("path:/ap*", {{"path", text("v2/api")}}));
  EXPECT_TRUE(matches("\"url\"://ho*", {{"url", text("http://host")}}));
}

TEST(Filter, RegularExpressions) {
  EXPECT_TRUE(matches("/conn.*reset/", {{"message", text("a connection reset")}}));
  EXPECT_FALSE(matches("/CONN/", {{"message", text("connection")}}));
  EXPECT_TRUE(matches("/CONN/i", {{"message", text("connection")}}));
  EXPECT_TRUE(matches("/(a|b) c/", {{"message", text("b c")}}));
  EXPECT_TRUE(matches("~\"b+\"", {{"message", text("abbc")}}));
  EXPECT_TRUE(matches("path~\"^/api/v[0-9]+/\"", {{"path", text("/api/v2/x")}}));
  EXPECT_TRUE(matches("path~/api/v2", {{"path", text("/api/v2/x")}}));
  EXPECT_TRUE(matches("path~/\\/api\\/v\\d/", {{"path", text("/api/v2/x")}}));
  EXPECT_TRUE(matches("path=~\"\\d\"", {{"path", text("/api/v2/x")}}));
  EXPECT_TRUE(matches("status~^5", {{"status", number(503)}}));
}

TEST(Filter, Presence) {
  const auto batch = batch_of({{{"a", number(1)}}, {{"a", record::Value::null()}}, {}});
  EXPECT_EQ(hits("a?", batch), "1..");
  EXPECT_EQ(hits("a=*", batch), "1..");
  EXPECT_EQ(hits("a:*", batch), "1..");
  EXPECT_EQ(hits("a!=*", batch), ".11");
  EXPECT_EQ(hits("NOT a?", batch), ".11");
}

TEST(Filter, TimesAreRelativeOrAbsolute) {
  const auto batch = batch_of({{{"timestamp", number(kNow - 3 * kHour)}}, {{"timestamp", number(kNow - kHour)}}, {}});
  EXPECT_EQ(hits("timestamp>2h ago", batch), ".1.");
  EXPECT_EQ(hits("timestamp>-2h", batch), ".1.");
  EXPECT_EQ(hits("timestamp <= \"2h ago\"", batch), "1..");
  EXPECT_EQ(hits("timestamp>2026-11-17", batch), "11.");
  EXPECT_EQ(hits("timestamp>2026-11-17 23:59 timestamp<now", batch), "11.");
  EXPECT_EQ(hits("timestamp?", batch), "11.");
  EXPECT_EQ(hits("timestamp>2h ago AND level=ERROR", batch), "...");
}

TEST(Filter, TimeBoundsAreThoseOfWhatCanMatch) {
  const auto bounds = filter_of("a=1 timestamp>=2h ago timestamp<1h ago").bounds();
  EXPECT_EQ(bounds.min, kNow - 2 * kHour);
  EXPECT_EQ(bounds.max, kNow - kHour - 1);
  EXPECT_EQ(filter_of("a=1 OR timestamp>2h ago").bounds().min, filter_of("*").bounds().min);
  EXPECT_EQ(filter_of("timestamp=3h ago OR timestamp>2h ago").bounds().min, kNow - 3 * kHour);
  EXPECT_EQ(filter_of("NOT timestamp>2h ago").bounds().max, filter_of("*").bounds().max);
}

TEST(Filter, AndBindsCloserThanOr) {
  const auto batch = batch_of({{{"a", number(1)}}, {{"b", number(1)}}, {{"b", number(1)}, {"c", number(1)}}, {}});
  EXPECT_EQ(hits("a=1 OR b=1 c=1", batch), "1.1.");
  EXPECT_EQ(hits("(a=1 or b=1) and c=1", batch), "..1.");
  EXPECT_EQ(hits("NOT a=1 b=1", batch), ".11.");
  EXPECT_EQ(hits("!(a=1 OR b=1)", batch), "...1");
}

TEST(Filter, IgnoreCaseIsAnOption) {
  Context any_case = kAt;
  any_case.ignore_case = true;
  EXPECT_TRUE(matches("h=WEB", {{"h", text("web")}}, any_case));
  EXPECT_TRUE(matches("h=\"W*b\"", {{"h", text("w*B")}}, any_case));
  EXPECT_TRUE(matches("h=W*", {{"h", text("web")}}, any_case));
  EXPECT_TRUE(matches("h~W", {{"h", text("web")}}, any_case));
}

TEST(Filter, PrintsBackToTheSameTree) {
  const std::string_view filters[] = {
      "",
      "*",
      "a=1",
      "a!=1",
      "a=1,2,\"x y\"",
      "a not in (1)",
      "NOT (a=1 OR b=2) c:word",
      "service=auth AND level=ERROR AND timestamp>2h ago",
      "timestamp in (2h ago, yesterday 14:00)",
      "status>=500 path~\"^/api/v[0-9]+/\" NOT host in (a, b)",
      "\"connection reset\" OR timeout*",
      "/a\\/b/i",
      "x~/a\\\\/",
      "x~\"a\\/b\"",
      "\"a \\\"b\\\" \\\\ \\n \\x01\"",
      "a:*",
      "\"5xx\":word",
      "\"a:b\"=1",
      "\"not\"=1",
      "a AND\"b\" or\"c\" NOT\"d\"",
      "/login x /y",
      "/log* x/",
      "path:/login x/",
      "path:/login z~x",
      "path:/log* z~x",
      "path:/* z~x",
      "path:/log*in z~x",
      "a=and",
      "x://y",
      "\"x\"://y",
      "\"x\"://y* z~x",
      "10:15:00 in (a OR b)",
      "a in in",
      "!!a?",
      "(a b) (c OR (d e))",
      "\"\"",
      "failed: x",
      "'it''s'",
      "don't",
  };
  for (const std::string_view filter : filters) {
    const Filter first = filter_of(filter);
    const Filter second = filter_of(first.text());
    EXPECT_TRUE(first.expr() == second.expr()) << filter << " -> " << first.text() << " -> " << second.text();
    EXPECT_EQ(first.text(), second.text());
  }
}

TEST(Filter, SamplesOfAllOperatorsParseAndPrintBack) {
  for (const FilterSpec* spec : filter_specs()) {
    const Filter first = filter_of(spec->sample);
    EXPECT_TRUE(first.expr() == filter_of(first.text()).expr()) << spec->sample;
    EXPECT_FALSE(spec->summary.empty());
  }
}

TEST(Filter, BracketsInValuesAreText) {
  EXPECT_TRUE(matches("thread=[main]", {{"thread", text("[main]")}}));
  EXPECT_TRUE(matches("thread=[main*", {{"thread", text("[main-3]")}}));
  EXPECT_TRUE(matches("thread=\"[main\"", {{"thread", text("[main")}}));
}

TEST(Filter, ErrorsPointAtThePlace) {
  EXPECT_EQ(error_of("level>= AND a=1"),
            "query: no such level; there are TRACE DEBUG INFO WARN ERROR FATAL\n"
            "  level>= AND a=1\n"
            "          ^");
  EXPECT_EQ(error_of("a=1 (b=2"),
            "query: this ( is not closed\n"
            "  a=1 (b=2\n"
            "      ^");
  EXPECT_EQ(error_of("a=[1,2"),
            "query: this [ is not closed; a list is a in (1, 2), and text that begins so stands in quotes\n"
            "  a=[1,2\n"
            "    ^");
  EXPECT_EQ(error_of("a= "),
            "query: expected a value after =\n"
            "  a= \n"
            "     ^");
}

TEST(Filter, BrokenQueriesAreRefused) {
  for (const std::string_view broken : {"a=",          "a>",         "=1",       "(",     ")",       "a)",      "(a",
                                        "a AND",       "OR a",       "a OR",     "NOT",   "\"x",     "a in (",  "a in (x",
                                        "a in ()",     "a~/(/",      "~",        "a=1 |", "| count", "a,b",     "timestamp>nonsense",
                                        "timestamp>5", "a=f(x)",     "a=x\"y\"", "AND",   "/(/",     "a~\"[\"", "\"\"=1",
                                        "a?\"b\"",     "\"a\"?\"b\""})
    EXPECT_FALSE(Filter::parse(broken, kAt)) << broken;
}

TEST(Filter, HostileNestingIsRefused) {
  EXPECT_THAT(error_of(std::string(100'000, '(')), testing::HasSubstr("too deeply nested"));
  EXPECT_THAT(error_of(std::string(100'000, '!')), testing::HasSubstr("too deeply nested"));
  EXPECT_THAT(error_of(std::string(2 << 20, 'a')), testing::HasSubstr("longer than"));
  EXPECT_FALSE(Filter::parse("a~((((x{1000}){1000}){1000}){1000})", kAt));
}

}  // namespace
}  // namespace logmill::query
