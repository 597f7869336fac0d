#include "store/member_filter.h"

#include <gtest/gtest.h>

#include <random>

#include "store/segment_builder.h"
#include "support/random_text.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using record::Value;
using test::random_hex;

// A sealed segment of several blocks with fields of every sort.
struct Sealed {
  test::FaultFs fs{1};
  static constexpr std::size_t kBlocks = 4, kRows = 3'000;
  const std::string path = "x.seg";
  std::vector<std::vector<std::string>> traces{kBlocks}, requests{kBlocks};

  explicit Sealed(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    SegmentBuilder builder(1);
    EXPECT_TRUE(builder.open(fs, path, 0));
    EncodeContext context(1);
    for (std::size_t b = 0; b < kBlocks; ++b) {
      record::Batch batch;
      fill(batch, b, random);
      std::string bytes;
      const BlockReader::RangeRows all{{}, kRows};
      EXPECT_TRUE(append_block(batch, std::span(&all, 1), context, bytes));
      EXPECT_TRUE(builder.add_block(bytes));
    }
    base::WorkerPool alone(0);
    EXPECT_TRUE(builder.finish({}, {}, alone));
  }

  void fill(record::Batch& batch, std::size_t b, std::mt19937_64& random) {
    for (std::size_t row = 0; row < kRows; ++row) {
      batch.add_row();
      batch.times()[row] = static_cast<std::int64_t>(b * kRows + row);
      if (row % 3 == 0) traces[b].push_back(random_hex(random, 32));
      batch.set("trace_id", row, Value::string(batch.own(traces[b].back())));
      requests[b].push_back("REQ/" + std::to_string(random()) + "/x");
      batch.set("request", row, Value::string(batch.own(requests[b].back())));
      batch.set("service", row, Value::string("auth"));
      batch.set("message", row, Value::string(batch.own("user " + random_hex(random, 16))));
      // Ids, but for a number in the second block, and nothing in the last.
      if (b == 1 && row == 0)
        batch.set("odd", row, Value::integer(5));
      else if (b < 3)
        batch.set("odd", row, Value::string(batch.own(random_hex(random, 32))));
    }
  }

  std::unique_ptr<SegmentReader> reader() { return *open_segment(fs, path, base::null_reporter()); }
};

TEST(MemberFilter, KnowsEveryIdAndFewOthers) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Sealed sealed(seed);
  const auto reader = sealed.reader();
  EXPECT_TRUE(reader->verify_filters());
  std::size_t asked = 0, wrong = 0;
  for (std::size_t b = 0; b < Sealed::kBlocks; ++b) {
    for (const auto& [field, ids] : {std::pair("trace_id", &sealed.traces[b]), std::pair("request", &sealed.requests[b])}) {
      for (const std::string& id : *ids) {
        const auto blocks = *reader->may_contain(field, id);
        ASSERT_TRUE(blocks);
        ASSERT_TRUE((*blocks)[b]) << field << " " << id;
        asked += Sealed::kBlocks - 1;
        for (std::size_t other = 0; other < Sealed::kBlocks; ++other) wrong += other != b && (*blocks)[other];
      }
    }
  }
  EXPECT_LT(wrong * 80, asked) << "0.55 % is expected";
}

TEST(MemberFilter, LetterCaseDoesNotCount) {
  Sealed sealed(3);
  std::string upper = sealed.traces[1][7];
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_TRUE((**sealed.reader()->may_contain("trace_id", upper))[1]);
}

TEST(MemberFilter, OnlyOfFieldsThatAreLikeIds) {
  Sealed sealed(4);
  const auto reader = sealed.reader();
  for (const char* field : {"service", "message", "nothing", "timestamp", "level"})
    EXPECT_FALSE(*reader->may_contain(field, "auth")) << field;
}

TEST(MemberFilter, OtherKindsOfValuesMayBeAnything) {
  Sealed sealed(5);
  const auto blocks = *sealed.reader()->may_contain("odd", "5");
  ASSERT_TRUE(blocks);
  EXPECT_TRUE((*blocks)[1]) << "5 is there, as a number";
  EXPECT_FALSE((*blocks)[3]) << "no record has the field";
  std::size_t wrong = 0;
  for (int i = 0; i < 200; ++i) wrong += (**sealed.reader()->may_contain("odd", std::to_string(i)))[0];
  EXPECT_LT(wrong, 20u);
}

TEST(MemberFilter, DamageIsFound) {
  Sealed sealed(6);
  const std::string sound = sealed.fs.content(sealed.path);
  const auto reader = sealed.reader();
  // Between the last block and the footer.
  const BlockInfo& last = reader->blocks().back();
  for (std::uint64_t at = last.offset + last.bytes; at < last.offset + last.bytes + 9'000; at += 1'000) {
    sealed.fs.content(sealed.path) = sound;
    sealed.fs.content(sealed.path)[at] ^= 1;
    EXPECT_FALSE(sealed.reader()->verify_filters()) << at;
    // Never a wrong no: an error, or the answer of bytes that are sound.
    for (const std::string& id : sealed.traces[0]) {
      const auto blocks = sealed.reader()->may_contain("trace_id", id);
      ASSERT_TRUE(!blocks || (**blocks)[0]) << at;
      if (sealed.traces[0][50] == id) break;
    }
  }
}

TEST(MemberFilter, DamagedSectionIsRefused) {
  std::vector<MemberFilter> filters = {{.name = "id", .offset = 100, .lanes = 2}};
  filters[0].checksums = {1};
  std::string section;
  append_member_filters(section, filters);
  EXPECT_TRUE(parse_member_filters(section, 1, 164));
  EXPECT_FALSE(parse_member_filters(section, 1, 163)) << "beyond the end";
  EXPECT_FALSE(parse_member_filters(section, 100, 1'000'000)) << "a checksum is missing";
  for (std::size_t size = 0; size < section.size(); ++size)
    EXPECT_FALSE(parse_member_filters(std::string_view(section).substr(0, size), 1, 164)) << size;
}

}  // namespace
}  // namespace logmill::store
