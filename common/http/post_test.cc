#include "http/post.h"

#include <gtest/gtest.h>

#include <thread>

#include "http/server.h"
#include "support/temp_dir.h"
#include "sys/stop.h"
#include "transport/test_certificates.h"

namespace logmill::http {
namespace {

TEST(ParseUrl, TakesTheFormsThatPeopleWrite) {
  const auto url = parse_url("https://hooks.example.org/a/b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin(), "https://hooks.example.org:443");
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_EQ(parse_url("http://[::1]:8080")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:8080")->port, "8080");
  EXPECT_EQ(parse_url("http://host?x")->target, "/?x");
}

TEST(ParseUrl, RefusesAllOthersWithoutSayingThem) {
  for (const char* text : {"", "host/path", "ftp://host", "http://", "http://:80", "http://host:", "http://host:8x", "http://[::1",
                           "http://u:secret@host", "http://host/secret\r\nX: y", "http://host/a b"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().what.find("secret"), std::string::npos);
  }
}

// A server of ours that answers as it is told.
class PostTest : public testing::Test {
 protected:
  void serve(const std::string& address, transport::TlsOptions tls = {}) {
    auto server = Server::listen({.addresses = {address}, .tls = tls}, stop_, base::null_reporter());
    ASSERT_TRUE(server) << server.error().what;
    server_ = *std::move(server);
    const std::string& bound = server_->addresses().front();
    port_ = bound.substr(bound.rfind(':') + 1);
    thread_ = std::thread([this] {
      EXPECT_TRUE(server_->run(
          [this](const Request& request, Response& response) {
            got_ = request;
            EXPECT_TRUE(response.send(status_, "text/plain", answer_));
          },
          [] {}));
    });
  }
  void TearDown() override {
    stop_.request();
    if (thread_.joinable()) thread_.join();
  }

  sys::Stop stop_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  std::string port_, answer_ = "thanks";
  unsigned status_ = 200;
  Request got_;
};

TEST_F(PostTest, SendsABodyAndHeadersAndReadsTheAnswer) {
  serve("tcp://127.0.0.1:0");
  const std::string body(300'000, 'x');
  const auto answer = post(*parse_url("http://127.0.0.1:" + port_ + "/hook?a=b"), {{"X-Key", "k"}}, body, {});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "thanks");
  EXPECT_EQ(got_.method, "POST");
  EXPECT_EQ(got_.target.path, "/hook");
  EXPECT_EQ(got_.header("x-key"), "k");
  EXPECT_EQ(got_.body, body);
}

TEST_F(PostTest, Gets) {
  serve("tcp://127.0.0.1:0");
  const auto answer = get(*parse_url("http://127.0.0.1:" + port_ + "/healthz"), {});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body, "thanks");
  EXPECT_EQ(got_.method, "GET");
  EXPECT_EQ(got_.target.path, "/healthz");
}

TEST_F(PostTest, GivesOtherStatusesAsTheyAre) {
  status_ = 503;
  answer_ = std::string(1 << 20, 'y');  // only its beginning is read
  serve("tcp://127.0.0.1:0");
  const auto answer = post(*parse_url("http://127.0.0.1:" + port_), {}, "", {});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 503U);
}

TEST_F(PostTest, ChecksTheCertificate) {
  const test::TempDir dir;
  const transport::TestCertificate authority("authority", "", nullptr), host("host", "IP:127.0.0.1", &authority);
  const std::string ca = authority.write(dir.path("ca.pem")), cert = host.write(dir.path("host.pem"));
  serve("tls://127.0.0.1:0", {.cert = cert});
  const Url url = *parse_url("https://127.0.0.1:" + port_ + "/");
  EXPECT_FALSE(post(url, {}, "x", {}));
  const auto answer = post(url, {}, "x", {.tls = {.ca_cert = ca}});
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 200U);
}

TEST_F(PostTest, RefusesHeadersThatWouldBeTwo) {
  EXPECT_EQ(post(*parse_url("http://127.0.0.1:1/"), {{"Authorization", "Bearer x\r\nX: y"}}, "", {}).error().code,
            base::ErrorCode::invalid);
}

TEST_F(PostTest, FailsForNowWithoutAServer) {
  const auto answer = post(*parse_url("http://127.0.0.1:1/"), {}, "", {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::again);
}

}  // namespace
}  // namespace logmill::http
