// Access logs read the short way, by the marks of a batch's lines, are the same as read one line at a time.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <span>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

constexpr std::string_view kHeads[] = {"203.0.113.9 - - ",
                                       "10.12.33.227 - zoltan ",
                                       "a b c ",
                                       "1.2.3.4 - ",
                                       "1.2.3.4 ",
                                       "",
                                       " 1.2.3.4 - - ",
                                       "1.2.3.4  - - ",
                                       "1.2.3.4 - -  ",
                                       "www.example.com:443 203.0.113.9 - ada ",
                                       "10.0.0.2, 10.0.0.1 - - ",
                                       "2001:db8:85a3:1234:5678:8a2e:370:7334 - - ",
                                       "2001:db8:85a3:1234:5678:8a2e - x ",
                                       "1.2.3.4 - a[b "};
constexpr std::string_view kStamps[] = {"[21/Nov/2026:10:15:00 +0000] ", "[21/Nov/2026:10:15:01 +0000] ", "[07/Dec/2016:11:05:07 +0100] ",
                                        "[2026-11-21T10:15:00+01:00] ",  "[21/Nox/2026:10:15:00 +0000] ", "[21/Nov/2026:10:15:00 +0000]"};
constexpr std::string_view kRequests[] = {
    R"("GET /cart?id=7 HTTP/1.1")", R"("POST / HTTP/2.0")",  R"("GET /a b")", R"("get / HTTP/1.1")", R"("-")", R"("")", R"("\x16\x03")",
    R"("GET /a\"b HTTP/1.1")",      "\"GET /a\tb HTTP/1.1\""};
constexpr std::string_view kNumbers[] = {" 200 512", " 404 -",  " 200 0",  " 304 1234567", " 200 12345678", " 200 123456789012345678901",
                                         " 007 1",   " 200 01", " 200  9", " 200 -0",      " - 5",          " 200",
                                         " 200 1.5", " 200 7 ", "  200 7", " 200 7x",      " 99999999 1",   " 1234567 -1"};
constexpr std::string_view kTails[] = {
    R"( "-" "curl/7.88")",
    R"( "https://example.com/" "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0")",
    "",
    R"( "" "")",
    R"( "a" "b" 0.012)",
    R"( "a" "b" "10.0.0.1, 10.0.0.2")",
    R"( "a" "b" "-")",
    R"( "a" "b" rt=0.5 status="7" uct="0.001")",
    R"( "a"  "b")",
    R"( "a""b")",
    R"( "a\"b" "c" one two)",
    R"( "a\\" "c")",
    R"( "a\ \b")",
    R"( "a" "b\")",
    R"( "a" "b" )",
    R"( "a")",
    R"( x "b" "c")",
    R"(  "b" "c")",
    R"( "a" "b" 1 "r" "u" 3ms)"};

class RandomLines {
 public:
  explicit RandomLines(unsigned seed) : random_(seed) {}

  // Most parts are the usual ones.
  std::string next() {
    std::string line;
    for (const auto& parts : kParts) line += parts[random_() % 4 == 0 ? random_() % parts.size() : random_() % 2];
    if (random_() % 50 == 0) line.insert(random_() % (line.size() + 1), 6'000, 'x');
    for (unsigned changes = random_() % 8 == 0 ? 1 + random_() % 3 : 0; changes > 0; --changes) change(line);
    return line;
  }
  unsigned number() { return static_cast<unsigned>(random_()); }

 private:
  static constexpr std::span<const std::string_view> kParts[] = {kHeads, kStamps, kRequests, kNumbers, kTails};

  void change(std::string& line) {
    constexpr std::string_view kBytes = "\"\"\\[] -0129a\t\x01\x80";
    const std::size_t at = random_() % (line.size() + 1);
    switch (random_() % 4) {
      case 0: line.insert(at, 1, kBytes[random_() % kBytes.size()]); break;
      case 1: line.erase(at, 1 + random_() % 3); break;
      case 2: line.resize(at); break;
      default:
        if (at < line.size()) line[at] = kBytes[random_() % kBytes.size()];
    }
  }

  std::mt19937 random_;
};

// One line in a batch of its own, of whose marks nothing is known. Absent fields are not what a parser set.
struct Alone {
  record::Batch batch;
  Outcome outcome;

  Alone(std::string_view line, const AskedNames* fields) {
    ParseMemory memory;
    record::RowWriter row(batch);
    row.add_row();
    outcome = find_parser("nginx")->parse(row.own(line), row, {.reference = kTestNow, .memory = memory, .fields = fields});
  }
};

// Lines of which some are many times longer than others, with and without what stands between those of a file.
void fill(record::Batch& batch, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + (text.size() % 3 == 0 ? "" : "\n");
  batch.text().append(text);
  std::size_t at = 0;
  for (const std::string& line : lines) {
    batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.text().view().substr(at, line.size())));
    at += line.size() + (at % 3 == 0 ? 0 : 1);
  }
}

// As JSON writes them, whatever their order.
std::set<std::string> fields_of(const record::Batch& batch, std::size_t row) {
  std::set<std::string> fields;
  for (const record::Column& column : batch.columns()) {
    if (!column.at(row).present()) continue;
    std::string text = column.name + (column.at(row).is_text() ? "=" : ":");
    record::append_plain(text, column.at(row));
    fields.insert(std::move(text));
  }
  return fields;
}

void expect_the_same(const record::Batch& batch, std::size_t row, const std::string& line, const std::vector<std::string>* asked) {
  const AskedNames names(asked != nullptr ? *asked : std::vector<std::string>{});
  const Alone alone(line, asked != nullptr ? &names : nullptr);
  ASSERT_EQ(alone.outcome.matched(), !batch.get(record::kRaw, row).present()) << line;
  if (!alone.outcome.matched()) {
    const std::string column = "nginx: column " + std::to_string(alone.outcome.column) + ": expected ";
    if (asked == nullptr) {
      EXPECT_EQ(batch.get(record::kParseError, row).text(), column + std::string(alone.outcome.expected)) << line;
    }
    return;
  }
  EXPECT_EQ(batch.times()[row], alone.batch.times()[0]) << line;
  if (asked == nullptr) {
    EXPECT_EQ(fields_of(batch, row), fields_of(alone.batch, 0)) << line;
    return;
  }
  for (const std::string& name : *asked) EXPECT_EQ(batch.get(name, row), alone.batch.get(name, 0)) << name << ": " << line;
}

void compare(RandomLines& random, const std::vector<std::string>* asked) {
  std::vector<std::string> lines;
  for (int i = 0; i < 150; ++i) lines.push_back(random.next());
  record::Batch batch;
  fill(batch, lines);
  LineParserOptions options = test_options("nginx");
  if (asked != nullptr) options.asked_fields = *asked;
  LineParser parser(std::move(options));
  parser.parse_batch(batch);
  for (std::size_t row = 0; row < lines.size(); ++row) {
    if (lines[row].empty() || lines[row].ends_with('\r')) continue;
    ASSERT_NO_FATAL_FAILURE(expect_the_same(batch, row, lines[row], asked));
  }
}

TEST(Access, ByMarksIsTheSameAsWithoutThem) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomLines random(seed);
  for (int round = 0; round < 40 && !testing::Test::HasFailure(); ++round) compare(random, nullptr);
}

TEST(Access, ByMarksIsTheSameOfFieldsThatAreAskedFor) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomLines random(seed);
  constexpr std::string_view kFields[] = {"status", "bytes", "client",  "ident",   "user",         "vhost", "method",        "path",
                                          "uct",    "extra", "referer", "message", "request_time", "rt",    "forwarded_for", "user_agent"};
  for (int round = 0; round < 60 && !testing::Test::HasFailure(); ++round) {
    std::vector<std::string> asked;
    for (unsigned fields = random.number() % 4; fields > 0; --fields) asked.emplace_back(kFields[random.number() % std::size(kFields)]);
    compare(random, &asked);
  }
}

// Lines that stand in one text in another order than in the batch: the marks of those before are not known any more.
TEST(Access, LinesInAnyOrderAreRead) {
  RandomLines random(7);
  std::vector<std::string> lines;
  for (int i = 0; i < 300; ++i) lines.push_back(random.next());
  record::Batch batch, backwards;
  fill(batch, lines);
  const std::size_t rows = batch.rows();
  backwards.text().append(batch.text().view());
  for (std::size_t row = rows; row-- > 0;) {
    const std::string_view line = batch.get(record::kRaw, row).text();
    const auto at = static_cast<std::size_t>(line.data() - batch.text().view().data());
    backwards.set(record::kRaw, backwards.add_row(), record::Value::string(backwards.text().view().substr(at, line.size())));
  }
  for (record::Batch* const each : {&batch, &backwards}) LineParser(test_options("nginx")).parse_batch(*each);
  for (std::size_t row = 0; row < rows; ++row) EXPECT_EQ(fields_of(batch, row), fields_of(backwards, rows - 1 - row));
}

TEST(AskedNames, HasNoOthers) {
  const AskedNames none, some({"status", "", "user_agent", std::string(100, 'x')});
  for (const std::string_view name : {"status", "", "user_agent"}) {
    EXPECT_TRUE(some.contains(name)) << name;
    EXPECT_FALSE(none.contains(name)) << name;
  }
  EXPECT_TRUE(some.contains(std::string(100, 'x')));
  for (const std::string_view name : {"statut", "bytes", "s", "user_agens", "statusstatus"}) EXPECT_FALSE(some.contains(name)) << name;
  unsigned had = 0;
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b = 'a'; b <= 'z'; ++b) had += some.contains(std::string{'s', a, 'a', 't', b, 's'});
  EXPECT_EQ(had, 1u);
}

}  // namespace
}  // namespace logmill::parse
