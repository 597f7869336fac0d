// logquery: search, aggregate and follow records of stores, files and standard input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/option_groups.h"

namespace logmill::logquery {

struct Options {
  std::string query;
  std::vector<std::string> files;
  cli::StoreOptions store;
  std::string index_dir;  // of sidecars; empty: beside the files
  std::string input;      // a format; empty: found by the first bytes

  std::string since, until;
  std::optional<std::uint64_t> newest;  // 0: all
  bool ignore_case = false;
  bool follow = false;
  std::optional<std::uint64_t> before, after, around;  // rows to show with each hit

  bool count_only = false;
  std::vector<std::string> fields;
  std::vector<std::string> top, by;
  std::string span;

  std::string output;  // empty: text on a terminal, else as it came in
  std::string export_file;
  std::string cursor_file;
  bool table = false;
  bool wide = false;
  bool no_pager = false;
  std::string pager;
  bool utc = false;
  bool open = false;
  std::string server = "http://127.0.0.1:8514";
  std::string browser;
  bool partial = false, merge = false;
  std::optional<std::string> complete;  // the beginning of a query; `query` is a file then
  unsigned threads = 0;                 // 0: one for each core
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;
  std::string temporary_directory = "/tmp";  // for what exceeds it
  bool stats = false;
  bool explain = false;
};

struct Logquery {
  static constexpr std::string_view kName = "logquery";
  static constexpr std::string_view kSummary = "searches, counts and follows log records of a store, of files or of standard input";
  static constexpr std::string_view kUsage = "[OPTIONS] [QUERY] [FILE...]";
  static constexpr std::string_view kExamples =
      "  logquery -d store 'service=auth level>=warn timestamp>2h ago'\n"
      "  logquery 'status>=500 | top 10 path' access.log access.log.1.gz\n"
      "  logquery -d store -S 1d '| timechart 1h count() by level'\n"
      "  logcollect /var/log/syslog | logparse | logquery 'error OR fail*'\n";

  using Options = logquery::Options;
  static void add_options(CLI::App& app, Options& options);
  static base::Status check(const Options& options);
  static base::Result<cli::Exit> run(const Options& options, cli::Io& io);
};

}  // namespace logmill::logquery
