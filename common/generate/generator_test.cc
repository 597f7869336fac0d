#include "generate/generator.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "generate/event_row.h"

namespace logmill::generate {
namespace {

constexpr base::TimeNs kStart = 1'767'225'600 * base::kNsPerSecond;

class GeneratorTest : public testing::Test {
 protected:
  World world{service_names(12), host_names(72)};
  GeneratorOptions options{.seed = 7, .start = kStart};
};

TEST_F(GeneratorTest, LevelsFollowTheMix) {
  Generator generator(world, options);
  std::map<record::Severity, int> count;
  for (int i = 0; i < 100'000; ++i) ++count[generator.next().level];
  EXPECT_NEAR(count[record::Severity::info], 80'000, 800);
  EXPECT_NEAR(count[record::Severity::error], 3'000, 300);
  EXPECT_EQ(count[record::Severity::trace], 0);
  EXPECT_EQ(count[record::Severity::none], 0);
}

TEST_F(GeneratorTest, SequenceAndTimesGoUp) {
  Generator generator(world, options);
  base::TimeNs before = kStart;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const Event& event = generator.next();
    ASSERT_EQ(event.sequence, i);
    ASSERT_GE(event.time, before);
    ASSERT_EQ(event.time % base::kNsPerUs, 0);
    before = event.time;
  }
}

TEST_F(GeneratorTest, TracesHaveTheWantedLengthAndCrossServices) {
  Generator generator(world, options);
  std::map<std::uint64_t, int> records;
  std::map<std::uint64_t, std::set<std::uint32_t>> services;
  for (int i = 0; i < 60'000; ++i) {
    const Event& event = generator.next();
    ++records[event.trace_low];
    services[event.trace_low].insert(event.service);
  }
  EXPECT_NEAR(60'000.0 / static_cast<double>(records.size()), 6, 0.3);
  std::size_t crossing = 0;
  for (const auto& [trace, names] : services) crossing += names.size() > 1;
  EXPECT_GT(crossing, records.size() / 2);
}

TEST_F(GeneratorTest, WithoutTracesThereAreNone) {
  options.trace_length = 0;
  Generator generator(world, options);
  for (int i = 0; i < 1'000; ++i) {
    const Event& event = generator.next();
    ASSERT_EQ(event.trace_high | event.trace_low, 0u);
  }
}

TEST_F(GeneratorTest, AHostRunsOneService) {
  Generator generator(world, options);
  std::map<std::uint32_t, std::set<std::uint32_t>> services;
  for (int i = 0; i < 50'000; ++i) {
    const Event& event = generator.next();
    services[event.host].insert(event.service);
  }
  EXPECT_EQ(services.size(), 72u);
  for (const auto& [host, names] : services) EXPECT_EQ(names.size(), 1u) << "host " << host;
}

TEST_F(GeneratorTest, AnyNumberOfServicesAndHostsWorks) {
  for (const std::size_t services : {1u, 2u, 13u, 100u})
    for (const std::size_t hosts : {1u, 2u, 5u, 130u}) {
      const World other(service_names(services), host_names(hosts));
      Generator generator(other, options);
      for (int i = 0; i < 2'000; ++i) {
        const Event& event = generator.next();
        ASSERT_LT(event.service, services);
        ASSERT_LT(event.host, hosts);
      }
    }
}

TEST_F(GeneratorTest, EveryRoleHasSomethingToSayAtEveryLevel) {
  for (std::size_t role = 0; role < kRoles; ++role)
    for (const auto level : {record::Severity::trace, record::Severity::debug, record::Severity::info, record::Severity::warn,
                             record::Severity::error, record::Severity::fatal})
      EXPECT_FALSE(world.messages(static_cast<Role>(role), level).empty()) << "role " << role << ", " << record::severity_name(level);
}

TEST_F(GeneratorTest, NoMessageOutgrowsItsBound) {
  const World longest({std::string(World::kNameBytesMax, 's')}, {std::string(World::kNameBytesMax, 'h')});
  Event event;
  event.duration_hundredths_ms = ~0u;
  event.item = ~0u;
  event.client_ip = ~0u;
  for (std::size_t route = 0; route < routes().size(); ++route)
    for (std::size_t role = 0; role < kRoles; ++role)
      for (std::size_t level = 1; level < record::kSeverities; ++level)
        for (const Message* message : longest.messages(static_cast<Role>(role), static_cast<record::Severity>(level))) {
          event.route = static_cast<std::uint32_t>(route);
          std::string buffer(4 * Message::kBytesMax, '\0');
          const char* const end = message->write(event, longest, Quoting::json, buffer.data());
          ASSERT_LE(static_cast<std::size_t>(end - buffer.data()), Message::kBytesMax / 2);
        }
}

TEST_F(GeneratorTest, NamesThatWouldNeedQuotesAreRefused) {
  for (const char* good : {"a", "auth-2", "node_1.example.com"}) EXPECT_TRUE(check_name(good)) << good;
  for (const char* bad : {"", "a b", "a\"b", "a,b", "caf\xc3\xa9", "a\nb"}) EXPECT_FALSE(check_name(bad)) << bad;
  EXPECT_TRUE(check_name(std::string(World::kNameBytesMax, 'x')));
  EXPECT_FALSE(check_name(std::string(World::kNameBytesMax + 1, 'x')));
}

}  // namespace
}  // namespace logmill::generate
