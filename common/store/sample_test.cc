// Files of every version of the format are kept for ever and stay readable.
#include <gtest/gtest.h>

#include "store/reader.h"
#include "sys/file_system.h"

namespace logmill::store {
namespace {

TEST(Samples, Version1) {
  for (const std::string name : {"ten.live", "ten.seg"}) {
    SCOPED_TRACE(name);
    const auto segment = open_segment(
        sys::os_file_system(), std::string(LOGMILL_SOURCE_DIR) + "/tests/data/formats/segment/v1/" + name,
        base::null_reporter());
    ASSERT_TRUE(segment) << segment.error().what;
    EXPECT_EQ((*segment)->info().rows, 10u);
    EXPECT_EQ((*segment)->info().damaged_blocks, 0u);
    EXPECT_EQ((*segment)->info().time_min, 1'795'256'100'000'000'000);
    const auto block = *(*segment)->read_block(0);
    EXPECT_TRUE(block->verify());
    EXPECT_EQ((*block->column("message"))->at(7).text(), "record 7 done");
    EXPECT_EQ((*block->column("trace_id"))->at(1).text(), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ((*block->column("duration_ms"))->at(0), record::Value::decimal(1250, 2));
    EXPECT_EQ((*block->column("tags"))->at(0), record::Value::json("[1,\"a\"]"));
    EXPECT_EQ((*block->column("mixed"))->at(1), record::Value::integer(1));
    EXPECT_FALSE((*block->column("mixed"))->at(5).present());
    EXPECT_EQ((*(*segment)->frontiers()).at(0).position, 10u);
  }
}

}  // namespace
}  // namespace logmill::store
