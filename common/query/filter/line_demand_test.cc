// Never leaves out a line whose record matches: judged against parsing every line, on real logs and
// on what random edits make of them.
#include "query/filter/line_demand.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "codec/reader.h"
#include "index/sidecar_writer.h"
#include "index/span_keys.h"
#include "parse/line_parser.h"
#include "query/filter/filter.h"
#include "query/language/quantity.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "support/fault_fs.h"

namespace logmill::query {
namespace line_demand_test {

constexpr Context kNow{.now = 1'795'000'000 * base::kNsPerSecond, .utc = true};

using Formats = LineDemand::Formats;

std::unique_ptr<LineDemand> demand_of(std::string_view text, Formats formats = Formats::found) {
  const auto filter = Filter::parse(text, kNow);
  EXPECT_TRUE(filter) << text;
  return filter ? LineDemand::of(filter->expr(), kNow, formats) : nullptr;
}

std::string sifted(const LineDemand& demand, std::string_view lines) {
  std::string kept;
  demand.sift(lines, kept);
  return kept;
}

bool lets_through(const LineDemand* demand, std::string_view line) { return demand == nullptr || !sifted(*demand, line).empty(); }

// A sidecar of this line alone.
bool sidecar_lets_through(const LineDemand& demand, const std::string& line) {
  test::FaultFs fs;
  index::SpanKeys keys;
  keys.add(line + "\n");
  auto writer = *index::SidecarWriter::create(fs, "x.lmx", codec::Container::none);
  index::SidecarSpan span{.bytes = line.size() + 1, .lines = 1, .opaque = keys.take_opaque()};
  // A large span, so that the filter has room.
  span.bytes += 1 << 20;
  EXPECT_TRUE(writer->add_span(span, keys.take()));
  EXPECT_TRUE(writer->finish({}));
  const auto sidecar = index::SidecarReader::open(fs.content("x.lmx"));
  EXPECT_TRUE(sidecar) << sidecar.error().what;
  index::BlockMask spans;
  EXPECT_TRUE(demand.spans_of(*sidecar, spans));
  return spans[0] != 0;
}

struct Case {
  std::string_view filter, line;
  bool through;
};

TEST(LineDemand, LeavesOutWhatCannotMatch) {
  const Case cases[] = {
      {"timeout", "a TIMEOUT there", true},
      {"timeout", "nothing here", false},
      {"\"connection reset\" AND peer", "Connection Reset by Peer", true},
      {"\"connection reset\" AND peer", "connection reset by nobody", false},
      {"\"connection reset\" OR peer", "peer", true},
      {"\"connection reset\" OR peer", "connection", false},
      {"connect*", "reconnected", true},  // the parser decides
      {"type=USER_LOGIN", "type=USER_LOGIN msg=audit(1795256100.123:4711): pid=815 uid=0", true},
      {"type=USER_LOGIN", R"({"type":"USER_LOGOUT"})", false},
      {"stream=stderr", "2026-11-21T10:15:00.5Z stderr F x", true},
      {"kind=DETAIL", "2026-11-21 10:15:00.123 UTC [815] DETAIL:  Key (id)=(7) already exists.", true},
      {"path=/api/v1/x", "GET /api/v1/x", true},
      {"path=/api/v1/x", R"({"path":"\/api\/v1\/x"})", true},
      {"path=/api/v1/x", "GET /api/v1/y", false},
      {R"(path="a/bc, and what is looked for first")", R"({"path":"a\/bc, and what is looked for first"})", true},
      {"trace_id in (aaaabbbb, ccccdddd)", "ccccdddd", true},
      {"trace_id in (aaaabbbb, ccccdddd)", "ccccbbbb", false},
      {"path~/^user[0-9]+ left$/", "user12 left", true},
      {"path~/^user[0-9]+ left$/", "user12", false},
      {"path~/(one|two).*three|four/", "two, three", true},
      {"path~/(one|two).*three|four/", "three and two", true},  // the order is not looked at
      {"path~/(one|two).*three|four/", "one, two", false},
      {"path~/(one|two).*three|four/", "three", false},
      {"path~/(one|two).*three|four/", "fourteen", true},
      {"path~/(one|two|four|five|six|seven|eight).*three/", "eight, three", true},
      {"path~/(one|two|four|five|six|seven|eight).*three/", "eight", false},
      {"path~/(one|two|four|five|six|seven|eight).*three/", "nine, three", false},
      {"path~/(?i)kelvin/",
       "\xe2\x84\xaa"
       "elvin",
       true},
      {"peer", R"({"message":"\u0070eer"})", true},
      {"peer", R"({"message":"\u0050eer"})", true},
      {"peer", R"({"message":"a \u003c b \u0026 c\u00e4"})", false},
      {"peer", R"({"message":"\u003c\u0070eer"})", true},
      {"peer", R"({"message":"p\u001b[1meer"})", true},
      {"peer", R"({"message":"\u00zz"})", true},
      {"u003cx", R"(a \u003cx)", true},
      {"peer", R"({"log":"{\"message\":\"\u005cu0070eer\"}"})", true},
      {"peer", R"({"log":"{\"message\":\"\\\u007500\u00370eer\"}"})", true},
      {"peer", "p\x1b[1meer", true},
      {"peer NOT reset", "no such word", false},
  };
  for (const Case& one : cases) {
    const auto demand = demand_of(one.filter);
    ASSERT_NE(demand, nullptr) << one.filter;
    EXPECT_EQ(lets_through(demand.get(), one.line), one.through) << one.filter << ": " << one.line;
  }
}

TEST(LineDemand, AsksNothingOfWhatBytesDoNotShow) {
  for (const std::string_view filter : {"*", "timestamp>2h ago", "NOT peer", "facility=daemon", "error", "12345", "host=*", "host=a*", "ab",
                                        "file=x.log", "parse_error:column", "status!=200", "peer OR NOT level=ERROR", "ts>5", "debug=true"})
    EXPECT_EQ(demand_of(filter), nullptr) << filter;
  for (const std::string_view filter : {"level=ERROR", "status=200", "status>=500", "peer OR status=200", "duration=1.5s"}) {
    EXPECT_EQ(demand_of(filter, Formats::any), nullptr) << filter;
    ASSERT_NE(demand_of(filter), nullptr) << filter;
    EXPECT_TRUE(demand_of(filter)->goes_by_names()) << filter;
  }
  // Rarer than a name.
  EXPECT_FALSE(demand_of("peer level=ERROR")->goes_by_names());
}

TEST(LineDemand, LooksAtValuesBehindTheirNames) {
  const Case cases[] = {
      {"level=ERROR", R"({"level":"ERROR"})", true},
      {"level=ERROR", R"({"level":"INFO","message":"no error"})", false},
      {"level=ERROR", R"({"level" : "err"})", true},
      {"level=ERROR", R"({"lvl":50})", true},
      {"level=ERROR", R"({"lvl":30,"msg":"level"})", false},
      {"level=ERROR", R"({"log":{"level":"severe"}})", true},
      {"level=ERROR", R"({"level":"info","severity":"E"})", true},
      {"level=ERROR", R"({"level":"\u0045RROR"})", true},
      {"level=ERROR", R"({"l\u0065vel":"error"})", true},
      {"level=ERROR", R"({"log":"E1121 10:15:00.123456 815 server.cc:253] listener closed"})", true},
      {"level=ERROR", R"({"raw":"E1121 10:15:00.123456 815 server.cc:253] listener closed"})", true},
      {"level=ERROR", R"({"log" : "E1121 10:15:00.123456 815 server.cc:253] listener closed"})", true},
      {"level=ERROR", R"({"error_severity":"LOG","LOG":"E","as":["log","raw"]})", false},
      {"level=ERROR", R"({"level":"INFO","statement":"SELECT 1 WHERE a = b <unfinished"})", false},
      {"level=ERROR", "level=error msg=x", true},
      {"level=ERROR", "level=info msg=error", false},
      {"level=ERROR", "lvl=\"e\"\r", true},
      {"level=ERROR", "level=\x1b[31merror", true},
      {"level=ERROR", "<131>Nov 21 10:15:00 web1 sshd[815]: x", true},
      {"level=ERROR", "E1121 10:15:00.123456 815 server.cc:253] listener closed", true},
      {"level=ERROR", "web-1  | E1121 10:15:00.123456 815 server.cc:253] listener closed", true},
      {"level>=WARN", R"({"levelname":"WARNING"})", true},
      {"level>=WARN", R"({"level_name":"INFO","severity_text":"DEBUG","@l":"Verbose"})", false},
      {"status>=500", R"({"status":503})", true},
      {"status>=500", R"({"status":5.03e2})", true},
      {"status>=500", R"({"status":"503"})", true},
      {"status>=500", R"({"status":200,"bytes":503})", false},
      {"status>=500", R"({"status_code":503})", false},
      {"status>=500", R"({"http.status":503})", true},  // the parser decides
      {"status>=500", R"({"status":[503]})", true},
      {"http.status>=500", R"({"http":{"status":503}})", true},
      {"status>=500", "status=503", true},
      {"status>=500", "status=200", false},
      {"status>=500", "status", false},
      {"status>=500", R"(web1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 503 12)", true},
      {"result=-1", "close(3) = -1 EBADF (Bad file descriptor) <0.000012>", true},
      {"pid=815", "type=LOGIN msg=audit(1795256100.123:4711): pid=815, uid=0", true},
      {"duration>1.5s", R"({"duration":"1600ms"})", true},
      {"duration>1.5s", R"({"duration":"1400ms"})", false},
      {"duration_ms>1.5s", R"({"duration_ms":1501})", true},
      {"duration_ms>1.5s", R"({"duration_ms":1500})", false},
      {"timeout OR status=503", "timeout", true},
      {"timeout OR status=503", "status=503", true},
      {"timeout OR status=503", "status=500", false},
      {"status=503 level=ERROR", "status=503", true},  // of the two one is looked for
  };
  for (const Case& one : cases) {
    const auto demand = demand_of(one.filter);
    ASSERT_NE(demand, nullptr) << one.filter;
    EXPECT_EQ(lets_through(demand.get(), one.line), one.through) << one.filter << ": " << one.line;
    const std::string line = std::string(one.line) + "\n", kept = one.through ? line : "";
    EXPECT_EQ(sifted(*demand, "{}\n" + line + "{}\n"), kept) << one.filter;
    // Behind a line of text an object is one that begins in another way.
    const bool by_levels = one.line.find_first_of("<E") == 0 && one.filter.starts_with("level");
    EXPECT_EQ(sifted(*demand, line + "{}\n"), by_levels ? kept + "{}\n" : kept) << one.filter;
  }
}

// Where most lines are text, a level is found by how it may be written there.
TEST(LineDemand, LooksForLevelsInLinesOfText) {
  const Case cases[] = {
      {"level=ERROR", "2026-11-21 10:15:00,123 ERROR [main] a.B - x", true},
      {"level=ERROR", "2026-11-21 10:15:00,123 INFO [main] a.B - x", false},
      {"level=ERROR", "2026-11-21 10:50:50,500 INFO [exec-150] a.B - 1500 mails, 5 events", false},
      {"level=ERROR", "Nov 21, 2026 10:15:00 AM a.B c\tSEVERE: x", true},
      {"level=ERROR", "2026/11/21 10:15:00 [e] 815#815: x", true},
      {"level=ERROR", "[Sat Nov 21 10:15:00.123456 2026] [core:50] [pid 815] x", true},
      {"level=ERROR", "E1121 10:15:00.123456 815 server.cc:253] closed", true},
      {"level=ERROR", "I1121 10:15:00.123456 815 server.cc:253] closed", false},
      {"level=ERROR", "11-21 10:15:00.123   815   815 E tag: x", true},
      {"level=ERROR", "11-21 10:15:00.123   815   815 W tag: x", false},
      {"level=ERROR", "<131>Nov 21 10:15:00 web1 sshd[815]: x", true},
      {"level=ERROR", "<134>Nov 21 10:15:00 web1 sshd[815]: x", false},
      {"level=ERROR", "83 <131>1 2026-11-21T10:15:00Z web1 sshd 815 - - x", true},
      {"level=ERROR", R"(2026-11-21T10:15:00Z stdout F {"level":50})", true},
      {"level=ERROR", R"(2026-11-21T10:15:00Z stdout F {"level":30})", false},
      {"level=ERROR", R"(2026-11-21T10:15:00Z stdout F level=err)", true},
      {"level=ERROR", R"(2026-11-21T10:15:00Z stdout F {"level":"\u0065"})", true},
      {"level=ERROR", "815:M 21 Nov 2026 10:15:00.123 # x", false},
      {"level=WARN", "815:M 21 Nov 2026 10:15:00.123 # x", true},
      {"level=ERROR", "level=info", true},  // it begins in another way
      {"level=ERROR OR timeout", "2026-11-21 10:15:00 INFO Timeout", true},
      {"level=ERROR OR timeout", "2026-11-21 10:15:00 INFO x", false},
      {"level=ERROR OR pid=503", "2026-11-21 10:15:00 INFO x", false},
      {"level=ERROR OR pid=503", "2026-11-21 10:15:00 INFO 503 s", true},
      {"level=ERROR OR took>=503", "2026-11-21 10:15:00 INFO x", true},       // of such a number text does not tell
      {"level=ERROR", "java.lang.SQLException: an order of failures", true},  // it begins in another way, again
      {"level=ERROR", "2026-11-21 10:15:00,123 INFO SQLException and failures, terror e163 e-mail", false},
      {"level=ERROR", "<13>Nov 21 10:15:00 web1 sshd[815]: x", false},
      {"level=ERROR", "<11>Nov 21 10:15:00 web1 sshd[815]: x", true},
      {"level=ERROR", "<3>x", true},
      {"level=ERROR", "<4>x", false},
  };
  const std::string other = "2026-11-21 10:15:00 INFO x\n";
  for (const Case& one : cases) {
    const auto demand = demand_of(one.filter);
    ASSERT_NE(demand, nullptr) << one.filter;
    const std::string line = std::string(one.line) + "\n";
    const bool all = one.filter.find("took>") != one.filter.npos;
    // The first one is kept, whatever it is.
    EXPECT_EQ(sifted(*demand, other + line + other), other + (one.through ? line : "") + (all ? other : ""))
        << one.filter << ": " << one.line;
  }
}

// Of fields that stand at a place a number is told by its digits, if it is asked for as itself.
TEST(LineDemand, LooksForNumbersInLinesOfText) {
  const Case cases[] = {
      {"status=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 503 12)", true},
      {"status=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 503)", false},
      {"bytes=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 503)", true},
      {"bytes=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 503 200)", false},
      {"bytes=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 503 -)", false},
      {"bytes>1000", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 1001 "-" "curl")", true},
      {"bytes>1000", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 1002 1000 "-" "curl")", false},
      {"status<500 bytes=12", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 503 12)", false},
      {"status=503 OR bytes=12", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"status=503 OR bytes=12", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 13)", false},
      {"status=20", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 20 13)", true},
      {"status=20", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 20)", false},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 500 12)", true},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 499 599 "-" "Mozilla/5.0 599")", false},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" - 599)", false},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1"   5000 12)", true},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1"503 12)", true},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET \"200 / HTTP/1.1" 503 12)", true},
      {"status<0", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" -1 12)", true},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12 "-" "-" status=503 rt=1)", true},
      {"status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12 "-" "-" status=[503] rt=1)", true},
      {"status>=500", "web-1  | 10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] \"GET / HTTP/1.1\" 503 12", true},
      {"status=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 1503)", false},
      {"status=503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 5030)", false},
      {"status in (404, 503)", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 404 12)", true},
      {"status in (404, 503)", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 405 12)", false},
      {"id=503", R"(<14>Nov 21 10:15:00 web1 app: {"id":503.0})", true},
      {"id=503", R"(<14>Nov 21 10:15:00 web1 app: {"id":5.03e2})", true},
      {"id=503", R"(<14>Nov 21 10:15:00 web1 app: {"id":50300E-2})", true},
      {"id=503", R"(<14>Nov 21 10:15:00 web1 app: {"id":0.503e+3})", true},
      {"status=503", R"(<14>Nov 21 10:15:00 web1 app: {"status":"\u0035\u003003"})", true},
      {"status=503", R"(<14>Nov 21 10:15:00 web1 app: {"status":200,"id":"2dd2e9","at":"1e3x","of":"_1e3"})", false},
      {"pid=815", "<14>Nov 21 10:15:00 web1 sshd[815]: x", true},
      {"pid=815", "<14>Nov 21 10:15:00 web1 sshd[8151]: x", false},
      {"pid=815", "<14>Nov 21 10:15:00 web1 sshd[1815]: x", false},
      {"pid=815", "<14>Nov 21 10:15:00 web1 sshd[8\x1b[1m15]: x", true},
      {"status=503", "status=200", true},                                                                  // it begins in another way
      {"http.status>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},  // another field
      // Such numbers are in many lines, or may be written in other ways.
      {"id=20", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"id in (20, 503)", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"id>=500", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"id=0503", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"id=1e3", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"took=1500ms", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
      {"id=9007199254740993", R"(10.0.0.1 - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 12)", true},
  };
  const std::string first = "<14>Nov 21 10:15:00 web1 app: x\n";
  for (const Case& one : cases) {
    const auto demand = demand_of(one.filter);
    ASSERT_NE(demand, nullptr) << one.filter;
    const std::string line = std::string(one.line) + "\n";
    EXPECT_EQ(sifted(*demand, first + line), first + (one.through ? line : "")) << one.filter << ": " << one.line;
  }
}

// Lines as logquery reads them, one record each.
class Reading {
 public:
  explicit Reading(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    const auto reader = codec::make_reader({.format = codec::Format::ndjson}, base::null_reporter());
    reader->begin(batch_);
    while (reader->decode(batch_, text.empty() ? codec::InputEnd::yes : codec::InputEnd::no) == codec::Decoded::needs_input) {
      if (text.empty()) break;
      const auto room = reader->room(batch_);
      const std::size_t size = text.copy(room.data(), room.size());
      reader->added(batch_, size);
      text.erase(0, size);
    }
    reader->end(batch_);
    parse::LineParser parser({.keep_raw = true, .reference = kNow.now});
    parser.parse_batch(batch_);
  }
  record::Batch& batch() { return batch_; }

 private:
  record::Batch batch_;
};

using Random = std::mt19937;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// A filter that has something to do with the row, and may match it.
std::string random_term(record::Batch& batch, std::size_t row, Random& random) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const record::Column& column : batch.columns()) {
    if (!column.at(row).present()) continue;
    std::string text;
    record::append_plain(text, column.at(row));
    values.emplace_back(column.name, text);
  }
  if (values.empty()) return "*";
  auto [name, text] = values[random() % values.size()];
  const auto field = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos && !name.empty() ? name : "message";
  const std::size_t begin = random() % (text.size() + 1);
  std::string part = text.substr(begin, random() % 30);
  if (part.find('\0') != part.npos || part.empty()) part = "x";
  switch (random() % 7) {
    case 5: return std::string("level") + (random() % 2 ? "=" : ">=") + std::array{"DEBUG", "INFO", "WARN", "ERROR", "FATAL"}[random() % 5];
    case 6: {
      const auto numeric = std::ranges::find_if(values, [](const auto& value) { return parse_number(value.second).has_value(); });
      const auto& [number_name, number] = numeric != values.end() ? *numeric : values.front();
      const bool plain = number_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == number_name.npos && !number_name.empty();
      const std::string limit =
          numeric != values.end() && random() % 3 ? number : std::array{"0", "-1", "100", "1e3", "5ms", "10KB"}[random() % 6];
      return (plain ? number_name : "status") + std::array{"=", "<", "<=", ">", ">="}[random() % 5] + limit;
    }
    case 0: return in_quotes(part);
    case 1: return field + "=" + in_quotes(text.find('\0') == text.npos && !text.empty() ? text : "x");
    case 2: return field + ":" + in_quotes(part);
    case 3: {
      const std::size_t word = text.find_first_of("abcdefghijklmnopqrstuvwxyz", begin);
      if (word == text.npos) return "nothing";
      std::size_t end = word;
      while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
      return random() % 2 ? "ab" + text.substr(word, end - word) + "*" : text.substr(word, end - word) + "x*";
    }
    default: {
      const std::size_t word = text.find_first_of("abcdefghijklmnopqrstuvwxyz", begin);
      if (word == text.npos) return "nothing";
      return field + "~/" + text.substr(word, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", word) - word) +
             (random() % 2 ? "/i" : ".*/");
    }
  }
}

std::string random_filter(record::Batch& batch, std::size_t row, Random& random) {
  std::string filter = random_term(batch, row, random);
  for (std::size_t more = random() % 3; more > 0; --more)
    filter = (random() % 4 ? "" : "NOT ") + random_term(batch, row, random) + (random() % 2 ? " OR " : " AND ") + "(" + filter + ")";
  return filter;
}

// What loggers and terminals do to text.
std::string edited(std::string line, Random& random) {
  for (std::size_t edits = random() % 4; edits > 0 && !line.empty(); --edits) {
    const std::size_t at = random() % line.size();
    const auto c = static_cast<unsigned char>(line[at]);
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", c);
    switch (random() % 6) {
      case 0: line.insert(at, "\x1b[1;31m"); break;
      case 1:
        if (c < 0x80) line.replace(at, 1, escape);
        break;
      case 2: line.insert(at, "\\n"); break;
      case 3: line.insert(at, "\xc3\xbc"); break;
      case 4:
        if (c == '/') line.insert(at, "\\");
        break;
      default: line[at] = " \"=:,AzZ0-\t"[random() % 11]; break;
    }
  }
  std::erase(line, '\n');
  return line.empty() ? "-" : line;
}

std::vector<std::string> corpus_lines(Random& random) {
  const std::filesystem::path corpora = std::filesystem::path(LOGMILL_SOURCE_DIR) / "../shared/corpora";
  std::vector<std::string> lines;
  if (!std::filesystem::exists(corpora)) return lines;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpora)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::size_t taken = 0;
    for (std::string line; taken < 60 && std::getline(file, line);) {
      if (line.empty() || line.size() > 4000 || random() % 3 == 0) continue;
      lines.push_back(line);
      ++taken;
    }
  }
  return lines;
}

// Of a file whose formats were learned from its first lines, and in the midst of others.
TEST(LineDemand, FindsAllOfManyLines) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  std::vector<std::string> all = corpus_lines(random);
  if (all.empty()) GTEST_SKIP() << "no corpora beside the source tree";
  std::size_t by_names = 0, left_out = 0;
  for (std::size_t first = 0; first < all.size(); first += 40) {
    std::vector<std::string> lines;
    std::string text;
    for (std::size_t i = first; i < std::min(first + 40, all.size()); ++i) {
      lines.push_back(random() % 4 == 0 ? edited(all[i], random) : all[i]);
      text += lines.back() + '\n';
    }
    Reading reading(lines);
    if (reading.batch().rows() != lines.size()) continue;
    for (int round = 0; round < 40; ++round) {
      const std::string query = random_filter(reading.batch(), random() % lines.size(), random);
      const auto filter = Filter::parse(query, kNow);
      const auto demand = filter ? LineDemand::of(filter->expr(), kNow, Formats::found) : nullptr;
      if (!demand) continue;
      by_names += demand->goes_by_names();
      Mask keep;
      filter->select(reading.batch(), keep);
      const std::string kept = sifted(*demand, text);
      std::string_view left = kept;
      for (std::size_t row = 0; row < lines.size(); ++row) {
        const bool found = left.starts_with(lines[row] + '\n');
        if (found) left.remove_prefix(lines[row].size() + 1);
        ASSERT_TRUE(found || !keep[row]) << query << "\n" << lines[row];
        left_out += !found && demand->goes_by_names();
      }
      ASSERT_EQ(left, "") << query;
    }
  }
  EXPECT_GT(by_names, all.size() / 40);
  EXPECT_GT(left_out, all.size() / 10);
}

TEST(LineDemand, AgreesWithParsingEveryLine) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  std::vector<std::string> lines = corpus_lines(random);
  if (lines.empty()) GTEST_SKIP() << "no corpora beside the source tree";
  std::size_t matched = 0, demanding = 0, left_out = 0;
  for (std::string& original : lines) {
    const std::string line = edited(std::move(original), random);
    Reading reading({line});
    if (reading.batch().rows() != 1) continue;
    for (int round = 0; round < 4; ++round) {
      const std::string text = random_filter(reading.batch(), 0, random);
      const Context context{.now = kNow.now, .utc = true, .ignore_case = random() % 2 == 0};
      const auto filter = Filter::parse(text, context);
      if (!filter) continue;
      Mask keep;
      filter->select(reading.batch(), keep);
      const auto demand = LineDemand::of(filter->expr(), context, Formats::found);
      demanding += demand != nullptr;
      matched += keep[0];
      ASSERT_TRUE(!keep[0] || lets_through(demand.get(), line)) << text << "\n" << line;
      ASSERT_TRUE(!keep[0] || !demand || sidecar_lets_through(*demand, line)) << text << "\n" << line;
      if (demand) left_out += !sidecar_lets_through(*demand, line);
    }
  }
  EXPECT_GT(matched, lines.size() / 2);
  EXPECT_GT(demanding, lines.size() / 2);
  EXPECT_GT(left_out, lines.size() / 10);
}

}  // namespace line_demand_test
}  // namespace logmill::query
