#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include "logserve/loki/loki_push_body.h"

namespace logmill::logserve {
namespace {

using protozero::pbf_writer;
using testing::ElementsAre;

constexpr std::uint64_t kPushMax = 1 << 20;

void add_entry(pbf_writer& stream, std::int64_t seconds, std::int32_t nanoseconds, const std::string& line,
               const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
  pbf_writer entry(stream, 2);
  pbf_writer(entry, 1).add_int64(1, seconds);
  if (nanoseconds != 0) {
    // A message may come in several parts; whoever writes it at once writes it so.
    std::string time;
    pbf_writer whole(time);
    whole.add_int64(1, seconds);
    whole.add_int32(2, nanoseconds);
    entry.add_message(1, time);
  }
  entry.add_string(2, line);
  for (const auto& [name, value] : metadata) {
    pbf_writer pair(entry, 3);
    pair.add_string(1, name);
    pair.add_string(2, value);
  }
}

std::string two_streams() {
  std::string message;
  pbf_writer request(message);
  {
    pbf_writer stream(request, 1);
    stream.add_string(1, R"({service_name="shop", host="w\"1\u00e4"})");
    add_entry(stream, 1'795'256'100, 5, "paid", {{"trace_id", "4bf9"}, {"message", "not this"}});
    add_entry(stream, 1'795'256'101, 0, "a\xff\"z");
    stream.add_uint64(3, 17);
  }
  {
    pbf_writer stream(request, 1);
    stream.add_string(1, "{}");
    add_entry(stream, 0, 0, "");
  }
  request.add_string(2, "of a later version");
  return message;
}

struct Pushed {
  std::vector<std::string> records;
  std::string error;
};
Pushed pushed(std::string_view message, std::uint64_t bytes_max = kPushMax) {
  Pushed pushed;
  const auto read = each_record_of_push_request(
      message, bytes_max, [&](std::string_view record) { return pushed.records.emplace_back(record), base::Status(); });
  if (!read) pushed.error = read.error().what;
  return pushed;
}

TEST(LokiPush, AMessageHoldsTheSameAsJson) {
  EXPECT_THAT(
      pushed(two_streams()).records,
      ElementsAre(
          R"({"timestamp":"2026-11-21T10:15:00.000000005Z","message":"paid","trace_id":"4bf9","service_name":"shop","host":"w\"1ä"})",
          R"({"timestamp":"2026-11-21T10:15:01Z","message":"a\udcff\"z","service_name":"shop","host":"w\"1ä"})",
          R"({"timestamp":"1970-01-01T00:00:00Z","message":""})"));
}

TEST(LokiPush, WhatIsWrongIsSaidWithItsPlace) {
  const auto error_of = [](std::string_view labels, std::int64_t seconds, std::int32_t nanoseconds) {
    std::string message;
    pbf_writer request(message);
    {
      pbf_writer stream(request, 1);
      stream.add_string(1, std::string(labels));
      add_entry(stream, 1, 0, "good");
      add_entry(stream, seconds, nanoseconds, "bad");
    }
    return pushed(message).error;
  };
  EXPECT_EQ(error_of("{a=\"b\"}", 1, 1), "");
  EXPECT_EQ(error_of("{a=\"b\"}", INT64_MAX / 2, 0), "stream 1, line 2: there is no such time");
  EXPECT_EQ(error_of("{a=\"b\"}", 1, -1), "stream 1, line 2: there is no such time");
  EXPECT_EQ(error_of("{a=~\"b\"}", 1, 0), "stream 1, line 0: LogQL: column 4: a quoted text is expected");
  EXPECT_EQ(error_of("{a=\"b\"} x", 1, 0), "stream 1, line 0: LogQL: column 9: the end is expected here");
  EXPECT_EQ(error_of("a", 1, 0), "stream 1, line 0: LogQL: column 1: labels are expected: {service=\"shop\"}");
  EXPECT_EQ(pushed("\x0a\x05x").error.substr(0, 49), "stream 1, line 0: is no message of protobuf: end ");
  EXPECT_EQ(pushed(two_streams(), 100).error, "the labels make too much of the lines");
}

TEST(LokiPush, ACutMessageIsRefusedOrEndsBetweenStreams) {
  const std::string message = two_streams();
  const std::vector<std::string> all = pushed(message).records;
  std::size_t whole = 0;
  for (std::size_t size = 0; size < message.size(); ++size) {
    const Pushed part = pushed(std::string_view(message).substr(0, size));
    ASSERT_LE(part.records.size(), all.size());
    for (std::size_t i = 0; i < part.records.size(); ++i) EXPECT_EQ(part.records[i], all[i]);
    whole += part.error.empty();
  }
  EXPECT_EQ(whole, 3u);  // empty, behind the first stream, behind both
}

}  // namespace
}  // namespace logmill::logserve
