#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "base/bytes.h"
#include "transport/link_message.h"
#include "transport/link_sender.h"

namespace logmill::transport {
namespace {

constexpr record::StreamId kStream{1, 2, 3};

TEST(LinkMessage, ComesBackWhole) {
  std::string bytes;
  append_link_hello(bytes, {.streams = {kStream, {}}});
  append_link_frontier(bytes, {.flags = LinkFrontier::kCommits, .positions = {{kStream, 7, 1ULL << 40}}});
  append_link_data(bytes, "frame");
  append_link_ack(bytes, 42);
  append_link_refuse(bytes, LinkRefusal::gap, "missing");
  append_link_empty(bytes, LinkType::end);
  std::string_view rest = bytes;
  ASSERT_TRUE(rest.starts_with(kLinkMagic));
  rest.remove_prefix(kLinkMagic.size());
  const auto next = [&] {
    const auto message = **first_link_message(rest);
    rest.remove_prefix(message.bytes);
    return message;
  };
  EXPECT_EQ(parse_link_hello(next().payload)->streams, (std::vector<record::StreamId>{kStream, {}}));
  const auto frontier = parse_link_frontier(next().payload);
  EXPECT_EQ(frontier->flags, LinkFrontier::kCommits);
  EXPECT_EQ(frontier->positions, (std::vector<LinkPosition>{{kStream, 7, 1ULL << 40}}));
  EXPECT_EQ(next().payload, "frame");
  EXPECT_EQ(*parse_link_ack(next().payload), 42U);
  const auto refuse = parse_link_refuse(next().payload);
  EXPECT_EQ(refuse->code, LinkRefusal::gap);
  EXPECT_EQ(refuse->text, "missing");
  EXPECT_EQ(next().type, LinkType::end);
  EXPECT_TRUE(rest.empty());
}

TEST(LinkMessage, TheExampleOfTheDocument) {
  std::string bytes;
  append_link_hello(bytes, {.streams = {{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}}});
  append_link_empty(bytes, LinkType::end);
  std::string hex;
  constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[c & 15];
  }
  EXPECT_EQ(hex,
            "894c4d4c494e4b0a"
            "010000001c000000"
            "010000000100000001000000"
            "00112233445566778899aabbccddeeff"
            "0500000000000000");
}

TEST(LinkMessage, IsIncompleteUntilItsLastByte) {
  std::string bytes;
  append_link_data(bytes, "frame");
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(first_link_message(std::string_view(bytes).substr(0, size))->has_value());
}

TEST(LinkMessage, HostileLengthsAndTypesAreRefusedAtOnce) {
  std::string bytes("\x03\0\0\0\xff\xff\xff\xff", 8);
  EXPECT_EQ(first_link_message(bytes).error().code, base::ErrorCode::too_large);
  for (const char* type : {"\x00", "\x09", "G"})
    EXPECT_EQ(first_link_message(std::string(type, 1) + std::string(7, '\0')).error().code, base::ErrorCode::corrupt);
  // Counts that the bytes do not hold.
  std::string hello;
  append_link_hello(hello, {});
  std::string payload = hello.substr(kLinkMagic.size() + kLinkHeaderBytes);
  base::store_le(payload.data() + 8, std::uint32_t{0xffffffff});
  EXPECT_EQ(parse_link_hello(payload).error().code, base::ErrorCode::corrupt);
  EXPECT_FALSE(parse_link_frontier(std::string(15, '\1')));
  EXPECT_FALSE(parse_link_ack("1234567"));
}

TEST(LinkMessage, OtherVersionsAreUnsupported) {
  std::string hello;
  append_link_hello(hello, {.version = 2});
  EXPECT_EQ(parse_link_hello(std::string_view(hello).substr(kLinkMagic.size() + kLinkHeaderBytes)).error().code,
            base::ErrorCode::unsupported);
}

// A receiver that keeps what it commits across connections, and fails on demand.
class Receiver {
 public:
  Receiver() : listener_(*listen(*parse_address("tcp://127.0.0.1:0"), {})) {}
  Address address() const { return *parse_address(listener_->address()); }

  // Serves one connection. After `frames_max` data messages it hangs up: before or after committing
  // the last.
  enum class HangUp { after_commit, before_commit, after_commit_without_ack };
  void serve_one(std::uint64_t frames_max, HangUp how) {
    auto connection = accept();
    std::string input;
    LinkFrontier frontier{.flags = LinkFrontier::kCommits};
    bool greeted = false;
    std::uint64_t frames = 0;
    while (true) {
      if (!read_some(*connection, input)) return;
      while (true) {
        if (!greeted) {
          if (input.size() < kLinkMagic.size()) break;
          greeted = true;
          input.erase(0, kLinkMagic.size());
        }
        const auto message = first_link_message(input);
        ASSERT_TRUE(message) << message.error().what;
        if (!*message) break;
        std::string reply;
        switch ((*message)->type) {
          case LinkType::hello: {
            const auto hello = parse_link_hello((*message)->payload);
            for (const auto& stream : hello->streams)
              if (held_.contains(stream)) frontier.positions.push_back({stream, 0, held_[stream]});
            append_link_frontier(reply, frontier);
            break;
          }
          case LinkType::data: {
            ++frames;
            const bool last = frames == frames_max;
            if (last && how == HangUp::before_commit) return;
            commit((*message)->payload);
            if (last && how == HangUp::after_commit_without_ack) return;
            append_link_ack(reply, frames);
            if (last) {
              write_all(*connection, reply);
              return;
            }
            break;
          }
          case LinkType::end: append_link_empty(reply, LinkType::end); break;
          default: break;
        }
        input.erase(0, (*message)->bytes);
        write_all(*connection, reply);
      }
    }
  }

  std::vector<std::uint64_t> received;

 private:
  std::unique_ptr<Connection> accept() {
    while (true) {
      (void)sys::wait_readable(listener_->fd(), 10'000, -1);
      if (auto connection = *listener_->accept()) return connection;
    }
  }
  static bool read_some(Connection& connection, std::string& input) {
    char buffer[4096];
    while (true) {
      const auto got = connection.read(buffer, sizeof buffer);
      if (!got || got->closed) return false;
      input.append(buffer, got->bytes);
      if (got->bytes > 0) return true;
      (void)sys::wait_readable(connection.fd(), 10'000, -1);
    }
  }
  static void write_all(Connection& connection, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = connection.write(bytes);
      if (!sent) return;
      bytes.remove_prefix(sent->bytes);
    }
  }
  // A frame is its number as text; positions are numbers. As a sink does: what it has is dropped.
  void commit(std::string_view frame) {
    const std::uint64_t number = std::stoull(std::string(frame));
    if (number < held_[kStream]) return;
    received.push_back(number);
    held_[kStream] = number + 1;
  }

  std::unique_ptr<Listener> listener_;
  std::map<record::StreamId, std::uint64_t> held_;
};

LinkSenderOptions quick() {
  LinkSenderOptions options;
  options.backoff_min_ns = options.backoff_max_ns = base::kNsPerMs;
  return options;
}

LinkSender::Frame numbered(std::uint64_t number) { return {std::to_string(number), {kStream, 0, number, number + 1}, 1}; }

base::Status send_numbers(LinkSender& sender, std::uint64_t count) {
  for (std::uint64_t next = 0; !sender.done();) {
    while (next < count && sender.has_room()) sender.push(numbered(next++));
    if (next == count) sender.finish();
    LOGMILL_RETURN_IF_ERROR(sender.work(100, -1));
  }
  return {};
}

TEST(LinkSender, NothingIsLostOrDoubledWhateverBreaks) {
  using enum Receiver::HangUp;
  constexpr std::uint64_t kFrames = 500;
  Receiver receiver;
  std::jthread serving([&] {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int i = 0; i < 30; ++i)
      receiver.serve_one(1 + random() % 15, std::array{after_commit, before_commit, after_commit_without_ack}[random() % 3]);
    receiver.serve_one(kFrames + 1, after_commit);
  });
  LinkSenderOptions options = quick();
  options.window_bytes = 40;
  LinkSender sender(receiver.address(), options, base::system_clock(), base::null_reporter());
  std::uint64_t acknowledged = 0;
  sender.on_acknowledged = [&](const LinkSender::Frame& frame) { EXPECT_EQ(frame.range.from, acknowledged++); };
  const auto sent = send_numbers(sender, kFrames);
  EXPECT_TRUE(sent) << sent.error().what;
  serving.join();
  EXPECT_EQ(acknowledged, kFrames);
  EXPECT_GE(sender.reconnects(), 1U);
  EXPECT_TRUE(sender.receiver_commits());
  ASSERT_EQ(receiver.received.size(), kFrames);
  for (std::uint64_t i = 0; i < kFrames; ++i) ASSERT_EQ(receiver.received[i], i);
}

TEST(LinkSender, GivesUpAfterSoManyAttempts) {
  auto listener = *listen(*parse_address("tcp://127.0.0.1:0"), {});
  const Address nobody = *parse_address(listener->address());
  listener.reset();
  LinkSenderOptions options = quick();
  options.retries_max = 3;
  LinkSender sender(nobody, options, base::system_clock(), base::null_reporter());
  const auto sent = send_numbers(sender, 1);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, base::ErrorCode::again);
  EXPECT_EQ(sender.frames_held(), 1U);
}

TEST(LinkSender, MayBeKeptFromGivingUp) {
  auto listener = *listen(*parse_address("tcp://127.0.0.1:0"), {});
  const Address nobody = *parse_address(listener->address());
  listener.reset();
  LinkSenderOptions options = quick();
  options.retries_max = 3;
  LinkSender sender(nobody, options, base::system_clock(), base::null_reporter());
  sender.push(numbered(0));
  sender.may_give_up(false);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(sender.work(10, -1));
  sender.may_give_up(true);
  const auto tried = sender.work(10, -1);
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().code, base::ErrorCode::again);
}

TEST(Backoff, GrowsUpToItsMaximumAndIsSpread) {
  Backoff backoff(100, 1'000, 1);
  std::int64_t largest = 0;
  for (int i = 0; i < 1'000; ++i) largest = std::max(largest, backoff.next_ns());
  EXPECT_LE(largest, 1'000);
  EXPECT_GT(largest, 800);
  backoff.reset();
  EXPECT_LE(backoff.next_ns(), 100);
}

}  // namespace
}  // namespace logmill::transport
