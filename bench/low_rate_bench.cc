// What becomes of a store into which little flows for a long time? Every simulated second's records
// are committed by themselves, and the store is maintained every ten seconds of simulated time, as
// logstore does; only the clock runs faster.
//
// bench/low_rate.sh runs it with ten records a second, for a week.
//
// One line a simulated day: what the folder takes, live segments included, and how often its bytes
// have been written so far.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "codec/codec_test_support.h"
#include "maintain/maintainer.h"
#include "store/writer.h"

using namespace logmill;

namespace {

class SimulatedClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return time; }
  std::int64_t steady_ns() const override { return time; }
  base::TimeNs time = 0;
};

struct Disk {
  std::uint64_t files = 0, bytes = 0;
};

Disk disk_of(const std::string& folder) {
  Disk disk;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) disk.files += 1, disk.bytes += entry.file_size();
  return disk;
}

void die(const base::Error& error) {
  std::fprintf(stderr, "low_rate_bench: %s\n", error.what.c_str());
  std::exit(3);
}

class Simulation {
 public:
  explicit Simulation(const std::string& store)
      : store_(store), maintainer_(sys::os_file_system(), store, {}, clock_, base::null_reporter(), [] { return false; }) {}

  // The records of one second.
  void take(const std::string& lines) {
    codec::for_each_batch(*reader_, lines, lines.size(), [&](const record::Batch& batch) {
      advance(batch.times()[0]);
      if (auto taken = writer_->append(batch); !taken) die(taken.error());
      raw_bytes_ += lines.size();
      records_ += batch.rows();
    });
    if (auto committed = writer_->commit(); !committed) die(committed.error());
  }

  void finish() {
    if (auto closed = writer_->close(); !closed) die(closed.error());
    if (auto done = maintainer_.run_round(); !done) die(done.error());
    print_day();
  }

 private:
  void advance(base::TimeNs now) {
    if (writer_ == nullptr) {
      clock_.time = maintained_ = day_ = now;
      auto opened = store::StoreWriter::open(sys::os_file_system(), store_, {}, clock_, base::null_reporter());
      if (!opened) die(opened.error());
      writer_ = *std::move(opened);
    }
    clock_.time = std::max(clock_.time, now);
    if (auto ticked = writer_->tick(); !ticked) die(ticked.error());
    if (clock_.time - maintained_ >= 10 * base::kNsPerSecond) {
      maintained_ = clock_.time;
      if (auto done = maintainer_.run_round(); !done) die(done.error());
    }
    if (clock_.time - day_ >= base::kNsPerDay) {
      day_ += base::kNsPerDay;
      print_day();
    }
  }

  void print_day() {
    const Disk disk = disk_of(store_);
    const auto& counters = writer_->counters();
    const double written = static_cast<double>(counters.bytes_written + maintainer_.counters().bytes_rewritten);
    std::printf("%4d %11llu %7llu %12llu %9.2f %9.2f %9.2f\n", ++days_, static_cast<unsigned long long>(records_),
                static_cast<unsigned long long>(disk.files), static_cast<unsigned long long>(disk.bytes),
                static_cast<double>(disk.bytes) / static_cast<double>(records_),
                static_cast<double>(raw_bytes_) / static_cast<double>(disk.bytes), written / static_cast<double>(disk.bytes));
    std::fflush(stdout);
  }

  const std::string store_;
  SimulatedClock clock_;
  maintain::Maintainer maintainer_;
  std::unique_ptr<codec::Reader> reader_ = codec::make_reader({.format = codec::Format::ndjson}, base::null_reporter());
  std::unique_ptr<store::StoreWriter> writer_;
  base::TimeNs maintained_ = 0, day_ = 0;
  std::uint64_t records_ = 0, raw_bytes_ = 0;
  int days_ = 0;
};

// Up to the second of {"timestamp":"2026-01-01T00:00:00.123Z"…, which loggen writes first.
std::string_view second_of(const std::string& line) { return std::string_view(line).substr(0, 33); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: loggen --time-step 100ms -o json … | low_rate_bench NEW-FOLDER\n", stderr);
    return 2;
  }
  std::ios::sync_with_stdio(false);
  std::puts(" day     records   files        bytes    B/rec.     ratio   written");
  Simulation simulation(argv[1]);
  std::string lines, line;
  while (std::getline(std::cin, line)) {
    if (!lines.empty() && second_of(line) != second_of(lines)) {
      simulation.take(lines);
      lines.clear();
    }
    lines += line + '\n';
  }
  if (!lines.empty()) simulation.take(lines);
  simulation.finish();
}
