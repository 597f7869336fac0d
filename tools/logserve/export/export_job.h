// What is known of one export, also by the next run of the program: EXPORT_DIR/.jobs/ID.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace logmill::logserve {

// The destination of an export that is made while it is fetched.
inline constexpr std::string_view kDownload = "download";

struct ExportJob {
  enum class State : std::uint8_t {
    queued,     // a download: waits to be fetched
    running,    // only in memory: on disk it is still queued
    finishing,  // all is written, and is about to get its name
    done,
    failed,
    cancelled,
  };

  std::string id;
  // Who asked, and what it may see (a Grant's name and filter).
  std::string owner, filter;
  std::string query, format, destination;  // as asked
  base::TimeNs created = 0;                // what relative times in the query count from
  State state = State::queued;
  std::uint64_t records = 0, bytes = 0;
  bool partial = false;  // something in the store is damaged
  std::string error;

  bool is_download() const { return destination == kDownload; }
  bool ended() const { return state == State::done || state == State::failed || state == State::cancelled; }
};

// "QUEUED"
std::string_view export_state_name(ExportJob::State state);
// Whole, as it is kept in a file.
std::string format_export_job(const ExportJob& job);
// Fails with invalid.
base::Result<ExportJob> parse_export_job(std::string_view json);

}  // namespace logmill::logserve
