#include "record/json_object.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

#include "record/asked_fields_check.h"
#include "record/fields.h"
#include "text/time.h"

namespace logmill::record {
namespace {

using namespace std::string_view_literals;

// One batch, read line by line and written again.
struct JsonObjects : testing::Test {
  Batch batch;
  RowWriter row{batch};
  JsonObjectReader reader;

  base::Status read(std::string_view json) {
    row.add_row();
    return reader.read(batch.own(json), row);
  }
  std::string written(std::size_t at) const {
    std::string out;
    JsonObjectWriter(batch).append(at, out);
    return out;
  }
  // What is written after reading `json`.
  std::string through(std::string_view json) {
    batch.clear();
    row.reset();
    const auto status = read(json);
    return status ? written(0) : "error: " + status.error().what;
  }
  // The row is that of the other batch, which has no more.
  void expect_same(std::size_t at, const Batch& other) const {
    for (const Column& column : other.columns()) ASSERT_EQ(batch.get(column.name, at), column.at(0)) << column.name;
    for (const Column& column : batch.columns()) ASSERT_EQ(column.at(at), other.get(column.name, 0)) << column.name;
    ASSERT_EQ(batch.times()[at], other.times()[0]);
    ASSERT_EQ(batch.levels()[at], other.levels()[0]);
  }
  Value field(std::string_view name) const { return batch.get(name, batch.rows() - 1); }
};

TEST_F(JsonObjects, KeepEveryKind) {
  ASSERT_TRUE(read(R"({"n":null,"t":true,"f":false,"i":-7,"d":12.50,"r":1e+20,"s":"x","a":[1, 2],)"
                   R"("o":{},"big":12345678901234567890,"empty":""})"));
  EXPECT_EQ(field("n"), Value::null());
  EXPECT_EQ(field("t"), Value::boolean(true));
  EXPECT_EQ(field("f"), Value::boolean(false));
  EXPECT_EQ(field("i"), Value::integer(-7));
  EXPECT_EQ(field("d"), Value::decimal(1250, 2));
  EXPECT_EQ(field("r"), Value::real(1e20));
  EXPECT_EQ(field("s"), Value::string("x"));
  EXPECT_EQ(field("a"), Value::json("[1, 2]"));
  EXPECT_EQ(field("o"), Value::json("{}"));
  EXPECT_EQ(field("big"), Value::json("12345678901234567890"));
  EXPECT_EQ(field("empty"), Value::string(""));
  EXPECT_FALSE(field("other").present());
}

TEST_F(JsonObjects, ComeOutAsTheyWentIn) {
  for (const std::string_view json : {
           R"({})",
           R"({"a":1,"b":[1,{"c":"]"}],"c":{}})",
           R"({"timestamp":"2026-11-21T10:15:00.250Z","level":"WARN","service":"s","host":"h","trace_id":"t","message":"m","x":0.10})",
           R"({"":"empty key","a.b":1})",
           R"({"q\"\\\n":"quoted key"})",
           R"({"s":"\"\\\n\t\u0000\u001f/"})",
           R"({"s":"\udc80x\udcff"})",
           R"({"s":"grün 😀"})",
       })
    EXPECT_EQ(through(json), json);
}

TEST_F(JsonObjects, AreNormalised) {
  struct Case {
    std::string_view in, out;
  };
  const Case cases[] = {
      {" { \"a\" : 1 , \"b\" : \"x\" } ", R"({"a":1,"b":"x"})"},
      {R"({"a":{"b":{"c":1},"d":2},"e":{ }})", R"({"a.b.c":1,"a.d":2,"e":{}})"},
      {R"({"a":1,"a":"two"})", R"({"a":"two"})"},
      {R"({"s":"\u00e4\ud83d\ude00\/"})", R"({"s":"ä😀/"})"},
      {R"({"s":"\udcc3\udca4"})", R"({"s":"ä"})"},             // two raw bytes that make a character
      {R"({"s":"\ud800"})", R"({"s":"\udced\udca0\udc80"})"},  // a lone surrogate keeps its bytes
      {"{\"s\":\"a\xff\xfe z\",\"k\xe9\":1}", R"({"s":"a\udcff\udcfe z","k\udce9":1})"},
      {R"({"ts":1763719300.25,"severity":"warning","msg":"m"})",
       R"({"timestamp":"2025-11-21T10:01:40.250Z","level":"WARN","message":"m"})"},
      {R"({"level":30,"time":1763719300250})", R"({"timestamp":"2025-11-21T10:01:40.250Z","level":"INFO"})"},
      {R"({"@timestamp":"2026-11-21 10:15:00,5","log":{"level":"E"}})", R"({"timestamp":"2026-11-21T10:15:00.500Z","level":"ERROR"})"},
      {R"({"t":{"$date":"2026-11-21T10:15:00Z"}})", R"({"timestamp":"2026-11-21T10:15:00Z"})"},
      {R"({"PRIORITY":"3","MESSAGE":"m"})", R"({"level":"ERROR","message":"m"})"},
  };
  for (const Case& c : cases) EXPECT_EQ(through(c.in), c.out);
}

TEST_F(JsonObjects, GiveARoleToTheBestName) {
  struct Case {
    std::string_view in, out;
  };
  const Case cases[] = {
      // Whichever comes first, the data model's own name has the role, and nothing is lost.
      {R"({"timestamp":"2026-11-21T10:15:00Z","ts":1763719300})", R"({"timestamp":"2026-11-21T10:15:00Z","ts":1763719300})"},
      {R"({"ts":1763719300,"timestamp":"2026-11-21T10:15:00Z"})", R"({"timestamp":"2026-11-21T10:15:00Z","ts":1763719300})"},
      {R"({"msg":"a","message":"b"})", R"({"message":"b","msg":"a"})"},
      {R"({"message":"b","msg":"a"})", R"({"message":"b","msg":"a"})"},
      {R"({"lvl":"info","level":"error"})", R"({"level":"ERROR","lvl":"info"})"},
      {R"({"ts":1763719300,"ts":1763719301})", R"({"timestamp":"2025-11-21T10:01:41Z"})"},
      // What is no time and no level stays what it is.
      {R"({"time":0.25,"date":"2026-11-21","priority":"high"})", R"({"time":0.25,"date":"2026-11-21","priority":"high"})"},
      {R"({"timestamp":"noon","level":"loud","ts":1763719300})",
       R"({"timestamp":"2025-11-21T10:01:40Z","timestamp_text":"noon","level_text":"loud"})"},
      {R"({"timestamp":null,"level":{"name":"INFO"}})", R"({"timestamp_text":null,"level.name":"INFO"})"},
  };
  for (const Case& c : cases) EXPECT_EQ(through(c.in), c.out);
}

TEST_F(JsonObjects, RefuseWhatIsNotOneObject) {
  for (const std::string_view json : {"",
                                      " ",
                                      "1",
                                      "[]",
                                      "\"x\"",
                                      "null",
                                      "{",
                                      "}",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{,}",
                                      "{\"a\":1}}",
                                      "{\"a\":1} {\"b\":2}",
                                      "{\"a\":1}x",
                                      "{\"a\" 1}",
                                      "{a:1}",
                                      "{\"a\":tru}",
                                      "{\"a\":01}",
                                      "{\"a\":+1}",
                                      "{\"a\":1.}",
                                      "{\"a\":.5}",
                                      "{\"a\":1e}",
                                      "{\"a\":--1}",
                                      "{\"a\":NaN}",
                                      "{\"a\":\"x}",
                                      "{\"a\":\"\\q\"}",
                                      "{\"a\":\"\\u12\"}",
                                      "{\"a\":\"\\u12g4\"}",
                                      "{\"a\":\"\x01\"}",
                                      "{\"a\":[1,,2]}",
                                      "{\"a\":[}",
                                      "{\"a\":[1}]",
                                      "{\"a\":{\"b\":[}}",
                                      "{\"a\":1\x01}",
                                      "{\"a\":[1\x01]}",
                                      "{\"a\":[\"\\q\"]}",
                                      "{\"a\":[{\"b\"}]}",
                                      "{\"a\":[{1:2}]}",
                                      "{\"a\":[1 2]}",
                                      "{\"a\":[tru]}",
                                      "{\"a\":[01]}",
                                      "{\"a\":[{}",
                                      "{\"a\":[{]}}",
                                      "{\"a\":1 2}",
                                      "{\"a\":\"b\"c}",
                                      "{\"a\":\"b\" \"c\"}",
                                      "\xff{}",
                                      "{\"a\":\xff}"}) {
    const auto status = read(json);
    EXPECT_FALSE(status) << json << " became " << written(batch.rows() - 1);
    if (!status) {
      EXPECT_EQ(status.error().code, base::ErrorCode::invalid);
    }
  }
}

TEST_F(JsonObjects, SayWhereTheyAreWrong) {
  EXPECT_EQ(read(R"({"a":1,"b":tru})").error().what, "column 12: not a JSON object");
  EXPECT_EQ(read(R"({"a":1} {"b":2})").error().what, "column 9: more text after the object");
}

TEST_F(JsonObjects, ReadAgainAfterAnError) {
  EXPECT_FALSE(read(R"({"a":{"b":[1,})"));
  ASSERT_TRUE(read(R"({"a":{"b":2}})"));
  EXPECT_EQ(field("a.b"), Value::integer(2));
}

// A key that could not be read must not lend its place to the keys of later records.
TEST_F(JsonObjects, AreNamedRightAfterABadKey) {
  ASSERT_TRUE(read(R"({"a":1,"b":2})"));
  EXPECT_FALSE(read(R"({"a\q":1,"b":2})"));
  EXPECT_FALSE(read(R"({"a":1,"b\u12":2})"));
  ASSERT_TRUE(read(R"({"c":3,"d":4})"));
  EXPECT_EQ(written(3), R"({"c":3,"d":4})");
}

// Read ahead, lines are the same records and the same errors as when each is read alone.
TEST_F(JsonObjects, AreTheSameReadAheadAndAlone) {
  const std::string_view lines[] = {R"({"a":1,"s":"x y","n":{"b":[1,"]",{"c":"\""}]}})",
                                    R"(plain { "text" [)",
                                    "",
                                    R"({"a":1,"s":"y","n":{)",
                                    R"({"b":2}})",
                                    R"({"a")",
                                    R"(:1,"b":2})",
                                    R"({"a":)",
                                    R"({"a":{"a":{"a":[)",
                                    "]",
                                    R"({"esc":"\\","a\"b":"\u00e4"}  )",
                                    R"( {"a" : 1 , "s" : "x" } )",
                                    "\xef\xbb\xbf{}",
                                    R"({"a":1}{"b":2})",
                                    R"({"a":1,)",
                                    R"({"a":12)",
                                    R"(3})",
                                    R"({"last":true})"};
  std::string text;
  for (const std::string_view line : lines) (text += line) += '\n';
  batch.text().append(text);
  ASSERT_EQ(batch.text().size(), text.size());

  JsonObjectReader alone;
  reader.look_ahead(batch.text().view());
  std::size_t start = 0;
  for (const std::string_view line : lines) {
    const std::string_view there = batch.text().view().substr(start, line.size());
    start += line.size() + 1;
    Batch other;
    RowWriter other_row(other);
    const auto both = {row.add_row(), other_row.add_row()};
    const auto ahead = reader.read(there, row);
    const auto single = alone.read(there, other_row);
    ASSERT_EQ(ahead.has_value(), single.has_value()) << line;
    if (!ahead) {
      EXPECT_EQ(ahead.error().what, single.error().what) << line;
      batch.drop_last_row();
      continue;
    }
    std::string expected;
    JsonObjectWriter(other).append(*(both.begin() + 1), expected);
    EXPECT_EQ(written(*both.begin()), expected) << line;
  }
}

// With a few bytes changed, put in or taken out.
std::string damaged(std::string_view whole, std::mt19937& random) {
  const std::string_view odd =
      " {}[]\",:\\\t\x01\x7f\x80\xc3\xa4"
      "0e.-+ntx";
  std::string text(whole);
  for (unsigned changes = random() % 3; changes > 0; --changes) {
    const std::size_t at = random() % text.size();
    const char c = odd[random() % odd.size()];
    if (random() % 3 == 0)
      text.erase(at, 1);
    else if (random() % 2 == 0)
      text.insert(at, 1, c);
    else
      text[at] = c;
  }
  return text;
}

// Objects of known keys are scanned, others walked by their tokens: both must say the same, of
// damaged ones as well.
TEST_F(JsonObjects, AreTheSameScannedAndByTokens) {
  const std::string_view seeds[] = {
      R"({"timestamp":"2026-11-21T10:15:00.25Z","level":"INFO","message":"a \"b\" \\ \u00e4 grün","n":-12.50,"t":true,"z":null})",
      R"({"a": {"b": 1, "c": {"d": "x"}}, "s": "a text that is longer than a lane or two of sixteen", "e": 1e5})",
      R"({"l":[1, "x" ,{"k":[true,null],"g":"ü"},[],{ }],"o":{},"d":{"e":["\"]\\",-1.5e3,{"f":0}],"u":[[[]]]},"s":"behind arrays"})",
      "{\"s\":\"a\xff z\",\"l\":[\"\xff\"],\"i\":123456789012345678901,\"f\":false}"};
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (int round = 0; round < 6'000; ++round) {
    const std::string_view whole = seeds[random() % std::size(seeds)];
    const std::string text = damaged(whole, random);
    batch.clear();
    row.reset();
    ASSERT_TRUE(read(whole));  // so that the keys are known
    Batch other;
    other.text().append(text);
    RowWriter other_row(other);
    JsonObjectReader tokens;
    other_row.add_row();
    ASSERT_FALSE(tokens.read(other.own("{"), other_row));  // nothing that could be scanned: tokens follow
    other.drop_last_row();
    tokens.look_ahead(other.text().view());
    other_row.add_row();
    const auto by_tokens = tokens.read(other.text().view(), other_row);
    const auto scanned = read(text);
    ASSERT_EQ(scanned.has_value(), by_tokens.has_value()) << text;
    if (!scanned) {
      ASSERT_EQ(scanned.error().what, by_tokens.error().what) << text;
      continue;
    }
    ASSERT_NO_FATAL_FAILURE(expect_same(1, other)) << text;
  }
}

// A line of which nobody said where it ends is the same object as the same line when that is known, or is left to be read so.
TEST_F(JsonObjects, AreTheSameWhetherTheirLinesEndIsKnown) {
  const std::string_view seeds[] = {
      R"({"timestamp":"2026-11-21T10:15:00.25Z","level":"INFO","message":"a message","n":12.50,"status":200})",
      R"({"timestamp": "2026-11-21T10:15:00.25Z", "level": "INFO", "message": "a \"b\" \\ \u00e4", "t": true, "z": null})",
      R"({"a":{"b":1,"c":{"d":"x"}},"l":[1,"x",{"k":[true]},[],{}],"s":"behind arrays","e":1e5})"};
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::array readers = {JsonObjectReader(), JsonObjectReader(AskedFields({"level"}))};
  std::array readers_alone = {JsonObjectReader(), JsonObjectReader(AskedFields({"level"}))};
  std::size_t lines = 0, known = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (int i = 0; i < 5; ++i) {
      text += damaged(seeds[random() % std::size(seeds)], random);
      if (random() % 8 == 0) text.insert(random() % text.size(), 1, '\n');
      text += random() % 4 == 0 ? "\r\n" : "\n";
    }
    const std::size_t used = round % 2;
    batch.clear();
    row.reset();
    const std::string_view all = batch.own(text + R"(":"},)");  // what follows the lines is not looked at
    const std::string_view ahead = all.substr(0, text.size() - 1);
    const bool may_know = readers[used].look_ahead(ahead);
    for (std::size_t begin = 0, end = 0; begin < ahead.size(); begin = end + 1) {
      end = std::min(ahead.find('\n', begin), ahead.size());
      if (ahead[begin] != '{') continue;
      ++lines;
      row.add_row();
      const std::size_t size = may_know ? readers[used].read_line(ahead.substr(begin), row) : 0;
      std::string_view line = ahead.substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      Batch other;
      RowWriter other_row(other);
      other_row.add_row();
      const auto alone = readers_alone[used].read(other.own(line), other_row);
      if (size == 0) {
        batch.drop_last_row();
        const auto read = readers[used].read(line, (row.add_row(), row));
        ASSERT_EQ(read.has_value(), alone.has_value()) << line;
        if (!read) batch.drop_last_row();
        if (!read) continue;
      } else {
        ++known;
        ASSERT_EQ(size, end + 1 - begin) << line;
        ASSERT_TRUE(alone) << line;
      }
      const std::size_t last = batch.rows() - 1;
      ASSERT_EQ(batch.levels()[last], other.levels()[0]) << line;
      if (used == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_same(last, other)) << line;
      }
    }
  }
  EXPECT_GT(known, lines / 10);
}

// Fields that nobody asks for are left out, and nothing else changes, in damaged objects as well.
TEST_F(JsonObjects, AreTheSameWhicheverFieldsAreAskedFor) {
  std::string many = R"({"a":1,"level":"warn")";
  for (int i = 0; i < 1'100; ++i) many += ",\"k" + std::to_string(i) + "\":" + std::to_string(i);
  many += R"(,"b":2,"ts":"no time"})";
  const std::string_view seeds[] = {
      R"({"timestamp":"2026-11-21T10:15:00.25Z","level":"INFO","message":"a \"b\" \\ \u00e4 grün","n":-12.50,"t":true,"z":null})",
      R"({"a": {"b": 1, "c": {"d": "x", "b": []}}, "a.b": 2, "s": "a text that is longer than a lane or two of sixteen", "e": 1e5})",
      R"({"s":"x","l":[1, {"s":["\n"]}, {}, []],"s":"y","o":{},"lvl":"warn","severity":3,"date":"2026-11-21","time":"10","more":{"x":1}})",
      R"({"l\u0065vel":"error","msg":"m","MESSAGE":{"a":1},"ts":1763719300,"timestamp":"soon","level":{"x":2},"t":{"$date":7}})",
      "{\"s\":\"a\xff z\",\"i\":123456789012345678901,\"f\":false,\"n\":-0.0,\"x\":\"\"}\r",
      R"({"timestamp":"no","timestamp_text":"x","level":"none","level_text":9,"raw":"level=warn","parse_error":"x","log":"a=1"})"};
  EXPECT_EQ(AskedFieldsCheck().difference(many), "");
  AskedFieldsCheck check;
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (int round = 0; round < 3'000; ++round) {
    const std::string text = damaged(seeds[random() % std::size(seeds)], random);
    ASSERT_EQ(check.difference(text), "") << text;
  }

  JsonObjectReader asks(AskedFields({"n"}));
  ASSERT_TRUE(asks.read(batch.own(seeds[0]), (row.add_row(), row)));
  EXPECT_EQ(field("n"), Value::decimal(-1250, 2));
  EXPECT_FALSE(field("t").present());
  EXPECT_EQ(batch.times()[0], kNoTime);

  JsonObjectReader asks_all(AskedFields({"n"}, {"z"}));
  for (const std::string_view object : {seeds[0], seeds[0]}) ASSERT_TRUE(asks_all.read(batch.own(object), (row.add_row(), row)));
  for (const std::size_t at : {std::size_t{1}, std::size_t{2}}) EXPECT_EQ(batch.get("t", at), Value::boolean(true));
}

// The first key that is ever seen is compared with nothing.
TEST_F(JsonObjects, MayBeginWithAnyKey) {
  EXPECT_EQ(through(R"({":":":","a":1})"), R"({":":":","a":1})");
  JsonObjectReader fresh;
  reader = std::move(fresh);
  EXPECT_EQ(through("{\":\":\"\xff\"}"), R"({":":"\udcff"})");
}

// A short line may stand for a very long one: names and text that repeat the names around them are
// bounded.
TEST_F(JsonObjects, DoNotGrowWithTheNamesAroundThem) {
  const std::string name(100'000, 'n');
  ASSERT_TRUE(read("{\"" + name + "\":{\"a\":1,\"b\":2}}"));
  EXPECT_EQ(field(name), Value::json(R"({"a":1,"b":2})"));

  std::string json = "{\"" + std::string(100, 'n') + "\":{";
  for (int i = 0; i < 20'000; ++i) json += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(read(json + "}}").error().what.substr(0, 7), "column ");
}

// Thousands of keys that come once and do not come back.
TEST_F(JsonObjects, HaveTheirNamesHoweverManyThereAre) {
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    const std::string json = "{\"a" + n + "\":1,\"b" + n + "\":{\"c" + n + "\":\"x\"},\"ts\":1763719300,\"z\":2}";
    batch.clear();
    row.reset();
    ASSERT_TRUE(read(json)) << json;
    ASSERT_EQ(batch.times()[0], 1'763'719'300'000'000'000);
    ASSERT_EQ(field("a" + n), Value::integer(1));
    ASSERT_EQ(field("b" + n + ".c" + n), Value::string("x"));
    ASSERT_EQ(field("z"), Value::integer(2));
  }
}

TEST_F(JsonObjects, KeepDeepObjectsAsText) {
  std::string deep, name;
  for (int i = 0; i < 40; ++i) deep += "{\"a\":";
  deep += "1";
  for (int i = 0; i < 40; ++i) deep += "}";
  ASSERT_TRUE(read(deep));
  for (int i = 0; i < 32; ++i) name += i == 0 ? "a" : ".a";
  EXPECT_EQ(field(name).kind(), Kind::json);
  EXPECT_EQ(field(name).text().substr(0, 10), "{\"a\":{\"a\":");

  std::string hostile;
  for (int i = 0; i < 5000; ++i) hostile += "{\"a\":";
  EXPECT_FALSE(read(hostile));
}

TEST_F(JsonObjects, KeepFieldsBeyondTheBound) {
  const auto object = [](std::size_t fields) {
    std::string json = "{";
    for (std::size_t i = 0; i < fields; ++i) json += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":" + std::to_string(i);
    return json + "}";
  };
  ASSERT_TRUE(read(object(Batch::kFieldsPerRecordMax)));
  EXPECT_FALSE(field(kMore).present());
  ASSERT_TRUE(read(object(Batch::kFieldsPerRecordMax + 2)));
  EXPECT_EQ(field(kMore), Value::json(R"({"k1024":1024,"k1025":1025})"));
  const std::string text = written(1);
  EXPECT_EQ(through(text), text);
}

TEST_F(JsonObjects, FollowARecordWhoseKeysChange) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(read(R"({"a":1,"n":{"x":"1","y":"2"},"b":2})"));
    ASSERT_TRUE(read(R"({"b":1,"x":"top","m":{"x":"1","y":"3"}})"));
  }
  EXPECT_EQ(written(6), R"({"a":1,"n.x":"1","n.y":"2","b":2})");
  EXPECT_EQ(written(7), R"({"b":1,"x":"top","m.x":"1","m.y":"3"})");
}

TEST(Numbers, HaveTheExactestKind) {
  struct Case {
    std::string_view text;
    Value value;
  };
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  const Case cases[] = {
      {"0", Value::integer(0)},
      {"9223372036854775807", Value::integer(kMax)},
      {"-9223372036854775808", Value::integer(kMin)},
      {"9223372036854775808", Value::json("9223372036854775808")},
      {"0.0", Value::decimal(0, 1)},
      {"-0.5", Value::decimal(-5, 1)},
      {"123456789.123456789", Value::decimal(123456789123456789, 9)},
      {"1.234567890123456789", Value::json("1.234567890123456789")},
      {"1e3", Value::real(1000)},
      {"1.5E-3", Value::real(0.0015)},
      {"1e400", Value::json("1e400")},
      {"1.2345678901234567890e5", Value::json("1.2345678901234567890e5")},
      {"", Value{}},
      {"-", Value{}},
      {"01", Value{}},
      {"1.", Value{}},
      {"1e", Value{}},
      {"1 ", Value{}},
      {"0x1", Value{}},
  };
  for (const Case& c : cases) EXPECT_EQ(value_from_number(c.text), c.value) << c.text;
}

TEST(PlainText, BecomesTypedOnlyIfItPrintsTheSame) {
  EXPECT_EQ(value_from_text("200"), Value::integer(200));
  EXPECT_EQ(value_from_text("-0.50"), Value::decimal(-50, 2));
  EXPECT_EQ(value_from_text("true"), Value::boolean(true));
  EXPECT_EQ(value_from_text("1e+20"), Value::real(1e20));
  for (const std::string_view text : {"", "007", "+1", "-", "-0", "-0.0", "1e3", "1.", "10.0.0.1", "null", "True", "99999999999999999999"})
    EXPECT_EQ(value_from_text(text), Value::string(text)) << text;
}

// Real logs: what was written is read back as the same record.
TEST_F(JsonObjects, OfTheCorporaAreReadBackEqual) {
  const std::filesystem::path corpora = std::filesystem::path(LOGMILL_SOURCE_DIR) / "../shared/corpora";
  if (!std::filesystem::exists(corpora)) GTEST_SKIP() << "no corpora beside the source tree";
  std::size_t records = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpora)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    for (std::string line; std::getline(file, line);) {
      const std::string once = through(line);
      if (once.starts_with("error")) continue;  // lines that are not JSON are in there on purpose
      ASSERT_EQ(through(once), once) << entry.path() << ": " << line;
      ++records;
    }
  }
  EXPECT_GT(records, 20'000u);
}

}  // namespace
}  // namespace logmill::record
