#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "cli/completion.h"
#include "cli/counters.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/metrics_file.h"
#include "cli/option_dump.h"
#include "cli/option_groups.h"
#include "support/temp_dir.h"
#include "sys/fd.h"

namespace logmill::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct SampleApp {
  CLI::App app{"sample"};
  InputOptions input;
  StoreOptions store;
  std::int64_t age = 0;
  std::vector<std::string> files;

  SampleApp() {
    input.add(app);
    store.add(app);
    add_duration(app, "--keep-age", age, "Remove what is older. Whole segments.")->group("Retention");
    app.add_option("FILE", files, "Files to read.")->type_name("FILE")->group("Input");
    app.set_help_flag();
  }
};

std::string pipe_text(const std::function<void(int)>& write) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  write(ends[1]);
  close(ends[1]);
  std::string text(65536, '\0');
  auto got = sys::read_some(ends[0], text.data(), text.size());
  close(ends[0]);
  text.resize(std::move(got).value_or(0));
  return text;
}

TEST(OptionDump, HoldsEveryWayToSpellAnOption) {
  SampleApp sample;
  const auto options = dump_options(sample.app);
  ASSERT_EQ(options.size(), 6u);
  EXPECT_EQ(options[0].spelling(), "-i, --input auto|frames|ndjson|raw");
  EXPECT_EQ(options[0].choices(), (std::vector<std::string>{"auto", "frames", "ndjson", "raw"}));
  EXPECT_EQ(options[2].env, "LOGMILL_STORE");
  EXPECT_EQ(options[3].spelling(), "--key-file FILE");
  EXPECT_EQ(options[5].positional, "FILE");
  EXPECT_TRUE(options[5].many);
}

TEST(OptionDump, LeavesOutWhatAValidatorAdds) {
  CLI::App app;
  std::string when;
  app.set_help_flag();
  app.add_option("--when", when)->type_name("now|never")->check(CLI::IsMember({"now", "never"}));
  EXPECT_EQ(dump_options(app)[0].choices(), (std::vector<std::string>{"now", "never"}));
}

TEST(Help, BriefShowsFirstSentencesFullShowsAll) {
  SampleApp sample;
  ToolSpec spec{.name = "logsample",
                .summary = "does little",
                .usage = "[OPTIONS] FILE...",
                .examples = "  logsample x\n",
                .add_options = {},
                .check = {},
                .run = {}};
  const std::string brief = format_help(spec, dump_options(sample.app), HelpLength::brief);
  const std::string full = format_help(spec, dump_options(sample.app), HelpLength::full);
  EXPECT_NE(brief.find("Remove what is older."), std::string::npos);
  EXPECT_EQ(brief.find("Whole segments"), std::string::npos);
  EXPECT_NE(full.find("Whole segments"), std::string::npos);
  EXPECT_NE(full.find("Examples:\n  logsample x"), std::string::npos);
  std::size_t start = 0;
  for (std::size_t end; (end = full.find('\n', start)) != std::string::npos; start = end + 1)
    EXPECT_LE(end - start, 80u) << full.substr(start, end - start);
}

TEST(Options, BadValuesAreExplained) {
  SampleApp sample;
  EXPECT_THROW(sample.app.parse("--keep-age 7", false), CLI::ParseError);
  EXPECT_THROW(sample.app.parse("--input nosuch", false), CLI::ParseError);
  sample.app.parse("--keep-age 7d --input frames", false);
  EXPECT_EQ(sample.age, 7 * base::kNsPerDay);
  EXPECT_EQ(sample.input.format, codec::Format::frames);
}

TEST(Stats, ValueOnlyAfterEqualsSign) {
  CLI::App app;
  StatsOptions stats;
  std::vector<std::string> files;
  stats.add(app);
  app.add_option("FILE", files);
  app.parse("--stats a.log", false);
  EXPECT_TRUE(stats.enabled);
  EXPECT_EQ(stats.interval_seconds, 0);
  EXPECT_EQ(files, std::vector<std::string>{"a.log"});
  app.parse("--stats=5", false);
  EXPECT_EQ(stats.interval_seconds, 5);
}

TEST(Completion, KnowsChoicesAndFiles) {
  SampleApp sample;
  const auto options = dump_options(sample.app);
  EXPECT_NE(bash_completion("logsample", options).find("-i|--input)\n      COMPREPLY=($(compgen -W 'auto frames ndjson raw'"),
            std::string::npos);
  EXPECT_NE(fish_completion("logsample", options).find("-s d -l dir -x -a '(__fish_complete_directories)'"), std::string::npos);
  EXPECT_NE(zsh_completion("logsample", options)
                .find("'--input=[What comes in; found by the first bytes unless given]:value:(auto "
                      "frames ndjson raw)'"),
            std::string::npos);
}

TEST(Counters, BalanceIsPrinted) {
  Counters counters;
  counters.records_in = 10;
  counters.records_out = 6;
  counters.drop("filter", 3);
  counters.drop("nothing", 0);
  EXPECT_EQ(counters.pending(), 1u);
  const std::string text = format_counters("logx", counters, base::kNsPerSecond);
  EXPECT_TRUE(text.starts_with("logx: 10 in, 6 out, 3 dropped (filter 3), 1 pending; ")) << text;
  EXPECT_NE(format_metrics("logx", counters).find("logmill_records_dropped_total{program=\"logx\",cause=\"filter\"} 3\n"),
            std::string::npos);
}

class FixedClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return 0; }
  std::int64_t steady_ns() const override { return 1; }
};

TEST(Messages, ManySimilarWarningsAreSuppressedAndCounted) {
  const std::string text = pipe_text([](int fd) {
    const FixedClock clock;
    StderrReporter reporter("logx", fd, clock);
    for (int i = 0; i < 100; ++i) reporter.warn("bad", "line " + std::to_string(i));
    reporter.warn("other", "once");
  });
  EXPECT_EQ(text,
            "logx: warning: line 0\nlogx: warning: line 1\nlogx: warning: line 2\nlogx: warning: line 3\n"
            "logx: warning: line 4\nlogx: warning: once\nlogx: warning: line 99 (94 similar "
            "suppressed)\n");
}

TEST(Messages, WhatWasReportedIsInTheMetricsOnceMoreAtTheEnd) {
  const test::TempDir folder;
  pipe_text([&](int fd) {
    const FixedClock clock;
    StderrReporter reporter("logx", fd, clock);
    reporter.show(StderrReporter::Show::errors);
    MetricsFile metrics("logx", reporter.counts());
    for (int i = 0; i < 100; ++i) reporter.warn("bad", "line");
    EXPECT_TRUE(metrics.settle());  // none was asked for
    EXPECT_TRUE(metrics.write(folder.path("m"), "other 1\n"));
    EXPECT_THAT(folder.read("m"), StartsWith("other 1\n"));
    EXPECT_THAT(folder.read("m"), HasSubstr("\nlogmill_messages_total{program=\"logx\",severity=\"warning\"} 100\n"));
    reporter.error("no");
    EXPECT_THAT(folder.read("m"), HasSubstr("severity=\"error\"} 0\n"));
    EXPECT_TRUE(metrics.settle());
    EXPECT_THAT(folder.read("m"), HasSubstr("severity=\"error\"} 1\n"));
    EXPECT_THAT(folder.read("m"), HasSubstr("\nlogmill_last_message_timestamp_seconds{program=\"logx\"} 0\n"));
  });
}

TEST(Messages, TerminalCommandsInALogDoNotReachTheTerminal) {
  const std::string text = pipe_text([](int fd) {
    const FixedClock clock;
    StderrReporter("logx", fd, clock).error("bad \x1b[2J\nsecond line");
  });
  EXPECT_EQ(text, "logx: bad \\x1b[2J\nsecond line\n");
}

}  // namespace
}  // namespace logmill::cli
