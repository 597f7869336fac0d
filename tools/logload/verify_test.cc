#include "logload/verify.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "logload/numbered_records.h"
#include "store/writer.h"
#include "support/temp_dir.h"

namespace logmill::logload {
namespace {

// A store with records of one lane, as a receiver might have written them.
struct VerifyTest : testing::Test {
  test::TempDir dir;

  void store(std::string_view run, const std::vector<std::int64_t>& numbers) {
    auto writer = store::StoreWriter::open(sys::os_file_system(), dir.path("S"), {}, base::system_clock(), base::null_reporter());
    ASSERT_TRUE(writer);
    record::Batch batch;
    for (const std::int64_t number : numbers) {
      const std::size_t row = batch.add_row();
      batch.times()[row] = base::system_clock().now();
      batch.set(kRunField, row, record::Value::string(run));
      batch.set(kLaneField, row, record::Value::integer(0));
      batch.set(kNumberField, row, record::Value::integer(number));
    }
    ASSERT_TRUE((*writer)->append(batch));
    ASSERT_TRUE((*writer)->close());
  }
  Verdict verdict(std::uint64_t sent) {
    const auto read = verify_store(sys::os_file_system(), dir.path("S"), "mine", {{sent}}, base::null_reporter());
    EXPECT_TRUE(read);
    return read ? *read : Verdict{};
  }
};

TEST_F(VerifyTest, AllThereOnceAndInOrder) {
  store("mine", {0, 1, 2, 3});
  const Verdict found = verdict(4);
  EXPECT_EQ(found.stored, 4u);
  EXPECT_EQ(found.lost, 0u);
  EXPECT_EQ(found.duplicated, 0u);
  EXPECT_EQ(found.disordered, 0u);
}

TEST_F(VerifyTest, CountsLossCopiesAndDisorder) {
  store("mine", {0, 1, 3, 2, 2, 7});
  const Verdict found = verdict(8);
  EXPECT_EQ(found.stored, 5u);
  EXPECT_EQ(found.lost, 3u);
  EXPECT_EQ(found.duplicated, 1u);
  EXPECT_EQ(found.disordered, 1u);
}

TEST_F(VerifyTest, RecordsOfOthersDoNotCount) {
  store("other", {0, 1, 2});
  store("mine", {0, 99, -5});
  const Verdict found = verdict(3);
  EXPECT_EQ(found.stored, 1u);
  EXPECT_EQ(found.lost, 2u);
}

}  // namespace
}  // namespace logmill::logload
