// Real logs: how much of each file auto mode reads, and whether fields hold what others say they
// hold.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream in(kCorpora / name, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

// Parses all lines of a file as one stream.
struct Parsed {
  record::Batch batch;
  LineCounts counts;
  std::string formats;  // "nginx syslog", those that fitted some line

  explicit Parsed(const std::vector<std::string>& lines, std::optional<std::vector<std::string>> asked_fields = std::nullopt) {
    fill_with_lines(batch, {lines.begin(), lines.end()});
    LineParserOptions options = test_options("auto");
    options.asked_fields = std::move(asked_fields);
    LineParser parser(options);
    counts = parser.parse_batch(batch);
    for (const ParserSpec* spec : parsers())
      if (parser.fitted().contains(spec)) formats += (formats.empty() ? "" : " ") + std::string(spec->name);
  }
  double share() const {
    const auto lines = static_cast<double>(counts.parsed + counts.unparsed);
    return lines > 0 ? static_cast<double>(counts.parsed) / lines : 1;
  }
};

class Corpora : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCorpora)) GTEST_SKIP() << "no corpora at " << kCorpora;
  }
};

TEST_F(Corpora, AutoModeReadsTheFormatsItNames) {
  struct Case {
    std::string file;
    double share;  // at least; files with stack traces and damaged lines have less than 1
    std::string formats;
  };
  const Case cases[] = {
      {"access/apache_combined.log", 1, "nginx"},
      {"access/nasa_clf.log", 1, "nginx"},
      {"access/shop_combined.log", 1, "nginx"},
      {"access/apache_malformed.log", 1, "nginx"},
      {"access/nginx_malformed.log", 1, "nginx"},
      {"access/nginx_mixed.log", 1, "nginx-error nginx"},
      {"access/apache_error.log", 1, "apache-error"},
      {"access/modsecurity.log", 1, "apache-error"},
      {"access/nginx_error.log", 0.6, "nginx-error"},
      {"access/caddy_compose.log", 1, "compose"},
      {"access/envoy.cri.log", 1, "cri"},
      {"access/nginxplus.jsonl", 1, "json"},
      {"replay/haproxy_rfc3164.log", 1, "syslog"},
      {"replay/haproxy_rfc5424.log", 1, "rfc5424"},
      {"replay/nginx_combined.log", 1, "nginx"},
      {"syslog/rfc3164_auth.log", 1, "syslog"},
      {"syslog/rfc3164_auth_2.log", 1, "syslog"},
      {"syslog/iso_rsyslog.log", 1, "syslog"},
      {"syslog/postfix.log", 1, "syslog"},
      {"syslog/iptables.log", 1, "syslog"},
      {"syslog/rfc5424.log", 0.9, "rfc5424"},
      {"journald/short_iso.log", 0.86, "syslog"},
      {"logfmt/grafana.logfmt", 1, "logfmt"},
      {"logfmt/virtual_kubelet.logfmt", 1, "logfmt"},
      {"loggers/logrus_text.log", 1, "logfmt"},
      {"loggers/gokit.logfmt", 1, "logfmt"},
      {"loggers/zap_console.log", 1, "zap"},
      {"loggers/log4js.log", 1, "app"},
      {"loggers/py_logging.log", 0.72, "app"},
      {"loggers/loguru.log", 0.61, "app"},
      {"loghub/linux.log", 1, "syslog"},
      {"loghub/openssh.log", 1, "syslog"},
      {"loghub/mac.log", 1, "syslog"},
      {"loghub/thunderbird.log", 1, "cluster"},
      {"loghub/bgl.log", 1, "cluster"},
      {"loghub/proxifier.log", 0.99, "proxifier"},
      {"loghub/apache.log", 1, "apache-error"},
      {"loghub/hadoop.log", 1, "app"},
      {"loghub/hdfs.log", 1, "app"},
      {"loghub/spark.log", 1, "app"},
      {"loghub/zookeeper.log", 1, "app"},
      {"loghub/android.log", 1, "logcat"},
      {"multiline/java_log4j.log", 1, "app"},
      {"misc/glog.log", 1, "glog"},
      {"misc/ansi.log", 1, "syslog"},
      {"json/docker_nginx.jsonl", 1, "docker"},
      {"json/cri.log", 1, "cri"},
      {"db/redis.log", 1, "redis"},
      {"db/postgres15.log", 0.99, "postgres"},
      {"db/postgres15.csv", 0.98, "postgres-csv"},
      {"db/postgres15.jsonl", 1, "json"},
      {"misc/strace.log", 1, "strace"},
      {"db/elasticsearch_server.log", 1, "app"},
  };
  for (const Case& c : cases) {
    const Parsed parsed(lines_of(c.file));
    EXPECT_GE(parsed.share(), c.share) << c.file;
    EXPECT_EQ(parsed.formats, c.formats) << c.file;
  }
}

// No line is lost, whatever is in the file.
TEST_F(Corpora, EveryLineOfEveryFileIsParsedOrKept) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpora)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = std::filesystem::relative(entry.path(), kCorpora);
    const std::vector<std::string> lines = lines_of(name);
    const Parsed parsed(lines);
    ASSERT_EQ(parsed.counts.parsed + parsed.counts.unparsed, lines.size()) << name;
    for (std::size_t row = 0; row < lines.size(); ++row) {
      const record::Value error = parsed.batch.get(record::kParseError, row);
      if (error.present()) {
        ASSERT_EQ(parsed.batch.get(record::kRaw, row).text(), lines[row]) << name;
      }
    }
  }
}

// The value of "key": "text" or "key": 12 in a line of pretty-printed JSON; empty if it is another
// line.
std::string json_member(const std::string& line, const std::string& key) {
  const std::string mark = "\"" + key + "\": ";
  const std::size_t at = line.find(mark);
  if (at == std::string::npos) return "";
  std::string value = line.substr(at + mark.size());
  while (!value.empty() && (value.back() == ',' || value.back() == '"')) value.pop_back();
  return value.starts_with('"') ? value.substr(1) : value;
}

std::string plain(const record::Batch& batch, const std::string& name, std::size_t row) {
  std::string text;
  record::append_plain(text, batch.get(name, row));
  return text;
}

TEST_F(Corpora, AccessFieldsAreThoseThatFilebeatFinds) {
  // One object a line of the log; in the same order.
  std::vector<std::map<std::string, std::string>> expected;
  const std::map<std::string, std::string> names = {{"http.request.method", "method"},
                                                    {"http.response.body.bytes", "bytes"},
                                                    {"http.response.status_code", "status"},
                                                    {"url.original", "path"},
                                                    {"user_agent.original", "user_agent"}};
  for (const std::string& line : lines_of("access/nginx_combined.expected.json")) {
    if (line == "    {") expected.emplace_back();
    if (expected.empty()) continue;
    for (const auto& [theirs, ours] : names)
      if (const std::string value = json_member(line, theirs); !value.empty()) expected.back()[ours] = value;
    if (const std::string time = json_member(line, "@timestamp"); !time.empty()) expected.back()["timestamp"] = time;
  }
  ASSERT_EQ(expected.size(), 10u);
  const Parsed parsed(lines_of("access/nginx_combined.log"));
  for (std::size_t row = 0; row < expected.size(); ++row) {
    EXPECT_EQ(parsed.batch.times()[row], text::parse_rfc3339(expected[row]["timestamp"])) << row;
    for (const auto& [theirs, ours] : names) EXPECT_EQ(plain(parsed.batch, ours, row), expected[row][ours]) << ours << " of row " << row;
  }
}

// Splits a line of CSV with quotes doubled inside quotes.
std::vector<std::string> split_csv(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size() && line[i] != '\r'; ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  return cells;
}

// LogHub's header fields: the column of the table, the field it became.
void expect_loghub(const std::string& name, const std::map<std::string, std::string>& fields, std::size_t differences_allowed) {
  const Parsed parsed(lines_of("loghub/" + name + ".log"));
  const std::vector<std::string> table = lines_of("loghub/" + name + ".structured.csv");
  const std::vector<std::string> header = split_csv(table.front());
  ASSERT_EQ(table.size(), parsed.batch.rows() + 1);
  std::size_t differences = 0;
  for (std::size_t row = 0; row + 1 < table.size(); ++row) {
    const std::vector<std::string> cells = split_csv(table[row + 1]);
    for (std::size_t column = 0; column < header.size(); ++column) {
      const auto field = fields.find(header[column]);
      if (field == fields.end()) continue;
      // The tables were made with trailing spaces taken off.
      std::string got = plain(parsed.batch, field->second, row);
      while (got.ends_with(' ')) got.pop_back();
      std::string want = cells[column];
      while (want.ends_with(' ')) want.pop_back();
      if (got == want) continue;
      if (++differences <= 3 && differences > differences_allowed)
        ADD_FAILURE() << name << " row " << row << " " << field->second << ": '" << got << "', not '" << want << "'";
    }
  }
  EXPECT_LE(differences, differences_allowed) << name;
}

TEST_F(Corpora, LoghubHeadersAreThoseOfTheTables) {
  // "[client 1.2.3.4]" is a field here, not a part of the message.
  expect_loghub("apache", {{"Content", "message"}}, 32);
  expect_loghub("openssh", {{"Pid", "pid"}, {"Content", "message"}}, 0);
  // "syslogd 1.4.1: restart." and others whose tag holds a space.
  expect_loghub("linux", {{"PID", "pid"}, {"Component", "service"}, {"Content", "message"}}, 25);
  expect_loghub("zookeeper", {{"Content", "message"}, {"Id", "line"}}, 0);
  expect_loghub("hdfs", {{"Pid", "pid"}, {"Component", "logger"}, {"Content", "message"}}, 0);
  expect_loghub("android", {{"Pid", "pid"}, {"Tid", "thread"}, {"Component", "service"}, {"Content", "message"}}, 0);
}

TEST_F(Corpora, HaveTheSameTimesWhereOnlyTimesAreAskedFor) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpora)) {
    if (!entry.is_regular_file() || entry.file_size() > 1'000'000) continue;
    const std::string name = std::filesystem::relative(entry.path(), kCorpora);
    const auto lines = lines_of(name);
    EXPECT_EQ(Parsed(lines).batch.times(), Parsed(lines, std::vector<std::string>{}).batch.times()) << name;
  }
}

// Each field by itself, of the first lines of each file.
TEST_F(Corpora, HaveTheSameInEachFieldThatIsAskedFor) {
  constexpr std::size_t kLines = 150;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpora)) {
    if (!entry.is_regular_file() || entry.file_size() > 1'000'000) continue;
    const std::string name = std::filesystem::relative(entry.path(), kCorpora);
    std::vector<std::string> lines = lines_of(name);
    if (lines.size() > kLines) lines.resize(kLines);
    const Parsed all(lines);
    if (all.formats.empty() || all.formats == "json") continue;
    for (const record::Column& column : all.batch.columns()) {
      if (column.values.empty()) continue;
      const Parsed some(lines, std::vector{column.name});
      EXPECT_EQ(some.formats, all.formats) << name;
      EXPECT_EQ(some.counts.parsed, all.counts.parsed) << name;
      EXPECT_EQ(some.batch.times(), all.batch.times()) << name << ": " << column.name;
      EXPECT_EQ(some.batch.levels(), all.batch.levels()) << name << ": " << column.name;
      for (std::size_t row = 0; row < lines.size(); ++row)
        ASSERT_EQ(some.batch.get(column.name, row), column.at(row)) << name << ": " << column.name << ": " << lines[row];
    }
  }
}

}  // namespace
}  // namespace logmill::parse
