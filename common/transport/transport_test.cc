// The contract that every scheme of the table keeps.
#include "transport/transport.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "support/temp_dir.h"
#include "transport/test_certificates.h"

namespace logmill::transport {
namespace {

class Transport : public testing::TestWithParam<const TransportSpec*> {
 protected:
  Transport() : authority_("authority", "", nullptr), server_("server", "IP:127.0.0.1", &authority_) {
    std::signal(SIGPIPE, SIG_IGN);  // as run_main does
    listen_options_.tls.cert = server_.write(dir_.path() + "/server.pem");
    dial_options_.tls.ca_cert = authority_.write(dir_.path() + "/authority.pem");
    const bool path = GetParam()->form == TransportSpec::Form::path;
    const auto address = parse_address(std::string(GetParam()->scheme) + (path ? ":" + dir_.path() + "/socket" : "://127.0.0.1:0"));
    auto listening = listen(*address, listen_options_);
    EXPECT_TRUE(listening) << listening.error().what;
    listener_ = *std::move(listening);
  }

  std::unique_ptr<Connection> dial_listener() {
    auto connection = dial(*parse_address(listener_->address()), dial_options_);
    EXPECT_TRUE(connection) << connection.error().what;
    return *std::move(connection);
  }
  std::unique_ptr<Connection> accept_one() {
    while (true) {
      EXPECT_TRUE(sys::wait_readable(listener_->fd(), 10'000, -1));
      auto accepted = listener_->accept();
      EXPECT_TRUE(accepted);
      if (*accepted) return *std::move(accepted);
    }
  }
  static void wait_for(const Connection& connection, IoProgress::Wait what) {
    if (what == IoProgress::Wait::readable) (void)sys::wait_readable(connection.fd(), 10'000, -1);
    if (what == IoProgress::Wait::writable) (void)sys::wait_writable(connection.fd(), 10'000, -1);
  }
  static void write_all(Connection& connection, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = connection.write(bytes);
      ASSERT_TRUE(sent) << sent.error().what;
      bytes.remove_prefix(sent->bytes);
      wait_for(connection, sent->wait);
    }
  }
  // Until the end, or until `size` bytes are there.
  static std::string read_all(Connection& connection, std::size_t size) {
    std::string all, buffer(100'000, '\0');
    while (all.size() < size) {
      const auto got = connection.read(buffer.data(), buffer.size());
      EXPECT_TRUE(got) << got.error().what;
      if (!got || got->closed) break;
      all.append(buffer, 0, got->bytes);
      if (!connection.has_buffered()) wait_for(connection, got->wait);
    }
    return all;
  }
  static std::string numbers(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += std::to_string(i) + "\n";
    return text;
  }
  bool datagrams() const { return GetParam()->carries == TransportSpec::Carries::datagrams; }

  test::TempDir dir_;
  TestCertificate authority_, server_;
  ListenOptions listen_options_;
  DialOptions dial_options_;
  std::unique_ptr<Listener> listener_;
};

INSTANTIATE_TEST_SUITE_P(Every, Transport, testing::ValuesIn(transports().begin(), transports().end()),
                         [](const auto& spec) { return std::string(spec.param->scheme); });

TEST_P(Transport, BytesArriveInOrderAlsoWhenTheReaderIsSlow) {
  if (datagrams()) GTEST_SKIP() << "carries datagrams";
  const std::string sent = numbers(1'000'000);
  std::thread sending([&] {
    const auto connection = dial_listener();
    write_all(*connection, sent);
  });
  const auto connection = accept_one();
  EXPECT_TRUE(read_all(*connection, sent.size() + 1) == sent);  // too long for a diff
  sending.join();
}

TEST_P(Transport, BothDirectionsWork) {
  if (datagrams()) GTEST_SKIP() << "carries datagrams";
  std::thread client([&] {
    const auto connection = dial_listener();
    write_all(*connection, "ping");
    EXPECT_EQ(read_all(*connection, 4), "pong");
  });
  const auto connection = accept_one();
  EXPECT_EQ(read_all(*connection, 4), "ping");
  write_all(*connection, "pong");
  client.join();
}

TEST_P(Transport, AWriterIsHeldByAReaderThatStops) {
  if (datagrams()) GTEST_SKIP() << "carries datagrams";
  std::unique_ptr<Connection> served;
  std::thread serving([&] {
    served = accept_one();
    EXPECT_EQ(read_all(*served, 1), "x");
  });
  const auto connection = dial_listener();
  write_all(*connection, "x");
  serving.join();
  const std::string chunk(100'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    const auto sent = connection->write(chunk);
    ASSERT_TRUE(sent);
    if (sent->wait == IoProgress::Wait::writable) return;
  }
  FAIL() << "100 MB went nowhere";
}

TEST_P(Transport, ADeadPeerIsAnError) {
  if (datagrams()) GTEST_SKIP() << "carries datagrams";
  std::thread serving([&] { EXPECT_EQ(read_all(*accept_one(), 1), "x"); });
  const auto connection = dial_listener();
  write_all(*connection, "x");
  serving.join();
  std::string buffer(10, '\0');
  auto got = connection->read(buffer.data(), buffer.size());
  while (got && got->wait != IoProgress::Wait::none) {
    wait_for(*connection, got->wait);
    got = connection->read(buffer.data(), buffer.size());
  }
  EXPECT_TRUE(!got || got->closed);
}

TEST_P(Transport, NobodyThereMeansTryAgain) {
  if (GetParam()->scheme == "udp") GTEST_SKIP() << "has no connections";
  const auto address = parse_address(listener_->address());
  listener_.reset();
  const auto connection = dial(*address, dial_options_);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, base::ErrorCode::again) << connection.error().what;
}

TEST_P(Transport, DatagramsArriveWhole) {
  if (!datagrams()) GTEST_SKIP() << "carries a stream";
  const auto connection = dial_listener();
  for (const std::string& message : {std::string("one"), std::string(8'000, 'x'), std::string("three")}) {
    ASSERT_TRUE(connection->write(message));
    ASSERT_TRUE(sys::wait_readable(listener_->fd(), 10'000, -1));
    const auto got = listener_->datagrams()->read();
    ASSERT_TRUE(got);
    ASSERT_EQ((*got)->size(), 1U);
    EXPECT_EQ((**got)[0].bytes, message);
  }
  EXPECT_EQ((*listener_->datagrams()->read())->size(), 0U);
}

// Who may talk to whom over TLS.
class Tls : public testing::Test {
 protected:
  Tls() : authority_("authority", "", nullptr), stranger_("stranger", "", nullptr) { std::signal(SIGPIPE, SIG_IGN); }
  std::string file(const TestCertificate& certificate) { return certificate.write(dir_.path() + "/" + std::to_string(files_++) + ".pem"); }
  // What the client gets: "ok", or the error.
  std::string greet(const TlsOptions& server, const TlsOptions& client) {
    auto listener = listen(*parse_address("tls://127.0.0.1:0"), {.tls = server});
    EXPECT_TRUE(listener) << listener.error().what;
    std::jthread serving([&](const std::stop_token& stop) {
      std::unique_ptr<Connection> connection;
      char byte;
      while (!stop.stop_requested()) {
        (void)sys::wait_readable(connection ? connection->fd() : (*listener)->fd(), 10, -1);
        if (!connection) connection = *(*listener)->accept();
        if (!connection) continue;
        const auto got = connection->read(&byte, 1);
        if (!got) return;
        if (got->bytes == 1) (void)connection->write("y");
      }
    });
    auto connection = dial(*parse_address((*listener)->address()), {.tls = client});
    if (!connection) return connection.error().what;
    (void)(*connection)->write("x");
    char byte;
    while (true) {
      const auto got = (*connection)->read(&byte, 1);
      if (!got) return got.error().what;
      if (got->closed) return "closed";
      if (got->bytes == 1) return "ok";
      (void)sys::wait_readable((*connection)->fd(), 10'000, -1);
    }
  }

  test::TempDir dir_;
  TestCertificate authority_, stranger_;
  int files_ = 0;
};

TEST_F(Tls, AServerOfTheRightAuthorityAndNameIsTrusted) {
  const TestCertificate server("server", "IP:127.0.0.1", &authority_);
  EXPECT_EQ(greet({.cert = file(server)}, {.ca_cert = file(authority_)}), "ok");
}
TEST_F(Tls, AnUnknownAuthorityIsRefused) {
  const TestCertificate server("server", "IP:127.0.0.1", &stranger_);
  const std::string error = greet({.cert = file(server)}, {.ca_cert = file(authority_)});
  EXPECT_NE(error.find("certificate not accepted"), std::string::npos) << error;
  // The system's authorities do not know it either.
  EXPECT_NE(greet({.cert = file(server)}, {}).find("certificate not accepted"), std::string::npos);
}
TEST_F(Tls, AnotherHostsCertificateIsRefused) {
  for (const char* name : {"IP:127.0.0.2", "DNS:localhost"}) {
    const TestCertificate server("127.0.0.1", name, &authority_);
    const std::string error = greet({.cert = file(server)}, {.ca_cert = file(authority_)});
    EXPECT_NE(error.find("IP address mismatch"), std::string::npos) << error;
  }
}
TEST_F(Tls, VerificationCanBeTurnedOff) {
  const TestCertificate server("server", "DNS:elsewhere", &stranger_);
  EXPECT_EQ(greet({.cert = file(server)}, {.skip_verify = true}), "ok");
}
TEST_F(Tls, AServerMayAskForClientCertificates) {
  const TestCertificate server("server", "IP:127.0.0.1", &authority_);
  const TestCertificate friendly("client", "DNS:client", &authority_), other("client", "DNS:client", &stranger_);
  const TlsOptions strict{.cert = file(server), .client_ca = file(authority_)};
  EXPECT_EQ(greet(strict, {.ca_cert = file(authority_), .cert = file(friendly)}), "ok");
  EXPECT_NE(greet(strict, {.ca_cert = file(authority_)}), "ok");
  EXPECT_NE(greet(strict, {.ca_cert = file(authority_), .cert = file(other)}), "ok");
}
TEST_F(Tls, AMissingFileIsNamed) {
  const auto listener = listen(*parse_address("tls://127.0.0.1:0"), {.tls = {.cert = "/nowhere.pem"}});
  ASSERT_FALSE(listener);
  EXPECT_NE(listener.error().what.find("/nowhere.pem"), std::string::npos);
  EXPECT_FALSE(listen(*parse_address("tls://127.0.0.1:0"), {}));
}

}  // namespace
}  // namespace logmill::transport
