// What logserve is told at its start.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/option_groups.h"
#include "record/overload.h"
#include "transport/transport.h"

namespace logmill::logserve {

inline constexpr std::string_view kProgramName = "logserve";

struct Options {
  std::vector<std::string> stores;  // the first is written to
  cli::KeyOptions key;
  std::vector<std::string> listen = {"127.0.0.1:8514"};
  transport::TlsOptions tls;
  std::string token_file;
  bool insecure = false;
  std::uint64_t connections_max = 1'000;
  std::uint64_t body_bytes_max = 64 << 20;
  std::uint64_t queue_bytes_max = 64 << 20;  // of records that wait to be committed
  record::OverloadPolicy overload = record::OverloadPolicy::block;
  std::int64_t key_age_ns = base::kNsPerDay;  // so long a repeat is known by its key
  std::int64_t query_time_max_ns = 30 * base::kNsPerSecond;
  std::uint64_t query_memory_max = 256 << 20;
  std::uint64_t queries_max = 8;             // at once
  std::string temporary_directory = "/tmp";  // for what exceeds the memory
  std::string metrics_dir;
  std::string export_dir;
  std::string alerts_file;
  int ready_fd = -1;
  bool print_address = false;
  cli::StatsOptions stats;
};

}  // namespace logmill::logserve
