#include "record/json_skim.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "record/json_object.h"

namespace logmill::record {
namespace {

using namespace std::string_view_literals;

struct JsonSkims : testing::Test {
  void SetUp() override {
    if (!skim.usable()) GTEST_SKIP() << "the processor compares fewer bytes at once";
  }
  // Of lines that end in a line end each.
  bool takes(std::string_view lines) {
    text.assign(lines);
    text.append(base::Arena::kPadding, '}');
    const std::size_t size = skim.look_at(std::string_view(text).substr(0, lines.size()), lines.size());
    EXPECT_TRUE(size == 0 || size == lines.size());
    return size > 0;
  }
  // Wherever its blocks begin, and with others around it.
  bool takes_line(std::string_view line) {
    bool all = true, none = true;
    for (std::size_t before = 0; before < 70; ++before) {
      const std::string first = R"({")" + std::string(before, 'n') +
                                R"(":1})"
                                "\n";
      const bool taken = takes(first + std::string(line) + "\n{}\n");
      (taken ? none : all) = false;
    }
    EXPECT_TRUE(all || none) << line;
    return all;
  }
  // "prefix key value", of all lines.
  std::vector<std::string> members() {
    std::vector<std::string> found;
    const char* const end = text.data() + text.size() - base::Arena::kPadding;
    for (const char* line = text.data(); line < end;) {
      const char* const line_end = skim.begin_line(line);
      for (JsonSkim::Member member; skim.next_member(member);) {
        const char* const value = member.value + (*member.value == ' ');
        const char* const behind =
            *value == '"' ? skim.string_end(value) + 1 : std::find_if(value, line_end, [](char c) { return c == ',' || c == '}'; });
        found.push_back(std::string(member.prefix) + '"' + std::string(member.quoted) + ' ' + std::string(value, behind));
      }
      line = line_end + 1;
    }
    return found;
  }

  JsonSkim skim{AskedFields({"level", "a.b.c", "n"})};
  std::string text;
};

const std::string_view kObjects[] = {
    "{}",
    R"({"a":{}})",
    R"({"a":[]})",
    R"({"a":[[],{},[[]],{"b":[{}]}],"b":{"c":{"d":{}},"e":1}})",
    R"({"a":"","b":"x","c":"\"","d":"\\","e":"\\\"","f":"\u0041\/\b\f\n\r\t{[,:}]"})",
    R"({"a":true,"b":false,"c":null,"d":[true,null,false]})",
    R"({"a":0,"b":-0,"c":0.0,"d":-1.5,"e":10,"f":1e5,"g":1.5E-07,"h":-2e+3,"i":12345678901234567890.123456789})",
    R"({"a": 1, "b": "x", "c": [1, 2, {"d": null}], "e": {"f": 1.5, "g": -2}})",
    "{\"a\":\"\xc3\xa4\xff\"}",
};

// Each is refused by the reader, too.
const std::string_view kOthers[] = {"",
                                    "{",
                                    "}",
                                    "[]",
                                    "[1]",
                                    "1",
                                    R"("a")",
                                    "null",
                                    "{}}",
                                    "{{}}",
                                    "{}{}",
                                    "{},{}",
                                    "{]",
                                    "{[}",
                                    R"({"a"})",
                                    R"({"a":})",
                                    R"({"a":1,})",
                                    R"({,"a":1})",
                                    R"({"a":1,,"b":2})",
                                    R"({"a":1 "b":2})",
                                    R"({"a":1"b":2})",
                                    R"({"a" "b"})",
                                    R"({"a","b"})",
                                    R"({"a":1:2})",
                                    R"({"a":"b":2})",
                                    R"({"a":"b","c"})",
                                    R"({1:2})",
                                    R"({"a":1,2:3})",
                                    R"({"a":1,2})",
                                    R"({"a":{1}})",
                                    R"({"a":{"b"}})",
                                    R"({"a":{[1]:2}})",
                                    R"({"a":[1,]})",
                                    R"({"a":[,1]})",
                                    R"({"a":["b":1]})",
                                    R"({"a":[1,"b":1]})",
                                    R"({"a":[1,"b":1,2]})",
                                    R"({"a":[1}})",
                                    R"({"a":{"b":1]})",
                                    R"({"a":[[1]})",
                                    R"({"a":[1]]})",
                                    R"({"a":1)",
                                    R"({"a":[1)",
                                    R"({"a":"b)",
                                    R"({"a":"b\"})",
                                    R"({"a":01})",
                                    R"({"a":-01})",
                                    R"({"a":[0,00]})",
                                    R"({"a":1.})",
                                    R"({"a":.5})",
                                    R"({"a":-})",
                                    R"({"a":+1})",
                                    R"({"a":1.2.3})",
                                    R"({"a":1..2})",
                                    R"({"a":1e})",
                                    R"({"a":1e+})",
                                    R"({"a":e5})",
                                    R"({"a":1e5.5})",
                                    R"({"a":1-2})",
                                    R"({"a":1.-2})",
                                    R"({"a":tru})",
                                    R"({"a":truee})",
                                    R"({"a":nul})",
                                    R"({"a":True})",
                                    R"({"a":falsetrue})",
                                    R"({"a":1true})",
                                    R"({"a":"\x"})",
                                    R"({"a":"\u12g4"})",
                                    R"({"a":"\u12"})",
                                    "{\"a\":\"\t\"}",
                                    "{\"a\":\x01}",
                                    "{\"a\":\xc3\xa4}",
                                    "{\"a\":'b'}",
                                    R"({"a":1}.5)",
                                    R"({"a":{}.5})",
                                    R"({"a":"b".5})",
                                    R"({"a":1}x)",
                                    R"({"a":1}"b")",
                                    R"({"a":1}1)",
                                    R"({"a":1},)",
                                    R"({"a":1}:2)",
                                    "x{}",
                                    "1{}",
                                    R"({"a":{}:2})",
                                    R"({"a":{}"b":2})",
                                    R"({"a":[]1})",
                                    R"({"a":[1]2})",
                                    R"({"a":\"b\"})",
                                    R"({\"a":1})"};

TEST_F(JsonSkims, TakeObjects) {
  for (const std::string_view object : kObjects) EXPECT_TRUE(takes_line(object)) << object;
  std::string all;
  for (const std::string_view object : kObjects) all += std::string(object) + "\n";
  EXPECT_TRUE(takes(all));
}

TEST_F(JsonSkims, RefuseWhatIsNoObject) {
  for (const std::string_view other : kOthers) {
    EXPECT_TRUE(other.empty() || !takes_line(other)) << other;
    Batch batch;
    RowWriter row(batch);
    row.add_row();
    EXPECT_FALSE(JsonObjectReader().read(batch.own(other), row)) << other;
  }
}

// To the end of a line, whatever stands behind it.
TEST_F(JsonSkims, LookAtSoManyBytes) {
  const std::string line = R"({"a":")" + std::string(90, 'x') + "\"}\n";
  text = line + line + line + "{broken\n" + std::string(base::Arena::kPadding, '"');
  const std::string_view lines = std::string_view(text).substr(0, text.size() - base::Arena::kPadding);
  for (std::size_t wanted = 1; wanted <= 3 * line.size(); ++wanted)
    ASSERT_EQ(skim.look_at(lines, wanted), (wanted + line.size() - 1) / line.size() * line.size()) << wanted;
  EXPECT_EQ(skim.look_at(lines, 3 * line.size() + 1), 0u);
  EXPECT_EQ(skim.look_at(lines.substr(0, 5), 1), 0u);
}

TEST_F(JsonSkims, LeaveVeryLongLinesToOthers) {
  const auto line_of = [](std::size_t size) { return R"({"a":")" + std::string(size, 'x') + "\"}\n"; };
  EXPECT_TRUE(takes(line_of(200'000)));
  EXPECT_FALSE(takes(line_of(300'000)));
}

TEST_F(JsonSkims, LeaveWhatIsNestedDeepToOthers) {
  const auto nested = [](std::size_t depth) { return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}\n"; };
  EXPECT_TRUE(takes(nested(20)));
  EXPECT_FALSE(takes(nested(100)));
  EXPECT_FALSE(takes(nested(2'000)));
}

TEST_F(JsonSkims, LeaveNamesWithEscapesToOthers) {
  EXPECT_TRUE(takes_line(R"({"message":"a \u003c b \u00e4"})"));
  EXPECT_FALSE(takes_line(R"({"\u006cevel":"info"})"));
}

TEST_F(JsonSkims, FindWhatIsAskedFor) {
  ASSERT_TRUE(takes(
      R"({"level":"info","n":1,"severity":3})"
      "\n\n"
      R"({"x":{"level":1,"n":2},"l":[{"n":3}],"n":"a\"b", "text":"\"n\":4,{","\"n":5,"N":6,"nn":7})"
      "\n{}\n"
      R"({"a":{"b":{"c":1},"b.c":2,"x":{},"c":3},"a.b.c":4,"a.b":{"c":5},"b":{"c":6},"a":[{"b":{"c":7}}],"a\".b":{"c":8},"x.a":{"b":{"c":9}},"xa":{"b.c":10},"l":[[],"a",{"b.c":11}],"log.level":"x","log":{"level":"y"}})"
      "\n"));
  EXPECT_EQ(members(),
            (std::vector<std::string>{R"("level" "info")", R"("n" 1)", R"("severity" 3)", R"("n" "a\"b")", R"(a.b."c" 1)", R"(a."b.c" 2)",
                                      R"("a.b.c" 4)", R"(a.b."c" 5)", R"("log.level" "x")", R"(log."level" "y")"}));
}

TEST_F(JsonSkims, AreNotForAllNames) {
  EXPECT_FALSE(JsonSkim(AskedFields()).usable());
  EXPECT_FALSE(JsonSkim(AskedFields({"a"}), 32).usable());
  for (const auto* name : {"", "a\"b", "a\\b", "a/b", "a b", "\xc3\xa4", "more", "more.a", "a.", "a..b."})
    EXPECT_FALSE(JsonSkim(AskedFields({name})).usable()) << name;
}

// What was changed at a few places is taken only where the reader takes it line by line.
TEST_F(JsonSkims, TakeNothingThatTheReaderDoesNotTake) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto odd = " {}[]\",:\\.-+eEtn0123u\t\x01\x7f\x80\xc3\n"sv;
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string lines;
    for (int i = 0; i < 3; ++i) lines += std::string(kObjects[random() % std::size(kObjects)]) + "\n";
    for (std::size_t changes = random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % (lines.size() - 1);
      const char c = odd[random() % odd.size()];
      const auto kind = random() % 3;
      if (kind == 0) lines[at] = c;
      if (kind == 1) lines.insert(at, 1, c);
      if (kind == 2) lines.erase(at, 1);
    }
    if (!takes(lines)) continue;
    ++taken;
    for (std::size_t begin = 0, end = 0; begin < lines.size(); begin = end + 1) {
      end = lines.find('\n', begin);
      const std::string line = lines.substr(begin, end - begin);
      Batch batch;
      RowWriter row(batch);
      row.add_row();
      ASSERT_TRUE(line.empty() || JsonObjectReader().read(batch.own(line), row)) << lines;
    }
  }
  EXPECT_GT(taken, 3'000u);
}

// Rows are the same whether lines are skimmed or not.
TEST_F(JsonSkims, ReadTheSameFields) {
  const std::string_view seeds[] = {
      R"({"timestamp":"2026-11-21T10:15:00.25Z","level":"INFO","message":"a message","n":12.50,"status":200})",
      R"({"level": "warn", "n": "a \"b\" \\ \u00e4", "t": true, "a": {"b": {"c": null}}, "n": 3})",
      R"({"a":{"b":{"c":{}},"n":1},"l":[1,"x",{"n":[true]},[],{}],"n":"behind arrays","severity":5,"level":"x"})",
      R"({"n":[1,2],"level":{"n":3},"a":{"b":{"c":"x"},"b.c":1e5}})"};
  const AskedFields asked({"level", "a.b.c", "n"}, {"status"});
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t skimmed = 0;
  for (int round = 0; round < 2'000; ++round) {
    JsonObjectReader reader(asked), plain(asked, 0);
    Batch batch;
    RowWriter row(batch);
    std::string all;
    for (int i = 0; i < 6; ++i) all += std::string(seeds[random() % (round % 2 == 0 ? 3 : 4)]) + "\n";
    if (round % 3 == 0) all[random() % (all.size() - 1)] = "{}[]\",: 1x"[random() % 10];
    const std::string_view own = batch.own(all), lines = own.substr(0, own.size() - 1);
    const bool may_know = reader.skim_ahead(own, own.size()) > 0;
    for (std::size_t begin = 0, end = 0; begin < lines.size(); begin = end + 1) {
      end = std::min(lines.find('\n', begin), lines.size());
      const std::string_view line = lines.substr(begin, end - begin);
      row.add_row();
      const bool known = line.starts_with('{') && may_know && reader.read_line(lines.substr(begin), row) == line.size() + 1;
      skimmed += known;
      if (!known) {
        batch.drop_last_row();
        row.add_row();
      }
      const bool read = known || reader.read(line, row);
      Batch other;
      RowWriter other_row(other);
      other_row.add_row();
      ASSERT_EQ(read, plain.read(other.own(line), other_row).has_value()) << line;
      if (!read) {
        batch.drop_last_row();
        continue;
      }
      const std::size_t last = batch.rows() - 1;
      for (const auto* name : {"a.b.c", "n", "severity", "level_text", "log.level"})
        ASSERT_EQ(batch.get(name, last), other.get(name, 0)) << name << line;
      ASSERT_EQ(batch.levels()[last], other.levels()[0]) << line;
      ASSERT_TRUE(line.find("\"status") == line.npos || batch.get("message", last) == other.get("message", 0)) << line;
    }
  }
  EXPECT_GT(skimmed, 3'000u);
}

}  // namespace
}  // namespace logmill::record
