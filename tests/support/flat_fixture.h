// A flat file in a FaultFs, with verbs: append lines, with or without a stream's name, and read all
// of them back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/inflate.h"
#include "flat/flat_writer.h"
#include "flat/judgement.h"
#include "flat/rotated_file.h"
#include "record/fields.h"
#include "support/store_fixture.h"

namespace logmill::test {

class FlatFixture {
 public:
  static constexpr record::StreamId kStream = {1, 2, 3};

  FaultFs fs;
  FakeClock clock;
  flat::FlatOptions options;
  std::string path = "logs/app.log";

  explicit FlatFixture(std::uint64_t seed = 1) : fs(seed) { options.archive.work = flat::ArchiverOptions::Work::at_once; }

  base::Result<std::unique_ptr<flat::FlatWriter>> open() { return flat::FlatWriter::open(fs, path, options, clock, base::null_reporter()); }

  static base::Status append(flat::FlatWriter& writer, std::string_view line) {
    record::Batch batch;
    batch.add_row();
    batch.set(record::kRaw, 0, record::Value::string(line));
    return writer.append(batch);
  }
  // "line 7" for each number in [from, to): its positions in the stream.
  static base::Status append(flat::FlatWriter& writer, std::uint64_t from, std::uint64_t to) {
    record::Batch batch;
    batch.range() = {kStream, 1, from, to};
    for (std::uint64_t i = from; i < to; ++i) {
      const std::size_t row = batch.add_row();
      batch.positions().push_back(static_cast<std::uint32_t>(i - from));
      batch.set(record::kRaw, row, record::Value::string(batch.own("line " + std::to_string(i))));
    }
    return writer.append(batch);
  }

  // What a compressed file holds.
  std::string inflated(const std::string& of) {
    std::string_view compressed = fs.content(of);
    const auto inflater = codec::make_inflater(codec::detect_container(compressed));
    std::string text(1 << 20, '\0');
    text.resize(*inflater->inflate(compressed, text));
    return text;
  }
  // Of all files together, oldest first. A file that is there compressed and not is read once.
  std::string text() {
    std::string all, before;
    const std::vector<flat::RotatedFile> files = *flat::list_rotated(fs, path);
    for (const flat::RotatedFile& file : files) {
      const std::string plain = flat::rotated_path(path, file.time);
      if (file.unfinished || plain == before) continue;
      before = plain;
      all += file.container == codec::Container::none ? fs.content(file.path) : inflated(file.path);
    }
    if (fs.info(path)) all += fs.content(path);
    return all;
  }
  static std::string lines(std::uint64_t from, std::uint64_t to) {
    std::string all;
    for (std::uint64_t i = from; i < to; ++i) all += "line " + std::to_string(i) + "\n";
    return all;
  }
  // Where a source goes on.
  std::uint64_t frontier() {
    const auto frontiers = flat::read_frontiers(fs, path);
    return !frontiers || frontiers->empty() ? 0 : frontiers->front().position;
  }
};

}  // namespace logmill::test
