#include "maintain/repair.h"

#include <gtest/gtest.h>

#include "maintain/test_store.h"
#include "store/packed_segment.h"

namespace logmill::maintain {
namespace {

constexpr std::uint64_t kRecords = 60;

enum class Form { packed, whole };

// Whole as larger ones are: so small that each of its bytes can be tried.
std::string sealed_segment(TestStore& at, Form form = Form::whole) {
  auto writer = *at.open();
  EXPECT_TRUE(at.append(*writer, 0, kRecords));
  EXPECT_TRUE(writer->close());
  const std::string path = at.fs.files().at(0);
  EXPECT_TRUE(store::is_packed(at.fs.content(path)));
  if (form == Form::whole) at.fs.content(path) = *store::unpack_segment(at.fs.content(path), at.clock.time);
  return path;
}

base::Result<RepairResult> repair(TestStore& at) {
  LOGMILL_ASSIGN_OR_RETURN(const auto lock, MaintenanceLock::try_take(at.fs, at.dir));
  if (!lock) return base::Error{base::ErrorCode::again, "locked"};
  return repair_store(at.fs, at.dir, *lock, 1, base::null_reporter());
}

// What is there is a part of what was written, in order, and can be read.
void expect_no_lie(const std::vector<std::string>& messages) {
  const auto all = test::StoreFixture::expected(0, kRecords);
  auto next = all.begin();
  for (const std::string& message : messages) {
    if (message == "absent") continue;
    next = std::find(next, all.end(), message);
    ASSERT_NE(next, all.end()) << message;
    ++next;
  }
}

TEST(Repair, LeavesAWholeStoreAlone) {
  TestStore at;
  sealed_segment(at);
  const auto result = repair(at);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->segments_checked, 1u);
  EXPECT_TRUE(result->repaired.empty());
  EXPECT_EQ(at.messages().size(), kRecords);
}

TEST(Repair, EveryByteFlipped) {
  TestStore made;
  const std::string path = sealed_segment(made);
  const std::string content = made.fs.content(path);
  std::size_t kept_whole = 0;
  for (std::size_t i = 0; i < content.size(); ++i) {
    SCOPED_TRACE("byte " + std::to_string(i));
    TestStore at;
    sealed_segment(at);
    at.fs.content(path)[i] ^= 0x55;
    const auto result = repair(at);
    ASSERT_TRUE(result) << result.error().what;
    const bool kept = at.count_files(".damaged") == 1;
    if (result->repaired.empty()) continue;  // a reserved byte, or one of a block's own header, which the footer has too
    ASSERT_EQ(result->repaired.size(), 1u);
    EXPECT_EQ(kept, !result->repaired[0].kept_as.empty());
    if (!kept) continue;
    const auto messages = at.messages();
    EXPECT_EQ(messages.size(), result->repaired[0].rows);
    expect_no_lie(messages);
    EXPECT_EQ(at.frontier(), kRecords);
    kept_whole += messages.size() == kRecords;
    EXPECT_TRUE(repair(at)->repaired.empty()) << "what was repaired is damaged";
  }
  EXPECT_GT(kept_whole, content.size() / 2);
}

TEST(Repair, OfADamagedPackedSegmentLeavesItWhereItIs) {
  TestStore made;
  const std::string path = sealed_segment(made, Form::packed);
  const std::size_t bytes = made.fs.content(path).size();
  for (std::size_t i = 0; i < bytes; ++i) {
    SCOPED_TRACE("byte " + std::to_string(i));
    TestStore at;
    sealed_segment(at, Form::packed);
    at.fs.content(path)[i] ^= 0x55;
    const std::string damaged = at.fs.content(path);
    const auto result = repair(at);
    ASSERT_TRUE(result) << result.error().what;
    ASSERT_EQ(result->repaired.size(), 1u);
    EXPECT_EQ(result->repaired[0].rows, 0u);
    EXPECT_EQ(at.fs.content(path), damaged);
    EXPECT_EQ(at.messages(), std::vector<std::string>{"damaged"});
  }
}

TEST(Repair, APowerCutAtEachChangeLosesNothingMore) {
  TestStore counting;
  const std::string path = sealed_segment(counting);
  std::string damaged = counting.fs.content(path);
  const std::size_t at_byte = damaged.find("done");
  ASSERT_NE(at_byte, std::string::npos);
  damaged[at_byte] = 'X';
  const auto damage = [&](TestStore& at) { at.fs.content(path) = damaged; };
  damage(counting);
  const std::uint64_t before = counting.fs.changes();
  ASSERT_EQ(repair(counting)->repaired.size(), 1u);
  const std::uint64_t changes = counting.fs.changes() - before;
  for (std::uint64_t n = 1; n <= changes; ++n) {
    SCOPED_TRACE("power cut at change " + std::to_string(n));
    TestStore at(n);
    sealed_segment(at);
    damage(at);
    at.fs.fail_change(n, base::ErrorCode::io);
    [[maybe_unused]] const auto failed = repair(at);
    at.fs.cut_power();
    at.fs.fail_nothing();
    // The damage was never synced either, and goes with the power unless the original is on its way
    // out.
    if (at.fs.info(path) && at.count_files(".new") == 0) damage(at);
    const auto result = repair(at);
    ASSERT_TRUE(result) << result.error().what;
    EXPECT_EQ(at.messages().size(), kRecords);
    EXPECT_EQ(at.frontier(), kRecords);
    EXPECT_EQ(at.count_files(".damaged"), 1u);
  }
}

}  // namespace
}  // namespace logmill::maintain
