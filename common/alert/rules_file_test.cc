#include "alert/rules_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

#include <filesystem>
#include <random>

namespace logmill::alert {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& text) {
  const auto rules = parse_rules(text);
  return rules ? "none" : rules.error().what;
}

std::string rule(const std::string& more) { return "[[rule]]\nname = \"a\"\nquery = 'level=ERROR'\n" + more; }

TEST(RulesFile, TakesASampleOfEachKind) {
  for (const RuleKind* kind : rule_kinds()) {
    const std::string text = "[[rule]]\nname = \"a\"\nkind = \"" + std::string(kind->name) + "\"\n" + std::string(kind->sample);
    EXPECT_EQ(error_of(text), "none") << text;
  }
  for (const ActionKind* kind : action_kinds())
    EXPECT_EQ(error_of(rule("above = 1\n") + "[action.x]\n" + std::string(kind->sample)), "none") << kind->sample;
}

TEST(RulesFile, SaysWhereAndWhatWouldBeRight) {
  EXPECT_EQ(error_of(rule("abvoe = 3\n")), "line 4: rule a: 'abvoe': is not known here; did you mean 'above'?");
  EXPECT_EQ(error_of(rule("above = \"x\"\n")), "line 4: rule a: 'above': expected a number, or a share like \"5%\"");
  EXPECT_EQ(error_of(rule("above = 3\nwindow = \"5\"\n")), "line 5: rule a: 'window': 5: a duration needs a unit: 5s, 5m, 5h, 5d");
  EXPECT_EQ(error_of(rule("above = 3\nkind = \"treshold\"\n")),
            "line 5: rule a: 'kind': there is no kind 'treshold'; did you mean 'threshold'?");
  EXPECT_EQ(error_of(rule("above = 3\nactions = [\"pgae\"]\n[action.page]\nkind = \"stdout\"\n")),
            "line 5: rule a: 'actions': there is no [action.pgae]; did you mean 'page'?");
  EXPECT_EQ(error_of(rule("")), "line 1: rule a: needs above = NUMBER or below = NUMBER");
  EXPECT_EQ(error_of(rule("above = 3\nwindow = \"1m\"\nevery = \"7s\"\n")),
            "line 6: rule a: 'every': the window must be a multiple of 'every'");
  EXPECT_EQ(error_of("[[rule]]\nname = \"a\"\nabove = 1\n"), "line 1: rule a: needs a query");
  EXPECT_EQ(error_of("[[rules]]\n"), "line 1: 'rules' is not known; did you mean 'rule'?");
  EXPECT_THAT(error_of("[[rule]\n"), HasSubstr("line 1: "));
  EXPECT_EQ(error_of(""), "line 1: there is no [[rule]]");
  EXPECT_EQ(error_of(rule("above = 1\n") + rule("above = 1\n")), "line 6: rule a: 'name': there is another rule of this name");
}

TEST(RulesFile, RefusesQueriesThatCannotBeJudged) {
  const auto with = [](const std::string& query) { return error_of("[[rule]]\nname = \"a\"\nabove = 1\nquery = '" + query + "'\n"); };
  EXPECT_THAT(with("level=ERROR | cuont by service"), HasSubstr("line 4: rule a: 'query': query: no such stage; did you mean count?"));
  EXPECT_THAT(with("timestamp>1h ago"), HasSubstr("leave 'timestamp' out"));
  EXPECT_THAT(with("* | count by service, 1m"), HasSubstr("leave the span out"));
  EXPECT_THAT(with("* | uniq service"), HasSubstr("cannot be put together"));
  EXPECT_EQ(with("* | stats p99(duration_ms) by service"), "none");
}

TEST(RulesFile, DefaultsGoToAllRules) {
  const auto rules = parse_rules("[defaults]\nwindow = \"10m\"\nactions = [\"x\"]\n[action.x]\nkind = \"stdout\"\n" + rule("above = 1\n"));
  ASSERT_TRUE(rules) << rules.error().what;
  EXPECT_EQ(rules->rules[0].window_ns, 600 * base::kNsPerSecond);
  EXPECT_EQ(rules->rules[0].actions, std::vector<std::string>{"x"});
}

TEST(RulesFile, SurvivesWhateverIsInIt) {
  std::string good;
  for (const RuleKind* kind : rule_kinds())
    good +=
        "[[rule]]\nname = \"" + std::string(kind->name) + "\"\nkind = \"" + std::string(kind->name) + "\"\n" + std::string(kind->sample);
  const unsigned seed = 1;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    std::string text = good;
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = static_cast<char>(random());
      else
        text.erase(at, random() % 20);
    }
    const auto rules = parse_rules(text);
    if (rules) continue;
    EXPECT_THAT(rules.error().what, testing::StartsWith("line "));
  }
  EXPECT_FALSE(parse_rules("a = " + std::string(100'000, '[')));
  EXPECT_FALSE(parse_rules("\xc2\xa1 = 1\n"));  // between two blanks of Unicode
  EXPECT_FALSE(parse_rules(std::string("[[rule]]\0", 9)));
}

TEST(RulesFile, IsRefusedWhereAnybodyMayChangeIt) {
  const test::TempDir dir;
  const std::string path = dir.write("rules.toml", rule("above = 1\n"));
  EXPECT_TRUE(read_rules(path));
  std::filesystem::permissions(path, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  EXPECT_THAT(read_rules(path).error().what, HasSubstr("anybody may change it"));
}

}  // namespace
}  // namespace logmill::alert
