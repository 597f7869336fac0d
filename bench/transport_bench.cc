// How many frames a second go from one process to another, and how late are they, when the ends cost next to nothing?
//
// usage: transport_bench [SECONDS] [ROWS] [WAY...]
//
// One process writes the same batch of ROWS lines (default 4,096, of 60 bytes) again and again for SECONDS (default 2), another reads
// batches and forgets them; then single lines, one a millisecond. Through a pipe, a ring in shared memory, a ring in a file, a unix socket,
// and TCP over loopback: always the same sink and source that all programs use. CPU is that of both processes.
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "record/fields.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "sys/fd.h"

using namespace logmill;

namespace {

constexpr int kLatePauseNs = 1'000'000;

[[noreturn]] void die(std::string_view what) {
  std::fprintf(stderr, "transport_bench: %s\n", std::string(what).c_str());
  std::_Exit(3);
}

std::int64_t now_ns() { return base::system_clock().steady_ns(); }

double cpu_seconds(const rusage& used) {
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

// What a writer and a reader open: an address, and descriptors for those that are "-".
struct Way {
  std::string name;
  std::string address = "-";
  int in = -1, out = -1;
};

Way through_pipe() {
  int fds[2];
  if (::pipe(fds) != 0) die("pipe");
  return {"pipe", "-", fds[0], fds[1]};
}
Way through_unix_socket() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) die("socketpair");
  return {"unix", "-", fds[0], fds[1]};
}
Way through_tcp() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0), out = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, any, size) != 0 || ::listen(listener, 1) != 0 || ::getsockname(listener, any, &size) != 0 ||
      ::connect(out, any, size) != 0)
    die("tcp");
  const int in = ::accept(listener, nullptr, nullptr);
  ::close(listener);
  return {"tcp", "-", in, out};
}
Way through_ring() { return {"ring", "ring:transport-bench-" + std::to_string(::getpid())}; }
Way through_ring_file() {
  return {"ring, file", "ring:" + (std::filesystem::temp_directory_path() / ("transport-bench-" + std::to_string(::getpid()))).string()};
}

void fill(record::Batch& batch, std::size_t rows, std::uint64_t position) {
  batch.clear();
  batch.range() = {{1}, 0, position, position + rows};
  for (std::size_t i = 0; i < rows; ++i) {
    batch.add_row();
    batch.times()[i] = now_ns();
    batch.positions().push_back(static_cast<std::uint32_t>(i));
    const std::string line = "2026-11-21 10:15:42 INFO request " + std::to_string(1'000'000 + i) + " served in 17.25 ms";
    batch.set(record::kRaw, i, record::Value::string(batch.own(line)));
  }
}

using Write = std::function<void(stream::Sink&)>;

// The other process: writes, ends.
pid_t start_writer(const Way& way, const Write& write) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (way.in >= 0) ::close(way.in);
  sys::Stop stop;
  const auto sink = stream::open_sink(way.address, way.out, {.format = codec::Format::frames}, stop, base::null_reporter());
  if (!sink) die(sink.error().what);
  write(**sink);
  if (const auto closed = (*sink)->close(); !closed) die(closed.error().what);
  std::_Exit(0);
}

void check(const base::Status& written) {
  if (!written) die(written.error().what);
}

// Calls `take` with every batch until the end; returns the writer's usage.
rusage receive(const Way& way, const Write& write, const std::function<void(const record::Batch&)>& take) {
  const pid_t writer = start_writer(way, write);
  if (way.out >= 0) ::close(way.out);
  sys::Stop stop;
  {
    const auto source = stream::open_source(way.address, way.in, {.format = codec::Format::frames}, stop, base::null_reporter());
    if (!source) die(source.error().what);
    record::Batch batch;
    while (true) {
      const auto pull = (*source)->next(batch);
      if (!pull) die(pull.error().what);
      if (*pull != stream::Pull::batch) break;
      take(batch);
    }
  }
  if (way.in >= 0) ::close(way.in);
  rusage used{};
  int status = 0;
  if (::wait4(writer, &status, 0, &used) != writer || status != 0) die("the writer failed");
  return used;
}

void measure_throughput(const Way& way, double seconds, std::size_t rows) {
  std::uint64_t lines = 0, first_ns = 0;
  rusage before{}, after{};
  ::getrusage(RUSAGE_SELF, &before);
  const rusage writer = receive(
      way,
      [&](stream::Sink& sink) {
        record::Batch batch;
        fill(batch, rows, 0);
        const std::int64_t end = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
        while (now_ns() < end) {
          check(sink.write(batch));
          batch.range() = {batch.range().stream, 0, batch.range().to, batch.range().to + rows};
        }
      },
      [&](const record::Batch& batch) {
        if (first_ns == 0) first_ns = static_cast<std::uint64_t>(now_ns());
        lines += batch.rows();
      });
  const double took = static_cast<double>(static_cast<std::uint64_t>(now_ns()) - first_ns) / 1e9;
  ::getrusage(RUSAGE_SELF, &after);
  const double cpu = cpu_seconds(after) - cpu_seconds(before) + cpu_seconds(writer);
  std::printf("%-12s%14.2f%14.1f", way.name.c_str(), static_cast<double>(lines) / took / 1e6, cpu * 1e9 / static_cast<double>(lines));
}

void measure_lateness(const Way& way, double seconds) {
  std::vector<std::int64_t> late;
  receive(
      way,
      [&](stream::Sink& sink) {
        record::Batch batch;
        const std::int64_t end = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
        for (std::uint64_t i = 0; now_ns() < end; ++i) {
          fill(batch, 1, i);
          check(sink.write(batch));
          check(sink.flush());
          const timespec pause{0, kLatePauseNs};
          ::nanosleep(&pause, nullptr);
        }
      },
      [&](const record::Batch& batch) { late.push_back(now_ns() - batch.times()[0]); });
  std::sort(late.begin(), late.end());
  const auto at = [&](double part) {
    return static_cast<double>(late[static_cast<std::size_t>(part * static_cast<double>(late.size() - 1))]) / 1e3;
  };
  std::printf("%10.0f%8.0f\n", at(0.5), at(0.99));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
  const std::size_t rows = argc > 2 ? static_cast<std::size_t>(std::atol(argv[2])) : 4096;
  std::printf("%-12s%14s%14s%10s%8s\n", "way", "M lines/s", "CPU ns a line", "p50 us", "p99");
  for (const auto& make : {through_pipe, through_ring, through_ring_file, through_unix_socket, through_tcp}) {
    const Way way = make();
    if (argc > 3 && std::none_of(argv + 3, argv + argc, [&](const char* wanted) { return way.name == wanted; })) continue;
    std::fflush(stdout);
    measure_throughput(way, seconds, rows);
    std::fflush(stdout);
    measure_lateness(make(), seconds);
  }
}
