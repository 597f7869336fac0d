// What does it cost to encode records, and how small do they get, by column?
//
// usage: encode_bench [-r ROUNDS] [-l LEVEL] [-b ROWS] < NDJSON
//        -b: rows of a block, at most
//
// Reads everything first, cut into full blocks as a writer does under load, then encodes each
// ROUNDS times with one context. Prints CPU nanoseconds and bytes per record, and for every column
// its encodings, bytes a record, and what it costs alone.
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "codec/formats.h"
#include "store/block_directory.h"
#include "store/block_writer.h"
#include "store/segment_format.h"

using namespace logmill;

namespace {

using Batches = std::vector<std::unique_ptr<record::Batch>>;

// Copies `batch` behind the last of `blocks`, which is filled up first.
void add_to_blocks(const record::Batch& batch, std::size_t rows_max, Batches& blocks) {
  for (std::size_t first = 0; first < batch.rows();) {
    if (blocks.empty() || blocks.back()->full() || blocks.back()->rows() >= rows_max) blocks.push_back(std::make_unique<record::Batch>());
    const std::size_t last = std::min(batch.rows(), first + rows_max - blocks.back()->rows());
    store::append_rows(*blocks.back(), batch, first, last);
    first = last;
  }
}

Batches read_blocks(std::size_t rows_max) {
  Batches blocks;
  const auto reader = codec::make_reader({.format = codec::Format::ndjson}, base::null_reporter());
  for (bool more = true; more;) {
    record::Batch batch;
    reader->begin(batch);
    codec::InputEnd end = codec::InputEnd::no;
    while (reader->decode(batch, end) == codec::Decoded::needs_input && more) {
      const std::span<char> room = reader->room(batch);
      const ssize_t got = ::read(STDIN_FILENO, room.data(), room.size());
      if (got > 0) reader->added(batch, static_cast<std::size_t>(got));
      more = end == codec::InputEnd::no;
      if (got <= 0) end = codec::InputEnd::yes;
    }
    reader->end(batch);
    for (base::TimeNs& time : batch.times())
      if (time == record::kNoTime) time = 0;
    add_to_blocks(batch, rows_max, blocks);
  }
  return blocks;
}

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct ColumnTotals {
  std::string encodings;
  std::uint64_t bytes = 0;
};

struct Totals {
  std::uint64_t records = 0, bytes = 0, directories = 0;
  std::map<std::string, ColumnTotals> columns;
};

// Adds what the directory of a block says.
void add_block(std::string_view block, Totals& totals) {
  const auto header = store::parse_block_header(block);
  const auto directory = store::parse_directory(block.substr(store::kBlockHeaderBytes, header->directory_bytes), *header);
  totals.records += header->rows;
  totals.bytes += block.size();
  totals.directories += store::kBlockHeaderBytes + header->directory_bytes;
  for (const store::ColumnEntry& entry : directory->columns) {
    ColumnTotals& column = totals.columns[entry.name];
    const store::EncodingSpec* spec = store::find_encoding(entry.encoding);
    const std::string name(spec ? spec->name : "-");
    if (column.encodings.find(name) == std::string::npos) column.encodings += (column.encodings.empty() ? "" : ",") + name;
    column.bytes += entry.bytes;
  }
}

// CPU seconds for all of `blocks`, the best of `rounds`.
double encode_all(const Batches& blocks, int level, int rounds, Totals& totals) {
  store::EncodeContext context(level);
  std::string out;
  double best = 1e300;
  for (int round = 0; round < rounds; ++round) {
    double spent = 0;
    for (const auto& batch : blocks) {
      out.clear();
      const double start = cpu_seconds();
      const store::BlockReader::RangeRows all{{}, static_cast<std::uint32_t>(batch->rows())};
      const auto block = store::append_block(*batch, std::span(&all, 1), context, out);
      spent += cpu_seconds() - start;
      if (!block) {
        std::fprintf(stderr, "encode_bench: %s\n", block.error().what.c_str());
        std::exit(3);
      }
      if (round == 0) add_block(out, totals);
    }
    best = std::min(best, spent);
  }
  return best;
}

// The same rows with one column, or none but time and level.
Batches only(const Batches& blocks, std::string_view name) {
  Batches parts;
  for (const auto& block : blocks) {
    auto& part = *parts.emplace_back(std::make_unique<record::Batch>());
    part.times() = block->times();
    part.levels() = block->levels();
    if (const record::Column* column = block->find(name)) part.columns()[part.column_index(name)].values = column->values;
  }
  return parts;
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 1, level = 1;
  std::size_t rows_max = store::kBlockRowsMax;
  for (int option; (option = ::getopt(argc, argv, "r:l:b:")) != -1;) {
    if (option == 'r')
      rounds = std::atoi(optarg);
    else if (option == 'l')
      level = std::atoi(optarg);
    else if (option == 'b')
      rows_max = static_cast<std::size_t>(std::atoi(optarg));
    else
      return 2;
  }
  const Batches blocks = read_blocks(rows_max);
  Totals totals;
  const double all = encode_all(blocks, level, rounds, totals);
  const auto records = static_cast<double>(totals.records);
  std::printf("%zu blocks, %.0f records: %.0f ns and %.2f bytes a record (best of %d)\n", blocks.size(), records, all * 1e9 / records,
              static_cast<double>(totals.bytes) / records, rounds);

  Totals unused;
  const double frame = encode_all(only(blocks, ""), level, rounds, unused);
  const auto row = [&](const std::string& name, const std::string& encodings, std::uint64_t bytes, double seconds) {
    std::printf("  %-24s %-24s %8.3f %6.0f ns\n", name.c_str(), encodings.c_str(), static_cast<double>(bytes) / records,
                seconds * 1e9 / records);
  };
  row("(time, level, headers)", "", totals.directories, frame);
  for (const auto& [name, column] : totals.columns) {
    const bool own = name != "timestamp" && name != "level";
    row(name, column.encodings, column.bytes, own ? encode_all(only(blocks, name), level, rounds, unused) - frame : 0);
  }
}
