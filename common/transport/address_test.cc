#include "transport/address.h"

#include <gtest/gtest.h>

#include "transport/ring_memory.h"
#include "transport/transport.h"

namespace logmill::transport {
namespace {

TEST(Address, ReadsAndPrintsEveryForm) {
  for (const char* text : {"tcp://127.0.0.1:5140", "tls://logs.example.com:6514", "udp://[::1]:514", "tcp://:0", "unix:/run/logs.sock",
                           "unixgram:/dev/log", "unix:relative.sock"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << address.error().what;
    EXPECT_EQ(address->text(), text);
  }
  EXPECT_EQ(parse_address("unix:///run/logs.sock")->path, "/run/logs.sock");
  EXPECT_EQ(parse_address("udp://[::1]:514")->host, "::1");
}

TEST(Address, SaysWhatIsWrong) {
  for (const char* text : {"", "tcp", "tcp:", "tcp://", "tcp://host", "tcp://host:", "tcp://host:http", "tcp://host:65536", "tcp://::1:80",
                           "tcp://a b:c:1", "tcp://host:1/path", "unix:", "ftp://host:21", "host:514", "/path"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, base::ErrorCode::invalid);
    EXPECT_NE(address.error().what.find("\"" + std::string(text) + "\""), std::string::npos) << address.error().what;
  }
  EXPECT_EQ(parse_address("tcp://host").error().what, "address \"tcp://host\": not tcp://HOST:PORT");
}

TEST(Address, EverySyntaxOfTheTableNamesItsScheme) {
  for (const TransportSpec* spec : transports()) EXPECT_TRUE(spec->syntax.starts_with(std::string(spec->scheme) + ":"));
}

TEST(RingAddress, IsANameOrAPath) {
  EXPECT_EQ(parse_ring_address("ring:demo")->address(), "ring:demo");
  EXPECT_TRUE(parse_ring_address("ring:/var/spool/ring")->is_file);
  for (const char* text : {"ring:", "ring:.hidden", "ring:a/b", "ring:a b", "demo", "ring:?size=1MiB"})
    EXPECT_FALSE(parse_ring_address(text)) << text;
}

TEST(RingAddress, MaySayHowLargeTheRingIs) {
  EXPECT_EQ(parse_ring_address("ring:demo")->bytes, kRingBytesDefault);
  const auto sized = parse_ring_address("ring:/var/ring?size=1GiB");
  EXPECT_EQ(sized->bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(sized->address(), "ring:/var/ring");
  EXPECT_EQ(parse_ring_address("ring:/a?size=b?size=4KiB")->name, "/a?size=b");
  EXPECT_EQ(sized->full, RingFull::wait);
  const auto overwritten = parse_ring_address("ring:demo?size=1MiB?full=overwrite");
  EXPECT_EQ(overwritten->full, RingFull::overwrite);
  EXPECT_EQ(overwritten->bytes, 1u << 20);
  EXPECT_EQ(parse_ring_address("ring:demo?full=overwrite")->name, "demo");
  for (const char* size : {"", "0", "4095", "65GiB", "-1", "many"})
    EXPECT_FALSE(parse_ring_address("ring:demo?size=" + std::string(size))) << size;
}

}  // namespace
}  // namespace logmill::transport
