// What becomes of a store into which little flows for a long time? Records come when their timestamps say, commits when the interval is
// over, and the store is maintained every ten seconds, as logstore does; only the clock runs faster.
//
// bench/low_rate.sh runs it with ten records a second, for a week.
//
// One line a simulated day: files at most and at its end, what they take (live segments included) in bytes and in the disk's blocks, a
// record of it and how many times less than NDJSON that is, how often its bytes have been written so far, the largest live segment, CPU of
// the process for a record, and the longest round of maintenance.
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>

#include "codec/codec_test_support.h"
#include "maintain/maintainer.h"
#include "store/writer.h"
#include "text/units.h"

using namespace logmill;

namespace {

class SimulatedClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return time; }
  std::int64_t steady_ns() const override { return time; }
  base::TimeNs time = 0;
};

struct Disk {
  std::uint64_t files = 0, bytes = 0, allocated = 0, live = 0;
};

Disk disk_of(const std::string& folder) {
  Disk disk;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    struct stat of {};
    if (!entry.is_regular_file() || ::stat(entry.path().c_str(), &of) != 0) continue;
    ++disk.files;
    disk.bytes += static_cast<std::uint64_t>(of.st_size);
    disk.allocated += static_cast<std::uint64_t>(of.st_blocks) * 512;
    if (entry.path().extension() == ".live") disk.live = std::max<std::uint64_t>(disk.live, static_cast<std::uint64_t>(of.st_size));
  }
  return disk;
}

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

void die(const base::Error& error) {
  std::fprintf(stderr, "low_rate_bench: %s\n", error.what.c_str());
  std::exit(3);
}

class Simulation {
 public:
  Simulation(const std::string& store, std::int64_t commit_interval_ns)
      : store_(store), maintainer_(sys::os_file_system(), store, {}, clock_, base::null_reporter(), [] { return false; }) {
    options_.commit_interval_ns = commit_interval_ns;
  }

  void take(const std::string& line) {
    codec::for_each_batch(*reader_, line, line.size(), [&](const record::Batch& batch) {
      advance(batch.times()[0]);
      check(writer_->append(batch));
      raw_bytes_ += line.size();
      records_ += batch.rows();
    });
  }

  void finish() {
    check(writer_->close());
    maintain();
    print_day();
  }

 private:
  static void check(const base::Status& done) {
    if (!done) die(done.error());
  }

  void advance(base::TimeNs now) {
    if (writer_ == nullptr) {
      clock_.time = maintained_ = day_ = now;
      auto opened = store::StoreWriter::open(sys::os_file_system(), store_, options_, clock_, base::null_reporter());
      if (!opened) die(opened.error());
      writer_ = *std::move(opened);
    }
    for (auto due = writer_->commit_due_ns(); due && *due <= now; due = writer_->commit_due_ns()) {
      clock_.time = *due;
      check(writer_->tick());
    }
    clock_.time = std::max(clock_.time, now);
    check(writer_->tick());
    if (clock_.time - maintained_ >= 10 * base::kNsPerSecond) maintain();
    if (clock_.time - day_ >= base::kNsPerDay) {
      day_ += base::kNsPerDay;
      print_day();
    }
  }

  void maintain() {
    maintained_ = clock_.time;
    look();
    const auto began = std::chrono::steady_clock::now();
    check(maintainer_.run_round());
    longest_round_ = std::max(longest_round_, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  }

  void look() {
    if (clock_.time < next_look_) return;
    next_look_ = clock_.time + 60 * base::kNsPerSecond;
    const Disk disk = disk_of(store_);
    files_most_ = std::max(files_most_, disk.files);
    live_most_ = std::max(live_most_, disk.live);
  }

  void print_day() {
    const Disk disk = disk_of(store_);
    const auto& counters = writer_->counters();
    const auto written = static_cast<double>(counters.bytes_written + maintainer_.counters().bytes_rewritten);
    const auto bytes = static_cast<double>(disk.bytes), records = static_cast<double>(records_);
    std::printf("%4d%11llu%9llu%7llu%7llu%12llu%12llu%8.2f%7.2f%9.2f%11llu%8.1f%10.0f\n", ++days_,
                static_cast<unsigned long long>(records_), static_cast<unsigned long long>(counters.commits),
                static_cast<unsigned long long>(files_most_), static_cast<unsigned long long>(disk.files),
                static_cast<unsigned long long>(disk.bytes), static_cast<unsigned long long>(disk.allocated), bytes / records,
                static_cast<double>(raw_bytes_) / bytes, written / bytes, static_cast<unsigned long long>(live_most_),
                cpu_seconds() / records * 1e6, longest_round_);
    std::fflush(stdout);
    files_most_ = live_most_ = 0;
    longest_round_ = 0;
  }

  const std::string store_;
  SimulatedClock clock_;
  maintain::Maintainer maintainer_;
  std::unique_ptr<codec::Reader> reader_ = codec::make_reader({.format = codec::Format::ndjson}, base::null_reporter());
  store::WriterOptions options_;
  std::unique_ptr<store::StoreWriter> writer_;
  base::TimeNs maintained_ = 0, day_ = 0, next_look_ = 0;
  std::uint64_t records_ = 0, raw_bytes_ = 0, files_most_ = 0, live_most_ = 0;
  double longest_round_ = 0;  // ms
  int days_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const auto interval_ns = argc == 3 ? text::parse_duration(argv[2]) : text::parse_duration("150ms");
  if (argc < 2 || argc > 3 || !interval_ns) {
    std::fputs("usage: loggen --time-step 100ms -o json … | low_rate_bench NEW-FOLDER [COMMIT-INTERVAL]\n", stderr);
    return 2;
  }
  std::ios::sync_with_stdio(false);
  std::puts(" day    records  commits  files at end       bytes   allocated  B/rec.  ratio  written   live max  CPU us  round ms");
  Simulation simulation(argv[1], *interval_ns);
  for (std::string line; std::getline(std::cin, line);) simulation.take(line + '\n');
  simulation.finish();
}
