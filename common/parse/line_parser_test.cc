#include "parse/line_parser.h"

#include <gtest/gtest.h>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

using record::Value;

std::string text_of(const record::Batch& batch, std::string_view name, std::size_t row) {
  const Value value = batch.get(name, row);
  return value.is_text() ? std::string(value.text()) : "";
}

constexpr std::string_view kAccess = R"(203.0.113.9 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 512)";

TEST(LineParser, DropsTheLineThatItParsed) {
  EXPECT_EQ(parse_to_json("logfmt", "level=warn msg=full"), R"({"level":"WARN","message":"full"})");
}

TEST(LineParser, KeepsTheLineIfAsked) {
  record::Batch batch;
  fill_with_lines(batch, {"level=warn msg=full"});
  LineParserOptions options = test_options("logfmt");
  options.keep_raw = true;
  LineParser parser(options);
  EXPECT_EQ(parser.parse_batch(batch).parsed, 1u);
  EXPECT_EQ(text_of(batch, record::kRaw, 0), "level=warn msg=full");
  EXPECT_EQ(parser.parse_batch(batch).parsed, 0u) << "the fields are there already";
}

TEST(LineParser, FindsTheSameTimesWhereOnlyTimesAreAskedFor) {
  std::vector<std::string_view> lines = {"level=warn msg=full t=2026-11-21T10:15:00Z x", "a=1 time=1795256100 b=\"x\\n\"", "x=1",
                                         R"(Nov 21 10:15:00 web1 app[7]: {"time":"2026-11-20T10:15:00Z","level":"warn"})"};
  for (const ParserSpec* spec : parsers()) lines.push_back(spec->sample);
  record::Batch all, times;
  fill_with_lines(all, lines);
  fill_with_lines(times, lines);
  LineParser(test_options("auto")).parse_batch(all);
  LineParserOptions options = test_options("auto");
  options.asked_fields.emplace();
  LineParser(options).parse_batch(times);
  EXPECT_EQ(all.times(), times.times());
  EXPECT_EQ(all.levels(), times.levels());
  EXPECT_NE(times.get("x", 0), Value::boolean(true));
}

// Of lines that look like none, some are of one all the same.
TEST(LineParser, LinesOfNoFormatStayAsTheyAreWhateverIsAskedFor) {
  const std::vector<std::string_view> lines = {"\tat com.example.Shop.pay(Shop.java:77)",
                                               "java.lang.IllegalStateException: card refused",
                                               "\x1b[1mlevel=warn\x1b[0m msg=full",
                                               "\x1b[31m2026-11-21 10:15:00,123 ERROR x\x1b[0m",
                                               "  \x1b[31mplain\x1b[0m",
                                               "2026-11-21 10:15:00",
                                               "2026-11-21 10:15:00 and so on",
                                               "2026-11-21 10:15:00,123 ERROR x\n\tat y",
                                               "<x\n2026-11-21 10:15:00,123 ERROR x",
                                               "",
                                               "\xef\xbb\xbf",
                                               "\r",
                                               "..."};
  record::Batch all, levels;
  fill_with_lines(all, lines);
  fill_with_lines(levels, lines);
  const LineCounts of_all = LineParser(test_options("auto")).parse_batch(all);
  LineParserOptions options = test_options("auto");
  options.asked_fields.emplace({std::string(record::kLevel)});
  const LineCounts of_levels = LineParser(options).parse_batch(levels);
  EXPECT_EQ(of_all.parsed, of_levels.parsed);
  EXPECT_EQ(of_all.unparsed, of_levels.unparsed);
  EXPECT_GT(of_all.parsed, 2u);
  EXPECT_GT(of_all.unparsed, 4u);
  EXPECT_EQ(all.times(), levels.times());
  EXPECT_EQ(all.levels(), levels.levels());
  for (std::size_t row = 0; row < lines.size(); ++row)
    EXPECT_EQ(text_of(all, record::kRaw, row), text_of(levels, record::kRaw, row)) << lines[row];
}

// Of lines of each format, each of the fields that all of them have.
TEST(LineParser, FindsTheSameOfTheFieldsThatAreAskedFor) {
  std::vector<std::string_view> lines = {"level=warn msg=full t=2026-11-21T10:15:00Z a=1 x", "a=1 x=2 a=3",
                                         "Nov 21 10:15:00 web1 app[7]: a=1"};
  for (const ParserSpec* spec : parsers()) lines.push_back(spec->sample);
  // Pairs that come as they came before, with values that are more than a word.
  for (const std::string_view pairs :
       {"a=1 b=2 c=3", R"(a="x\"y z" b=2 c=3)", R"(a="x\\" b=2 c=3)", R"(a="x"y b=2 c=3)", "a= b=2 c=3", "a=1  b=2 c=", R"(a=1 b="2 c=3)",
        "a=1 b=2 c", R"(a=1 b=x"y" c=3)", R"(a="" b="=" c="3")", "a=1 b=2 c=3 "})
    lines.push_back(pairs);
  record::Batch all;
  fill_with_lines(all, lines);
  LineParser(test_options("auto")).parse_batch(all);
  std::size_t fewer = 0;
  for (const record::Column& column : all.columns()) {
    record::Batch some;
    fill_with_lines(some, lines);
    LineParserOptions options = test_options("auto");
    options.asked_fields = {column.name};
    LineParser(options).parse_batch(some);
    EXPECT_EQ(some.times(), all.times());
    EXPECT_EQ(some.levels(), all.levels());
    for (std::size_t row = 0; row < lines.size(); ++row)
      EXPECT_EQ(some.get(column.name, row), column.at(row)) << column.name << ": " << lines[row];
    fewer += some.columns().size() < all.columns().size();
  }
  EXPECT_GT(fewer, 0u);
}

TEST(LineParser, FindsTheTimeOnlyIfAskedWhereItDoesNotMatter) {
  const std::vector<std::string_view> lines = {"level=warn time=2026-11-21T10:15:00Z t=2026-11-21T10:16:00Z ts=1",
                                               "t=1795256100 level=warn"};
  record::Batch all;
  fill_with_lines(all, lines);
  LineParser(test_options("auto")).parse_batch(all);
  for (const std::string_view name : {"timestamp", "timestamp_text", "time", "t", "ts", "level"}) {
    record::Batch some;
    fill_with_lines(some, lines);
    LineParserOptions options = test_options("auto");
    options.asked_fields = {std::string(name)};
    options.asks_time = false;
    LineParser(options).parse_batch(some);
    EXPECT_EQ(some.times() == all.times(), name != "level") << name;
    EXPECT_EQ(some.levels(), all.levels());
    for (std::size_t row = 0; row < lines.size(); ++row) EXPECT_EQ(some.get(name, row), all.get(name, row)) << name << ": " << lines[row];
  }
}

// The one that comes with the record is the collector's only if the line has one of its own.
TEST(LineParser, KnowsTheCollectorsHostWhereNoHostIsAskedFor) {
  for (const std::string_view line : {"Nov 21 10:15:00 web1 sshd[1]: hi", "level=info host=web1"}) {
    record::Batch batch;
    fill_with_lines(batch, {line, line});
    batch.set(record::kHost, 1, Value::string("collector"));
    LineParserOptions options = test_options("auto");
    options.asked_fields = {"collector_host"};
    LineParser(options).parse_batch(batch);
    EXPECT_EQ(text_of(batch, "collector_host", 0), "") << line;
    EXPECT_EQ(text_of(batch, "collector_host", 1), "collector") << line;
  }
}

TEST(LineParser, SaysWhereALineStoppedFitting) {
  EXPECT_EQ(parse_to_json("nginx", "203.0.113.9 - - GET"),
            R"({"raw":"203.0.113.9 - - GET","parse_error":"nginx: column 1: expected '['"})");
  EXPECT_EQ(parse_to_json("nginx", R"(1.2.3.4 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" x 1)"),
            R"({"raw":"1.2.3.4 - - [21/Nov/2026:10:15:00 +0000] \"GET / HTTP/1.1\" x 1",)"
            R"("parse_error":"nginx: column 59: expected a status"})");
}

TEST(LineParser, LeavesNothingBehindOfAnAttempt) {
  // logfmt has set two fields when it meets the quote that does not end.
  EXPECT_EQ(parse_to_json("logfmt", R"(a=1 level=info msg="never ends)"),
            R"({"raw":"a=1 level=info msg=\"never ends",)"
            R"("parse_error":"logfmt: column 20: expected a string that ends"})");
}

TEST(LineParser, TriesAFailedLineAgain) {
  record::Batch batch;
  fill_with_lines(batch, {kAccess});
  LineParser(test_options("syslog")).parse_batch(batch);
  ASSERT_TRUE(batch.get(record::kParseError, 0).present());
  EXPECT_EQ(LineParser(test_options("nginx")).parse_batch(batch).parsed, 1u);
  EXPECT_FALSE(batch.get(record::kParseError, 0).present());
  EXPECT_EQ(batch.get("status", 0), Value::integer(200));
}

TEST(LineParser, LeavesRecordsWithFieldsAlone) {
  record::Batch batch;
  batch.set(record::kMessage, batch.add_row(), Value::string(batch.own("level=info")));
  const LineCounts counts = LineParser(test_options("auto")).parse_batch(batch);
  EXPECT_EQ(counts.parsed + counts.unparsed, 0u);
  EXPECT_EQ(to_json(batch, 0), R"({"message":"level=info"})");
}

TEST(LineParser, KeepsFileAndTheCollectorsHost) {
  record::Batch batch;
  fill_with_lines(batch, {"Nov 21 10:15:00 web1 sshd[1]: hi", "level=info msg=hi"});
  batch.fill(record::kFile, Value::string("/var/log/syslog"));
  batch.fill(record::kHost, Value::string("collector"));
  LineParser(test_options("auto")).parse_batch(batch);
  EXPECT_EQ(text_of(batch, record::kFile, 0), "/var/log/syslog");
  EXPECT_EQ(text_of(batch, record::kHost, 0), "web1");
  EXPECT_EQ(text_of(batch, "collector_host", 0), "collector");
  EXPECT_EQ(text_of(batch, record::kHost, 1), "collector");
  EXPECT_EQ(text_of(batch, "collector_host", 1), "");
}

TEST(LineParser, RemembersTheFormatOfEachFile) {
  record::Batch batch;
  fill_with_lines(batch, {kAccess, "Nov 21 10:15:00 web1 sshd[1]: hi", kAccess, "Nov 21 10:15:00 web1 sshd[1]: hi"});
  for (std::size_t row = 0; row < batch.rows(); ++row)
    batch.set(record::kFile, row, Value::string(row % 2 == 0 ? "access.log" : "auth.log"));
  LineParser parser(test_options("auto"));
  EXPECT_EQ(parser.parse_batch(batch).parsed, 4u);
  EXPECT_EQ(parser.fitted().at(find_parser("nginx")), 2u);
  EXPECT_EQ(parser.fitted().at(find_parser("syslog")), 2u);
}

TEST(LineParser, ReadsLinesInsideOfLines) {
  EXPECT_EQ(parse_to_json("auto", "2026-11-21T10:15:00Z stdout F level=warn msg=full"),
            R"({"timestamp":"2026-11-21T10:15:00Z","level":"WARN","message":"full","stream":"stdout"})");
  EXPECT_EQ(parse_to_json("auto", R"({"log":"level=warn msg=\"a b\"\n","stream":"stdout","time":"2026-11-21T10:15:00Z"})"),
            R"({"timestamp":"2026-11-21T10:15:00Z","level":"WARN","message":"a b","stream":"stdout"})");
  EXPECT_EQ(parse_to_json("auto", R"(web-1  | {"level":"error","msg":"gone"})"), R"({"level":"ERROR","service":"web-1","message":"gone"})");
  EXPECT_EQ(parse_to_json("auto", R"(Nov 21 10:15:00 web1 app[7]: {"msg":"in","n":1})"),
            R"({"timestamp":"2026-11-21T10:15:00Z","service":"app","host":"web1","message":"in","pid":7,"n":1})");
}

TEST(LineParser, KeepsTheMessageWhoseInsideFitsNothing) {
  EXPECT_EQ(parse_to_json("auto", "2026-11-21T10:15:00Z stdout F just text"),
            R"({"timestamp":"2026-11-21T10:15:00Z","message":"just text","stream":"stdout"})");
  EXPECT_EQ(parse_to_json("auto", "Nov 21 10:15:00 web1 app[7]: {not json"),
            R"({"timestamp":"2026-11-21T10:15:00Z","service":"app","host":"web1","message":"{not json","pid":7})");
}

TEST(LineParser, UnwrapsDockerObjectsThatAreDecodedAlready) {
  record::Batch batch;
  const std::size_t row = batch.add_row();
  batch.set("log", row, Value::string(batch.own("level=warn msg=full\n")));
  batch.set("stream", row, Value::string("stderr"));
  LineParser(test_options("auto")).parse_batch(batch);
  EXPECT_EQ(to_json(batch, 0), R"({"level":"WARN","message":"full","stream":"stderr"})");
}

TEST(LineParser, ParsesAnotherFieldThanRaw) {
  record::Batch batch;
  for (const std::string_view message : {"level=warn msg=full", "just text"})
    batch.set(record::kMessage, batch.add_row(), Value::string(batch.own(message)));
  LineParserOptions options = test_options("auto");
  options.field = record::kMessage;
  const LineCounts counts = LineParser(options).parse_batch(batch);
  EXPECT_EQ(counts.parsed, 1u);
  EXPECT_EQ(counts.unparsed, 1u);
  EXPECT_EQ(to_json(batch, 0), R"({"level":"WARN","message":"full"})");
  EXPECT_EQ(to_json(batch, 1), R"({"message":"just text"})");
}

TEST(LineParser, TakesLineEndsByteOrderMarksAndColoursOff) {
  EXPECT_EQ(parse_to_json("auto", "level=warn msg=full\r"), R"({"level":"WARN","message":"full"})");
  EXPECT_EQ(parse_to_json("auto", "\xef\xbb\xbflevel=warn msg=full"), R"({"level":"WARN","message":"full"})");
  EXPECT_EQ(parse_to_json("auto", "\x1b[1;31mlevel=warn\x1b[0m msg=full"), R"({"level":"WARN","message":"full"})");
}

TEST(LineParser, SaysOfAnEmptyLineThatItIsEmpty) {
  EXPECT_EQ(parse_to_json("auto", ""), R"({"raw":"","parse_error":"the line is empty"})");
}

TEST(Regex, TurnsNamedGroupsIntoFields) {
  EXPECT_EQ(
      parse_to_json(R"(regex:^(?P<time>\S+ \S+) (?P<lvl>\w+) user=(?P<user>\w+) n=(?P<n>\d+))", "2026-11-21 10:15:00 warn user=ada n=7"),
      R"({"timestamp":"2026-11-21T10:15:00Z","level":"WARN","message":"2026-11-21 10:15:00 warn user=ada n=7","user":"ada","n":7})");
  EXPECT_EQ(parse_to_json(R"(regex:^(?P<time>\w+ +\d+ [\d:]+) (?P<message>.*))", "Feb  3 10:15:00 hello"),
            R"({"timestamp":"2026-02-03T10:15:00Z","message":"hello"})");
  EXPECT_EQ(parse_to_json("regex:(?P<a>x)", "y"), R"({"raw":"y","parse_error":"regex: column 1: expected what the pattern says"})");
}

TEST(FormatChoice, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(FormatChoice::from_name("ngnix").error().what, "'ngnix' is no format; did you mean nginx?");
  EXPECT_FALSE(FormatChoice::from_name("regex:(").has_value());
  EXPECT_NE(FormatChoice::from_name("regex:abc").error().what.find("no named group"), std::string::npos);
  EXPECT_TRUE(FormatChoice::from_name("auto").has_value());
}

// What lines become that are read together, and how many parts they were handed on in.
struct Together {
  std::vector<std::string> records;
  std::size_t parts = 0;
};

Together parse_together(const std::vector<std::string>& lines, std::string_view format = "auto") {
  record::Batch batch;
  fill_with_lines(batch, {lines.begin(), lines.end()});
  LineParser parser(test_options(format));
  Together together;
  EXPECT_TRUE(parser.parse_parts(batch, [&](const record::Batch& part) -> base::Status {
    ++together.parts;
    EXPECT_LE(part.rows() * part.columns().size(), 3 * record::Batch::kCellsMax);
    for (std::size_t row = 0; row < part.rows(); ++row) together.records.push_back(to_json(part, row));
    return {};
  }));
  return together;
}

// Each by itself fits into a batch, all of them do not.
void expect_no_neighbours_matter(const std::vector<std::string>& lines, std::string_view format = "auto") {
  const Together together = parse_together(lines, format);
  EXPECT_GT(together.parts, 1u);
  ASSERT_EQ(together.records.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(together.records[i], parse_to_json(format, lines[i])) << lines[i];
}

std::vector<std::string> numbered(std::string_view before, std::string_view after) {
  std::vector<std::string> lines;
  for (int i = 0; i < 1'500; ++i) lines.push_back(std::string(before) + std::to_string(i) + std::string(after));
  return lines;
}

TEST(WideLines, AreParsedAsEachByItself) {
  expect_no_neighbours_matter(numbered(R"({"n":2,"key)", R"(":1})"), "json");
  expect_no_neighbours_matter(numbered(R"({"n":2,"key)", R"(":1})"));
  expect_no_neighbours_matter(numbered(R"(2026-11-21T10:15:00.5Z stdout F {"message":"inside","key)", R"(":"text"})"));
  expect_no_neighbours_matter(numbered("level=info msg=hello key", "=1"));
}

TEST(WideLines, ComeBehindManyNarrowOnes) {
  std::vector<std::string> lines;
  for (int i = 0; i < 20'000; ++i) lines.push_back(R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6})");
  std::string wide = R"({"last":1)";
  for (int i = 0; i < 900; ++i) wide += ",\"key" + std::to_string(i) + "\":1";
  lines.push_back(wide + "}");
  const Together together = parse_together(lines);
  EXPECT_EQ(together.parts, 2u);
  EXPECT_EQ(together.records.back(), parse_to_json("auto", lines.back()));
}

// Docker's objects that were decoded already, with objects inside.
TEST(WideLines, AreUnwrappedAsEachByItself) {
  const std::vector<std::string> inner = numbered(R"({"message":"inside","key)", R"(":1})");
  record::Batch batch;
  for (const std::string& text : inner) {
    const std::size_t row = batch.add_row();
    batch.set("log", row, Value::string(batch.own(text)));
    batch.set("stream", row, Value::string("stdout"));
  }
  LineParser parser(test_options("auto"));
  std::size_t records = 0;
  EXPECT_TRUE(parser.parse_parts(batch, [&](const record::Batch& part) -> base::Status {
    for (std::size_t row = 0; row < part.rows(); ++row, ++records) {
      EXPECT_EQ(text_of(part, record::kMessage, row), "inside") << records;
      EXPECT_TRUE(part.get("key" + std::to_string(records), row).present()) << records;
      EXPECT_FALSE(part.get("log", row).present());
    }
    return {};
  }));
  EXPECT_EQ(records, inner.size());
}

// Who needs the rows together is told which did not fit.
TEST(WideLines, FailWhereTheyMustStayTogether) {
  const std::vector<std::string> lines = numbered(R"({"key)", R"(":1})");
  record::Batch batch;
  fill_with_lines(batch, {lines.begin(), lines.end()});
  EXPECT_GT(LineParser(test_options("json")).parse_batch(batch).unparsed, 0u);
  EXPECT_EQ(batch.rows(), lines.size());
}

}  // namespace
}  // namespace logmill::parse
