// A store in a FaultFs, with verbs: put records in, read all of them back.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "crypt/encrypted_file_system.h"
#include "record/batch.h"
#include "store/reader.h"
#include "store/writer.h"
#include "support/fault_fs.h"

namespace logmill::test {

class FakeClock final : public base::Clock {
 public:
  base::TimeNs now() const override { return time + wall; }
  std::int64_t steady_ns() const override { return time; }
  void advance(std::int64_t ns) { time += ns; }
  base::TimeNs wall = 0;                                   // the wall clock may jump, the steady one does not
  base::TimeNs time = 1'795'256'100 * base::kNsPerSecond;  // 2026-11-21T10:15:00Z
};

class StoreFixture {
 public:
  static constexpr record::StreamId kStream = {1, 2, 3};

  FaultFs fs;
  // What the store is written and read through: the same, or encrypted.
  sys::FileSystem* through = &fs;
  void encrypt() { through = &encrypted_; }
  FakeClock clock;
  store::WriterOptions options;
  std::string dir = "store";
  // So many of these in a field of each record: a segment of more than 16 KiB has a footer.
  std::size_t random_bytes = 0;

  explicit StoreFixture(std::uint64_t seed = 1) : fs(seed) {}

  // Records `from` to `to` (excluded) of a stream; their message says which they are.
  void fill(record::Batch& batch, std::uint64_t from, std::uint64_t to, std::uint32_t epoch = 1) const {
    batch.clear();
    batch.range() = {kStream, epoch, from, to};
    for (std::uint64_t i = from; i < to; ++i) {
      const std::size_t row = batch.add_row();
      batch.positions().push_back(static_cast<std::uint32_t>(i - from));
      batch.times()[row] = clock.time + static_cast<std::int64_t>(i) * base::kNsPerMs;
      batch.levels()[row] = i % 10 == 0 ? record::Severity::error : record::Severity::info;
      batch.set("service", row, record::Value::string(i % 3 == 0 ? "auth" : "payments"));
      batch.set("message", row, record::Value::string(batch.own("record " + std::to_string(i) + " done")));
      if (random_bytes > 0) batch.set("noise", row, record::Value::string(batch.own(noise(i))));
      if (i % 4 == 0) batch.set("status", row, record::Value::integer(static_cast<std::int64_t>(200 + i % 5)));
    }
  }

  base::Result<std::unique_ptr<store::StoreWriter>> open() {
    return store::StoreWriter::open(*through, dir, options, clock, base::null_reporter());
  }

  base::Status append(store::StoreWriter& writer, std::uint64_t from, std::uint64_t to, std::uint32_t epoch = 1) const {
    record::Batch batch;
    fill(batch, from, to, epoch);
    return writer.append(batch);
  }

  // All messages, in order of segments and rows; "damaged" for what cannot be read.
  std::vector<std::string> messages() {
    std::vector<std::string> all;
    const auto paths = store::list_segments(*through, dir, INT64_MIN, INT64_MAX);
    if (!paths) return {"damaged"};
    for (const std::string& path : *paths) {
      const auto segment = store::open_segment(*through, path, base::null_reporter());
      if (!segment) {
        all.push_back("damaged");
        continue;
      }
      for (std::size_t i = 0; i < (*segment)->blocks().size(); ++i) add_messages(**segment, i, all);
    }
    return all;
  }

  static std::vector<std::string> expected(std::uint64_t from, std::uint64_t to) {
    std::vector<std::string> all;
    for (std::uint64_t i = from; i < to; ++i) all.push_back("record " + std::to_string(i) + " done");
    return all;
  }

 private:
  std::string noise(std::uint64_t seed) const {
    std::mt19937_64 random(seed);
    std::string bytes(random_bytes, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  }

  static crypt::KeyRing test_keys() {
    return *crypt::KeyRing::parse("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "test");
  }
  crypt::KeyRing keys_ = test_keys();
  crypt::EncryptedFileSystem encrypted_{fs, keys_};

  static void add_messages(store::SegmentReader& segment, std::size_t index, std::vector<std::string>& all) {
    const auto block = segment.read_block(index);
    if (!block) return all.push_back("damaged");
    const auto column = (*block)->column("message");
    if (!column) return all.push_back("damaged");
    for (std::size_t row = 0; row < (*block)->info().rows; ++row)
      all.emplace_back(*column == nullptr ? "absent" : (*column)->at(row).text());
  }
};

}  // namespace logmill::test
