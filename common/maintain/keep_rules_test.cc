#include "maintain/keep_rules.h"

#include <gtest/gtest.h>

#include "maintain/test_store.h"

namespace logmill::maintain {
namespace {

TEST(KeepRule, IsAFilterAndADuration) {
  EXPECT_EQ(parse_keep_rule("level=DEBUG:3d")->keep_ns, 3 * base::kNsPerDay);
  EXPECT_EQ(parse_keep_rule("path=\"a:b\":1h")->keep_ns, 3'600 * base::kNsPerSecond);
  EXPECT_EQ(parse_keep_rule("audit=true:forever")->keep_ns, kKeepForever);
  for (const char* wrong : {"level=DEBUG", ":3d", "level=DEBUG:", "level=DEBUG:3", "level=DEBUG:0s", "=:3d", "timestamp>1:3d", ""})
    EXPECT_FALSE(parse_keep_rule(wrong)) << wrong;
}

// Of the fixture's records each tenth is an error, each third is of auth.
class Ruled : public TestStore {
 public:
  using TestStore::TestStore;
  void keep(std::initializer_list<const char*> rules, std::int64_t age_ns = 0) {
    policy.retention = {};
    policy.retention.keep_age_ns = age_ns;
    for (const char* rule : rules) policy.retention.rules.push_back(*parse_keep_rule(rule));
    policy.compaction.enabled = false;
  }
  std::vector<RetentionStep> plan() { return *maintainer().plan_retention_now(); }
};

TEST(KeepRules, TheFirstThatMatchesDecides) {
  Ruled at;
  ASSERT_EQ(at.feed(300, 300, false), 300u);
  at.clock.advance(5 * base::kNsPerDay);
  at.keep({"level=error:forever", "service=auth:3d"});
  const auto steps = at.plan();
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].rows_due, 90u);  // of 100 of auth ten are errors
  EXPECT_EQ(steps[0].reason, "service=auth:3d");
  EXPECT_FALSE(steps[0].whole());
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages().size(), 210u);
  EXPECT_EQ(at.frontier(), 300u);
  EXPECT_TRUE(at.plan().empty());
}

TEST(KeepRules, TheOthersFollowTheAge) {
  Ruled at;
  ASSERT_EQ(at.feed(300, 300, false), 300u);
  at.clock.advance(5 * base::kNsPerDay);
  at.keep({"level=error:1w"}, 2 * base::kNsPerDay);
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages().size(), 30u);
  at.clock.advance(5 * base::kNsPerDay);
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages().size(), 0u);
  EXPECT_EQ(at.count_files(".seg"), 0u);
  EXPECT_EQ(at.frontier(), 300u);
}

TEST(KeepRules, ASmallShareWaitsForAsLongAgain) {
  Ruled at;
  ASSERT_EQ(at.feed(300, 300, false), 300u);
  at.keep({"level=error:3d"});
  at.clock.advance(5 * base::kNsPerDay);
  EXPECT_TRUE(at.plan().empty());
  at.clock.advance(2 * base::kNsPerDay);
  ASSERT_EQ(at.plan().size(), 1u);
  EXPECT_EQ(at.plan()[0].rows_due, 30u);
}

TEST(KeepRules, LimitsOfSizeTakeWholeSegmentsAllTheSame) {
  Ruled at;
  ASSERT_EQ(at.feed(200, 100, false), 200u);
  at.keep({"level=error:forever"});
  at.policy.retention.keep_count = 1;
  ASSERT_TRUE(at.run_round());
  EXPECT_EQ(at.messages(), TestStore::expected(100, 200));
}

TEST(KeepFree, TheOldestGoUntilThereIsSpace) {
  Ruled at;
  ASSERT_EQ(at.feed(500, 100, false), 500u);
  at.keep({});
  std::uint64_t used = 0;
  for (const std::string& path : at.fs.files()) used += at.fs.content(path).size();
  at.fs.set_capacity(used + 1'000);
  at.policy.retention.keep_free_bytes = 1'000;
  EXPECT_TRUE(at.plan().empty());
  at.policy.retention.keep_free_bytes = 1'001;
  ASSERT_EQ(at.plan().size(), 1u);
  EXPECT_EQ(at.plan()[0].reason, "less than 1001 B free");
  at.policy.retention.keep_free_bytes = 0;
  at.policy.retention.keep_free_percent = 99;
  EXPECT_EQ(at.plan().size(), 5u);
}

}  // namespace
}  // namespace logmill::maintain
