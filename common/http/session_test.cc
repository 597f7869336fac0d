#include "http/session.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "sys/stop.h"
#include "transport/socket_connection.h"

namespace logmill::http {
namespace {

// One session over a pair of sockets; the test is the client.
class SessionTest : public testing::Test {
 protected:
  void start() {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    client_ = sys::Fd(ends[1]);
    session_ = std::thread([this, server = ends[0]] {
      serve_session(std::make_unique<transport::SocketConnection>(sys::Fd(server), "peer", transport::TransportSpec::Carries::stream),
                    limits_, held_, stop_.fd(), [this](const Request& request, Response& response) { answer_(request, response); });
    });
  }
  void TearDown() override {
    client_ = sys::Fd();
    if (session_.joinable()) session_.join();
    EXPECT_EQ(held_, 0U);
  }

  void send(std::string_view bytes) {
    for (ssize_t sent = 0; !bytes.empty(); bytes.remove_prefix(static_cast<std::size_t>(sent)))
      if (sent = ::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); sent <= 0) return;
  }
  void end_sending() { ::shutdown(client_.get(), SHUT_WR); }
  std::string receive() {
    std::string all;
    char bytes[4096];
    for (ssize_t got = 0; (got = ::read(client_.get(), bytes, sizeof bytes)) > 0;) all.append(bytes, static_cast<std::size_t>(got));
    return all;
  }
  std::string talk(std::string_view bytes) {
    start();
    send(bytes);
    end_sending();
    return receive();
  }
  static bool is(const std::string& answer, std::string_view status) { return answer.starts_with("HTTP/1.1 " + std::string(status)); }
  static std::size_t answers(const std::string& all) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = all.find("HTTP/1.1 ", at)) != std::string::npos; ++at) ++count;
    return count;
  }

  SessionLimits limits_;
  std::atomic<std::uint64_t> held_ = 0;
  sys::Stop stop_;
  Handler answer_ = [](const Request& request, Response& response) {
    [[maybe_unused]] const auto sent = response.send(200, "text/plain", request.method + " " + request.target.path + " " + request.body);
  };
  sys::Fd client_;
  std::thread session_;
  std::atomic<bool> given_up_ = false;
};

TEST_F(SessionTest, AnswersARequest) {
  const std::string answer = talk("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(is(answer, "200 OK")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /x ")) << answer;
  EXPECT_NE(answer.find("Content-Length: 7\r\n"), std::string::npos) << answer;
}

TEST_F(SessionTest, OneAfterTheOtherOnAConnection) {
  const std::string answer = talk(
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
      "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
      "GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      "GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answers(answer), 3U) << answer;
  EXPECT_NE(answer.find("POST /a one"), std::string::npos);
  EXPECT_NE(answer.find("POST /b two"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("GET /c ")) << answer;
}

TEST_F(SessionTest, EveryByteByItself) {
  start();
  for (const char c : std::string("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none")) send({&c, 1});
  end_sending();
  EXPECT_TRUE(receive().ends_with("POST /a one"));
}

TEST_F(SessionTest, HeadHasNoBody) {
  const std::string answer = talk("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos) << answer;
}

TEST_F(SessionTest, PiecesAreChunks) {
  answer_ = [](const Request&, Response& response) {
    ASSERT_TRUE(response.begin(200, "text/plain"));
    ASSERT_TRUE(response.write("abc"));
    ASSERT_TRUE(response.write(""));
    ASSERT_TRUE(response.write("defghijklmnopqrst"));
    ASSERT_TRUE(response.end());
  };
  EXPECT_TRUE(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n").ends_with("\r\n\r\n3\r\nabc\r\n11\r\ndefghijklmnopqrst\r\n0\r\n\r\n"));
}

TEST_F(SessionTest, ToAnOldClientTheEndOfTheConnectionIsTheEnd) {
  answer_ = [](const Request&, Response& response) {
    ASSERT_TRUE(response.begin(200, "text/plain"));
    ASSERT_TRUE(response.write("abc"));
    ASSERT_TRUE(response.end());
  };
  const std::string answer = talk("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\nabc")) << answer;
  EXPECT_EQ(answers(answer), 1U);
}

TEST_F(SessionTest, AnAnswerThatBreaksOffEndsTheConnection) {
  answer_ = [](const Request&, Response& response) { ASSERT_TRUE(response.begin(200, "text/plain")); };
  EXPECT_EQ(answers(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")), 1U);
}

TEST_F(SessionTest, NoAnswerIsAFault) {
  answer_ = [](const Request&, Response&) {};
  EXPECT_TRUE(is(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "500"));
}

TEST_F(SessionTest, AnExceptionIsAFaultOfOneRequest) {
  answer_ = [](const Request&, Response&) { throw std::bad_alloc(); };
  EXPECT_TRUE(is(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "500"));
  TearDown();
  answer_ = [](const Request&, Response& response) {
    ASSERT_TRUE(response.begin(200, "text/plain"));
    throw std::bad_alloc();
  };
  EXPECT_FALSE(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n").ends_with("0\r\n\r\n"));
}

TEST_F(SessionTest, WhatIsNoHttpIsRefused) {
  for (const std::string bytes :
       {"hello\r\n\r\n", "GET / HTTP/3.7\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n"}) {
    const std::string answer = talk(bytes);
    EXPECT_TRUE(is(answer, "400")) << bytes << answer;
    TearDown();
  }
}

// Two readings of where a request ends are a way past whoever stands in front.
TEST_F(SessionTest, LengthAndChunksTogetherAreRefused) {
  const std::string answer =
      talk("POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n");
  EXPECT_EQ(answers(answer), 1U) << answer;
  EXPECT_FALSE(is(answer, "200")) << answer;
}

TEST_F(SessionTest, ALongHeaderIsRefused) {
  limits_.header_bytes_max = 1'000;
  EXPECT_TRUE(is(talk("GET /" + std::string(2'000, 'a') + " HTTP/1.1\r\n\r\n"), "431"));
  TearDown();
  std::string flood = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 200; ++i) flood += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_TRUE(is(talk(flood), "431"));
}

// Whatever pieces it comes in.
TEST_F(SessionTest, AHeaderIsTooLongByTheByte) {
  limits_.header_bytes_max = 1'000;
  for (const std::size_t more : {0, 1, 12}) {
    std::string header = "POST /a HTTP/1.1\r\nContent-Length: 3\r\n";
    for (int i = 0; i < 10; ++i) header += "X-" + std::to_string(i) + ": y\r\n";
    header += "Z: ";
    header += std::string(limits_.header_bytes_max + more - header.size() - 4, 'z') + "\r\n\r\n";
    const std::string_view expected = more == 0 ? "200" : "431";
    EXPECT_TRUE(is(talk(header + "one"), expected)) << more;
    TearDown();
    start();
    for (const char c : header + "one") send({&c, 1});
    end_sending();
    EXPECT_TRUE(is(receive(), expected)) << more << ", each byte by itself";
    TearDown();
  }
}

TEST_F(SessionTest, ALongBodyIsRefusedBeforeItComes) {
  limits_.body_bytes_max = 10;
  EXPECT_TRUE(is(talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"), "200"));
  TearDown();
  EXPECT_TRUE(is(talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"), "413"));
  TearDown();
  EXPECT_TRUE(
      is(talk("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n01234567\r\n8\r\n01234567\r\n0\r\n\r\n"), "413"));
}

TEST_F(SessionTest, ARefusalArrivesThoughTheClientIsStillSending) {
  limits_.body_bytes_max = 10;
  start();
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
  end_sending();
  EXPECT_TRUE(is(receive(), "413"));
}

TEST_F(SessionTest, AllRequestsTogetherAreBounded) {
  limits_.held_bytes_max = 1'000;
  held_ = 900;
  EXPECT_TRUE(is(talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + std::string(200, 'x')), "503"));
  held_ -= 900;
}

TEST_F(SessionTest, ASlowRequestIsGivenUp) {
  limits_.request_ms = 50;
  start();
  send("GET / HTTP/1.1\r\nHost:");
  EXPECT_TRUE(is(receive(), "408"));
}

// A byte now and then does not keep it alive: the time is for the whole.
TEST_F(SessionTest, ATricklingRequestIsGivenUp) {
  limits_.request_ms = 50;
  start();
  std::thread trickle([this] {
    for (int i = 0; i < 3'000; ++i) {
      send(i == 0 ? "GET / HTTP/1.1\r\n" : "a");
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      if (given_up_) return;
    }
  });
  const std::string answer = receive();
  given_up_ = true;
  trickle.join();
  EXPECT_TRUE(is(answer, "408")) << answer;
}

TEST_F(SessionTest, AnIdleConnectionIsClosed) {
  limits_.idle_ms = 20;
  start();
  EXPECT_EQ(receive(), "");
}

TEST_F(SessionTest, AStopEndsTheWait) {
  start();
  stop_.request();
  EXPECT_EQ(receive(), "");
}

TEST_F(SessionTest, AClientThatTakesNothingIsGivenUp) {
  limits_.write_ms = 50;
  std::atomic<bool> failed = false;
  answer_ = [&](const Request&, Response& response) { failed = !response.send(200, "text/plain", std::string(64 << 20, 'x')); };
  start();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  session_.join();
  EXPECT_TRUE(failed);
}

TEST_F(SessionTest, TellsThatTheClientHasGone) {
  std::atomic<bool> there = false, gone = false;
  answer_ = [&](const Request&, Response& response) {
    there = !response.client_gone();
    client_ = sys::Fd();
    gone = response.client_gone();
  };
  start();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  session_.join();
  EXPECT_TRUE(there);
  EXPECT_TRUE(gone);
}

TEST_F(SessionTest, WhoAsksWhetherToSendIsTold) {
  start();
  send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  char bytes[64];
  const ssize_t got = ::read(client_.get(), bytes, sizeof bytes);
  ASSERT_GT(got, 0);
  EXPECT_EQ(std::string_view(bytes, static_cast<std::size_t>(got)), "HTTP/1.1 100 Continue\r\n\r\n");
  send("abc");
  end_sending();
  EXPECT_TRUE(receive().ends_with("POST / abc"));
}

}  // namespace
}  // namespace logmill::http
