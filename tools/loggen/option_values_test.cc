#include "loggen/option_values.h"

#include <gtest/gtest.h>

namespace logmill::loggen {
namespace {

TEST(LevelMix, TakesWeightsOfAnyUnit) {
  const auto mix = parse_level_mix("info=0.9,Error=0.1");
  ASSERT_TRUE(mix);
  EXPECT_EQ((*mix)[static_cast<std::size_t>(record::Severity::info)], 9'000u);
  EXPECT_EQ((*mix)[static_cast<std::size_t>(record::Severity::error)], 1'000u);
  EXPECT_EQ((*mix)[static_cast<std::size_t>(record::Severity::debug)], 0u);
}

TEST(LevelMix, RefusesWhatMakesNoSense) {
  for (const char* text : {"", "info", "info=", "info=x", "info=-1", "info=nan", "info=1e9", "info=0", "loud=3", "info=1x"})
    EXPECT_FALSE(parse_level_mix(text)) << text;
}

TEST(Names, AreANumberOrAList) {
  EXPECT_EQ(*parse_names("3", generate::host_names), (std::vector<std::string>{"node1", "node2", "node3"}));
  EXPECT_EQ(*parse_names("web,db", generate::host_names), (std::vector<std::string>{"web", "db"}));
  EXPECT_EQ(parse_names("14", generate::service_names)->back(), "catalog-2");
  for (const char* text : {"", "0", "10001", "99999999999999999999", "a,,b", "a b"})
    EXPECT_FALSE(parse_names(text, generate::host_names)) << text;
}

}  // namespace
}  // namespace logmill::loggen
