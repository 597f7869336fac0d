#include "alert/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "alert/alert_fixture.h"

namespace logmill::alert {
namespace {

using testing::ElementsAre;

constexpr const char* kErrors = R"(
[[rule]]
name = "errors"
query = 'level=ERROR | count by service'
above = 30
window = "1m"
for = "30s"
)";

// One of each kind of rule: records that make it fire once and resolve once.
struct Case {
  const char* name;
  const char* rules;
  std::function<void(AlertFixture&)> records;
  std::int64_t seconds;
  std::vector<std::string> told;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class EachKind : public testing::TestWithParam<Case> {};

TEST_P(EachKind, FiresOnceAndResolvesOnce) {
  AlertFixture alerts(GetParam().rules);
  GetParam().records(alerts);
  EXPECT_TRUE(alerts.run(GetParam().seconds));
  EXPECT_EQ(alerts.told(), GetParam().told);
  // Nothing is told again by who begins again.
  EXPECT_TRUE(alerts.run(GetParam().seconds));
  EXPECT_EQ(alerts.told(), GetParam().told);
}

TEST_P(EachKind, TellsTheSameThroughAKillAtEveryStep) {
  for (int kill_at = 1;; ++kill_at) {
    AlertFixture alerts(GetParam().rules);
    GetParam().records(alerts);
    const bool through = alerts.run(GetParam().seconds, kill_at);
    EXPECT_TRUE(alerts.run(GetParam().seconds));
    EXPECT_EQ(alerts.told(), GetParam().told) << "killed at step " << kill_at;
    if (through) break;
  }
}

TEST_P(EachKind, TellsTheSameWhenKilledAtEveryStepInTurn) {
  AlertFixture alerts(GetParam().rules);
  GetParam().records(alerts);
  // Each time it comes a step or so further: a run that gets nowhere would never end.
  for (int kill_at = 1; !alerts.run(GetParam().seconds, kill_at); ++kill_at) ASSERT_LT(kill_at, 10'000);
  EXPECT_EQ(alerts.told(), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, EachKind,
    testing::Values(
        Case{"threshold",
             kErrors,
             [](AlertFixture& alerts) {
               alerts.add_each_second(100, 300, 1, "db");
               alerts.add_each_second(100, 300, 1, "web", "fine", record::Severity::info);
             },
             900,
             {"10:02:50 firing errors {\"service\":\"db\"}", "10:05:30 resolved errors {\"service\":\"db\"}"}},
        Case{"grouped",
             "[[rule]]\nname = \"errors\"\nquery = 'level=ERROR | count by service'\nabove = 30\nwindow = \"1m\"\ngroup_by = []\n"
             "group_wait = \"20s\"\n",
             [](AlertFixture& alerts) {
               alerts.add_each_second(100, 300, 1, "db");
               alerts.add_each_second(110, 310, 1, "web");
             },
             900,
             {"10:02:40 firing errors {}", "10:05:50 resolved errors {}"}},
        Case{"ratio",
             "[[rule]]\nname = \"share\"\nkind = \"ratio\"\nquery = 'level=ERROR | count by service'\nper = '| count by service'\n"
             "above = \"25%\"\nleast = 20\n",
             [](AlertFixture& alerts) {
               alerts.add_each_second(0, 600, 1, "db", "fine", record::Severity::info);
               alerts.add_each_second(100, 300, 1, "db");
               alerts.add_each_second(0, 600, 1, "web", "fine", record::Severity::info);
             },
             900,
             // 30 of 90 and 20 of 80 are a third and a quarter.
             {"10:02:10 firing share {\"service\":\"db\"}", "10:05:40 resolved share {\"service\":\"db\"}"}},
        Case{"change",
             "[[rule]]\nname = \"more\"\nkind = \"change\"\nquery = '| count by service'\nabove = \"50%\"\n",
             [](AlertFixture& alerts) {
               alerts.add_each_second(-200, 300, 1, "db");
               alerts.add_each_second(300, 400, 3, "db");
               alerts.add_each_second(400, 600, 3, "db");
             },
             600,
             // 60 became 100 at 5:20; 120 became 180, not more than half as much again, at 6:30.
             {"10:05:20 firing more {\"service\":\"db\"}", "10:06:30 resolved more {\"service\":\"db\"}"}},
        Case{"spike",
             "[[rule]]\nname = \"spike\"\nkind = \"spike\"\nquery = '| count by service'\nabove = 5\nseason = \"2m\"\nseasons = 4\n",
             [](AlertFixture& alerts) {
               alerts.add_each_second(-600, 900, 1, "db");
               alerts.add_each_second(300, 360, 2, "db");
             },
             700,
             // Usual are 60, and 7.7 more or less.
             {"10:05:20 firing spike {\"service\":\"db\"}", "10:06:50 resolved spike {\"service\":\"db\"}"}},
        Case{"absence",
             "[[rule]]\nname = \"gone\"\nkind = \"absence\"\nquery = 'heartbeat | count by service'\nwindow = \"2m\"\n",
             [](AlertFixture& alerts) {
               for (int second = -200; second < 900; second += 10) {
                 if (second < 100 || second >= 400) alerts.add(second, "db", "heartbeat");
                 alerts.add(second, "web", "heartbeat");
               }
             },
             900,
             {"10:03:40 firing gone {\"service\":\"db\"}", "10:07:00 resolved gone {\"service\":\"db\"}"}},
        Case{"pattern",
             "[[rule]]\nname = \"new\"\nkind = \"pattern\"\nquery = 'level=ERROR'\nwindow = \"10s\"\nlearn = \"5m\"\nresolve_after = "
             "\"1m\"\n",
             [](AlertFixture& alerts) {
               for (int second = -300; second < 600; second += 10) alerts.add(second, "db", "query " + std::to_string(second) + " failed");
               alerts.add(145, "db", "disk 7 is on fire");
               alerts.add(345, "db", "disk 8 is on fire");
             },
             600,
             {"10:02:30 firing new {\"pattern\":\"disk <*> is on fire\"}", "10:03:30 resolved new {\"pattern\":\"disk <*> is on fire\"}"}}),
    [](const auto& param) { return param.param.name; });

TEST(Engine, DoesNotFireBeforeForIsOver) {
  AlertFixture alerts(kErrors);
  alerts.add_each_second(100, 131, 1, "db");
  EXPECT_TRUE(alerts.run(600));
  EXPECT_THAT(alerts.told(), ElementsAre());
}

TEST(Engine, GroupsWhatChangesAtATick) {
  AlertFixture alerts(std::string(kErrors) + "group_by = []\n");
  for (const char* service : {"a", "b", "c"}) alerts.add_each_second(100, 300, 1, service);
  EXPECT_TRUE(alerts.run(900));
  EXPECT_THAT(alerts.told(), ElementsAre("10:02:50 firing errors {}", "10:05:30 resolved errors {}"));
}

TEST(Engine, WaitsForOthersOfTheGroup) {
  AlertFixture alerts(std::string(kErrors) + "group_by = []\ngroup_wait = \"30s\"\nrepeat = \"2m\"\n");
  alerts.add_each_second(100, 300, 1, "a");  // fires at 2:50
  alerts.add_each_second(120, 310, 1, "b");  // at 3:10
  alerts.add_each_second(130, 181, 1, "c");  // at 3:20, with the others; well again at 3:40
  alerts.add_each_second(180, 350, 1, "d");  // at 4:10, alone
  alerts.add_each_second(400, 450, 1, "e");  // at 8:00, for 20 s only: of that nobody hears
  EXPECT_TRUE(alerts.run(900));
  EXPECT_THAT(alerts.told(), ElementsAre("10:03:20 firing errors {}", "10:04:10 resolved errors {}", "10:04:40 firing errors {}",
                                         "10:05:20 firing errors {}", "10:06:00 resolved errors {}", "10:06:50 resolved errors {}"));
  std::vector<std::size_t> series;
  for (const std::string& line : alerts.lines()) {
    std::size_t count = 0;
    for (std::size_t at = line.find("\"since\""); at != line.npos; at = line.find("\"since\"", at + 1)) ++count;
    series.push_back(count);
  }
  EXPECT_THAT(series, ElementsAre(3, 1, 1, 2, 2, 1));
}

TEST(Engine, RepeatsWhatStillFires) {
  AlertFixture alerts(std::string(kErrors) + "repeat = \"1m\"\n");
  alerts.add_each_second(100, 300, 1, "db");
  EXPECT_TRUE(alerts.run(900));
  EXPECT_THAT(alerts.told(), ElementsAre("10:02:50 firing errors {\"service\":\"db\"}", "10:03:50 firing errors {\"service\":\"db\"}",
                                         "10:04:50 firing errors {\"service\":\"db\"}", "10:05:30 resolved errors {\"service\":\"db\"}"));
  const std::vector<std::string> keys = alerts.keys();
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 4U);
}

// Receivers find what they were told of a group, and of an alert in it, by these.
TEST(Engine, AlertmanagersKeysAreTheSameUntilItIsResolved) {
  AlertFixture alerts(std::string(kErrors) +
                      "repeat = \"5m\"\ngroup_by = [\"team\"]\nlabels = { team = \"shop \\\"1\\\"\" }\nactions = [\"hook\"]\n"
                      "[action.hook]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:1/\"\n");
  alerts.add_each_second(0, 500, 1, "db");
  EXPECT_TRUE(alerts.run(900));
  const auto member = [](const std::string& body, const std::string& before, const std::string& after) {
    const std::size_t from = body.find(before) + before.size();
    return body.substr(from, body.find(after, from) - from);
  };
  const std::vector<std::string> bodies = alerts.bodies_for("hook");
  ASSERT_EQ(bodies.size(), 3U);  // firing, still firing, resolved
  std::set<std::string> fingerprints;
  for (const std::string& body : bodies) {
    EXPECT_EQ(member(body, "\"status\":\"", "\""), &body == &bodies.back() ? "resolved" : "firing");
    EXPECT_EQ(member(body, "\"groupKey\":", ",\"status\""), R"("{}:{alertname=\"errors\", team=\"shop \\\"1\\\"\"}")");
    fingerprints.insert(member(body, "\"fingerprint\":\"", "\""));
  }
  EXPECT_EQ(fingerprints.size(), 1U);
  EXPECT_EQ(fingerprints.begin()->size(), 16U);
}

TEST(Engine, WaitsWithResolving) {
  AlertFixture alerts(std::string(kErrors) + "resolve_after = \"2m\"\n");
  alerts.add_each_second(100, 300, 1, "db");
  alerts.add_each_second(380, 440, 1, "db");
  EXPECT_TRUE(alerts.run(1200));
  EXPECT_THAT(alerts.told(), ElementsAre("10:02:50 firing errors {\"service\":\"db\"}", "10:09:40 resolved errors {\"service\":\"db\"}"));
}

TEST(Engine, DampsWhatFlaps) {
  AlertFixture alerts(R"(
[[rule]]
name = "errors"
query = 'level=ERROR | count'
above = 5
window = "10s"
every = "10s"
flaps = 3
flap_window = "10m"
)");
  for (int i = 0; i < 20; ++i) alerts.add_each_second(100 + i * 30, 110 + i * 30, 1, "db");
  EXPECT_TRUE(alerts.run(2'400));
  const std::vector<std::string> told = alerts.told();
  ASSERT_EQ(told.size(), 6U);  // three times both, but the last only when all was quiet for ten minutes
  EXPECT_EQ(told.back(), "10:21:20 resolved errors {}");
}

TEST(Engine, TellsNothingOfWhatIsSilencedUntilThatIsOver) {
  AlertFixture alerts(kErrors);
  alerts.add_each_second(100, 300, 1, "db");
  alerts.add_each_second(100, 300, 1, "web");
  alerts.add_each_second(100, 250, 1, "cache");
  const auto at = [](std::int64_t seconds) { return AlertFixture::kStart + seconds * base::kNsPerSecond; };
  alerts.silence({.filter = "rule=errors service=db", .starts = at(0), .ends = at(200), .comment = ""});
  alerts.silence({.filter = "service=cache", .starts = at(0), .ends = at(900), .comment = ""});
  alerts.silence({.filter = "rule=other", .starts = at(0), .ends = at(900), .comment = ""});
  EXPECT_TRUE(alerts.run(900));
  EXPECT_THAT(alerts.told(),
              ElementsAre("10:02:50 firing errors {\"service\":\"web\"}", "10:03:20 firing errors {\"service\":\"db\"}",
                          "10:05:30 resolved errors {\"service\":\"db\"}", "10:05:30 resolved errors {\"service\":\"web\"}"));
}

TEST(Engine, ForgetsRulesAndActionsThatAreNotInTheFileAnyMore) {
  AlertFixture alerts(std::string(kErrors) +
                      "actions = [\"stdout\", \"gone\"]\n[action.gone]\nkind = \"command\"\ncommand = [\"false\"]\n");
  alerts.add_each_second(100, 300, 1, "db");
  EXPECT_TRUE(alerts.run(200));
  alerts.use_rules("[[rule]]\nname = \"other\"\nquery = '*'\nabove = 1e9\n");
  EXPECT_TRUE(alerts.run(210));
  auto state = *StateFile::open(alerts.path(), Database::Mode::read);
  EXPECT_EQ(*state->rules(), std::vector<std::string>{"other"});
  EXPECT_EQ(*state->outgoing_waiting(), 0U);
  EXPECT_EQ(state->history()->back().summary, "the rule was removed");
  EXPECT_EQ(alerts.told().size(), 1U);
}

TEST(Engine, TheBeginningOfAllRecordsIsNoRise) {
  for (const Past past : {Past::known, Past::unknown}) {
    AlertFixture alerts(R"(
[[rule]]
name = "more"
kind = "change"
query = '| count by service'
above = "50%"
[[rule]]
name = "spike"
kind = "spike"
query = '| count by service'
above = 3
[[rule]]
name = "gone"
kind = "absence"
query = '| count by service'
window = "2m"
)");
    alerts.past = past;
    alerts.add_each_second(5, 900, 1, "db");
    EXPECT_TRUE(alerts.run(900));
    EXPECT_THAT(alerts.told(), ElementsAre());
  }
}

TEST(Engine, ExpectsWhatNeverCame) {
  for (const Past past : {Past::known, Past::unknown}) {
    AlertFixture alerts(
        "[[rule]]\nname = \"gone\"\nkind = \"absence\"\nquery = '| count by service'\nwindow = \"2m\"\nexpect = [\"db\"]\n");
    alerts.past = past;
    alerts.add_each_second(-300, 900, 1, "web");
    EXPECT_TRUE(alerts.run(400));
    const bool known = past == Past::known;
    EXPECT_THAT(alerts.told(), ElementsAre(std::string(known ? "10:00:20" : "10:02:00") + " firing gone {\"service\":\"db\"}"));
  }
}

TEST(Engine, NoticesThatNothingComesAtAll) {
  AlertFixture alerts("[[rule]]\nname = \"gone\"\nkind = \"absence\"\nquery = 'heartbeat'\nwindow = \"2m\"\n");
  alerts.add_each_second(-300, 200, 1, "db", "heartbeat");
  EXPECT_TRUE(alerts.run(600));
  EXPECT_THAT(alerts.told(), ElementsAre("10:05:20 firing gone {}"));
}

TEST(Engine, BoundsSeriesAndTheirLabels) {
  AlertFixture alerts(std::string(kErrors) + "series_max = 10\n");
  const std::string hostile = "\x1b]0;x\x07\xff\"'; DROP TABLE series;" + std::string(5'000, 'y');
  for (int i = 0; i < 50; ++i) alerts.add_each_second(100, 200, 1, std::to_string(i) + hostile);
  EXPECT_TRUE(alerts.run(600));
  EXPECT_EQ(alerts.told().size(), 20U);
  for (const std::string& line : alerts.lines()) {
    EXPECT_LT(line.size(), 8'000U);
    EXPECT_TRUE(std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < ' '; }));
  }
}

// Of three services two are judged: the third is neither absent nor has it risen from nothing.
TEST(Engine, ConcludesNothingFromWhatWasLeftOut) {
  for (const char* const kind : {"kind = \"absence\"\n", "kind = \"change\"\nabove = \"1000%\"\n"}) {
    AlertFixture alerts("[[rule]]\nname = \"left\"\nquery = '| count by service'\nwindow = \"2m\"\nseries_max = 2\n" + std::string(kind));
    alerts.add_each_second(-300, 1'200, 2, "web");
    alerts.add_each_second(-300, 400, 3, "db");
    alerts.add_each_second(400, 800, 1, "db");
    alerts.add_each_second(800, 1'200, 3, "db");
    alerts.add_each_second(-300, 400, 1, "mail");
    alerts.add_each_second(400, 1'200, 2, "mail");
    EXPECT_TRUE(alerts.run(1'200));
    EXPECT_THAT(alerts.told(), ElementsAre()) << kind;
  }
}

TEST(Engine, TellsTheSameWithLittleRoom) {
  const auto told = [](std::uint64_t room_bytes) {
    AlertFixture alerts("[[rule]]\nname = \"many\"\nquery = '| count by message'\nabove = 1\nwindow = \"1m\"\n");
    if (room_bytes > 0) alerts.use_room(room_bytes);
    for (int i = 0; i < 6'000; ++i) alerts.add(i % 600, "db", "number " + std::to_string(i - i % 1'000 * (i % 7 == 0)));
    EXPECT_TRUE(alerts.run(900));
    return alerts.told();
  };
  const std::vector<std::string> all = told(0);
  EXPECT_GT(all.size(), 2U);
  EXPECT_EQ(told(256 << 10), all);
}

TEST(Engine, RefusesRulesThatTheRoomIsTooSmallFor) {
  const AlertFixture alerts("[[rule]]\nname = \"fine\"\nquery = ''\nabove = 1\nwindow = \"2m\"\nevery = \"1s\"\n");
  EXPECT_TRUE(check_room(alerts.rules(), Room()));
  EXPECT_TRUE(check_room(alerts.rules(), Room(2 << 20, ".")));
  const base::Status small = check_room(alerts.rules(), Room(1 << 20, "."));
  ASSERT_FALSE(small);
  EXPECT_THAT(small.error().what, testing::HasSubstr("--memory: the windows of these rules"));
}

// A clock that was ahead, and the state with it: what fired then ends now, not years later.
TEST(Engine, BeginsAnewWithAStateThatIsAheadOfTheClock) {
  AlertFixture alerts(std::string(kErrors) + "resolve_after = \"1m\"\nrepeat = \"10m\"\n");
  alerts.add_each_second(100, 500, 1, "db");
  EXPECT_TRUE(alerts.run(400));
  EXPECT_THAT(alerts.told(), ElementsAre("10:02:50 firing errors {\"service\":\"db\"}"));
  alerts.now = alerts.fresh = AlertFixture::kStart - 3'652 * base::kNsPerDay;
  EXPECT_TRUE(alerts.run(-3'652 * 86'400 + 300));
  EXPECT_THAT(alerts.told(), ElementsAre("10:02:50 firing errors {\"service\":\"db\"}", "10:01:00 resolved errors {\"service\":\"db\"}"));
}

// The same of one that was behind: of the years between nothing is absent, nor forgotten, and nothing is learned anew.
TEST(Engine, BeginsAnewWithAStateOfLongAgo) {
  constexpr std::int64_t kYears = 3'652 * 86'400;
  AlertFixture alerts(
      "[[rule]]\nname = \"gone\"\nkind = \"absence\"\nquery = '| count by service'\nwindow = \"2m\"\n"
      "[[rule]]\nname = \"new\"\nkind = \"pattern\"\nquery = ''\nwindow = \"10s\"\nlearn = \"5m\"\n");
  for (const char* const service : {"db", "web"}) {
    alerts.add_each_second(-300, 300, 1, service);
    alerts.add_each_second(kYears, kYears + 300, 1, service);
  }
  alerts.add_each_second(kYears, kYears + 900, 1, "web");
  alerts.add(kYears + 400, "web", "something else");
  EXPECT_TRUE(alerts.run(300));
  alerts.now = alerts.fresh = AlertFixture::kStart + kYears * base::kNsPerSecond;
  EXPECT_TRUE(alerts.run(kYears + 600));
  EXPECT_THAT(alerts.told(), testing::UnorderedElementsAre("10:07:00 firing gone {\"service\":\"db\"}",
                                                           "10:06:50 firing new {\"pattern\":\"something else\"}"));
}

}  // namespace
}  // namespace logmill::alert
