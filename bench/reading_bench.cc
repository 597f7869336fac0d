// How long does it take to make a batch of a record's bytes, by format?
//
//   loggen -n 200000 --seed 7 -o json >in.ndjson; reading_bench in.ndjson
//
// Without a file: 200,000 records of one shape. The time a record is CPU time; and one batch is
// used again and again, as in programs.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "codec/codec_test_support.h"

using namespace logmill;

namespace {

std::string made_up_records() {
  std::string lines;
  for (int i = 0; i < 200'000; ++i) {
    char line[320];
    const int size = std::snprintf(line, sizeof line,
                                   R"({"timestamp":"2026-01-01T%02d:%02d:%02d.%03dZ","level":"INFO","service":"gateway","host":"node%02d",)"
                                   R"("trace_id":"6d5d9f6a6318013cf6b263f2%08x","message":"GET /api/v2/orders/%d 200 in 8.95 ms",)"
                                   R"("duration_ms":%d.%02d,"status":200,"user_id":%d,"method":"GET","path":"/api/v2/orders/%d"})"
                                   "\n",
                                   i / 3'600'000, i / 60'000 % 60, i / 1000 % 60, i % 1000, i % 40, i * 2654435761u, i % 5000, i % 90,
                                   i % 100, i % 7919, i % 5000);
    lines.append(line, static_cast<std::size_t>(size));
  }
  return lines;
}

void measure(benchmark::State& state, codec::Format format, const std::string& bytes) {
  std::size_t rows = 0;
  for (auto _ : state) {
    const auto reader = codec::make_reader({.format = format}, base::null_reporter());
    codec::for_each_batch(*reader, bytes, bytes.size(), [&](const record::Batch& batch) { rows += batch.rows(); });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
  state.counters["ns_a_record"] =
      benchmark::Counter(static_cast<double>(rows) / 1e9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::string ndjson = made_up_records();
  if (argc > 1) {
    std::ifstream file(argv[1], std::ios::binary);
    ndjson.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::string frames;
  const auto reader = codec::make_reader({.format = codec::Format::ndjson}, base::null_reporter());
  const auto writer = codec::make_writer(codec::Format::frames, codec::Compress::no);
  codec::for_each_batch(*reader, ndjson, ndjson.size(),
                        [&](const record::Batch& batch) { static_cast<void>(writer->append(batch, frames)); });
  benchmark::RegisterBenchmark("NDJSON", [&](auto& state) { measure(state, codec::Format::ndjson, ndjson); });
  benchmark::RegisterBenchmark("frames", [&](auto& state) { measure(state, codec::Format::frames, frames); });
  benchmark::RegisterBenchmark("raw lines", [&](auto& state) { measure(state, codec::Format::raw, ndjson); });
  benchmark::RunSpecifiedBenchmarks();
}
