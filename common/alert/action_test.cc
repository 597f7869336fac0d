#include "alert/action.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "alert/delivery.h"
#include "alert/rules_file.h"
#include "http/server.h"
#include "support/store_fixture.h"
#include "support/temp_dir.h"

namespace logmill::alert {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kHostile = "db\r\nBcc: all@example.org\n.\n<!channel> & \x1b[31m\"\\";

Notification hostile_notification() {
  Notification notification{.rule = "errors", .labels = {{"service", kHostile}}, .alerts = {}};
  notification.alerts.push_back({.labels = {{"service", kHostile}}, .value = 3, .summary = "3 is above 2 (" + kHostile + ")"});
  return notification;
}

// Rules whose one action is this.
class ActionTest : public testing::Test {
 protected:
  const Action& action(const std::string& settings) {
    auto rules = parse_rules("[[rule]]\nname = \"errors\"\nquery = '*'\nabove = 1\nactions = [\"x\"]\n[action.x]\n" + settings);
    EXPECT_TRUE(rules) << rules.error().what;
    rules_ = *std::move(rules);
    return *rules_.find_action("x");
  }
  std::string format(const Action& action) { return action.kind->format(action, hostile_notification()); }
  base::Status deliver(const Action& action, std::string body = "body") {
    return action.kind->deliver(action, {.key = "k", .action = "x", .body = std::move(body)}, {.out = 1, .stop = stop_});
  }

  test::TempDir dir_;
  sys::Stop stop_;
  Rules rules_;
};

TEST_F(ActionTest, ACommandGetsItsInputAndNoShell) {
  const std::string out = dir_.path("out");
  EXPECT_TRUE(deliver(action("kind = \"command\"\ncommand = [\"cp\", \"/dev/stdin\", \"" + out + "\"]\n"), "; touch hacked"));
  EXPECT_EQ(dir_.read("out"), "; touch hacked\n");
}

TEST_F(ActionTest, ACommandThatFailsOrHangsIsTriedAgain) {
  auto failed = deliver(action("kind = \"command\"\ncommand = [\"false\"]\n"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "false: status 1");
  failed = deliver(action("kind = \"command\"\ntimeout = \"200ms\"\ncommand = [\"sleep\", \"60\"]\n"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "sleep: still running, ended");
  EXPECT_FALSE(deliver(action("kind = \"command\"\ncommand = [\"/no/such/program\"]\n")));
}

TEST_F(ActionTest, ACommandNeedNotReadItsInput) {
  EXPECT_TRUE(deliver(action("kind = \"command\"\ncommand = [\"true\"]\n"), std::string(4 << 20, 'x')));
}

TEST_F(ActionTest, MailHasNoHeadersFromRecords) {
  const std::string mail = format(action("kind = \"mail\"\nto = [\"a@b\", \"c@d\"]\n"));
  const std::string head = mail.substr(0, mail.find("\n\n"));
  EXPECT_THAT(head, HasSubstr("To: a@b, c@d\nSubject: [firing] 3 is above 2"));
  EXPECT_THAT(mail, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(mail, Not(HasSubstr("\n.\n")));
  EXPECT_THAT(mail, Not(HasSubstr("\x1b")));
}

TEST_F(ActionTest, MailGoesThroughSendmail) {
  const std::string out = dir_.path("out");
  const std::string script = dir_.write("sendmail", "#!/bin/sh\necho \"$@\" >" + out + "\ncat >>" + out + "\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  EXPECT_TRUE(deliver(action("kind = \"mail\"\nto = [\"a@b\"]\nfrom = \"c@d\"\nsendmail = [\"" + script + "\", \"-i\"]\n"), "mail\n"));
  EXPECT_EQ(dir_.read("out"), "-i -f c@d -- a@b\nmail\n");
}

TEST_F(ActionTest, SlackGetsNoCallsFromRecords) {
  const std::string body = format(action("kind = \"webhook\"\nurl = \"http://h/\"\nformat = \"slack\"\n"));
  EXPECT_THAT(body, HasSubstr("*[FIRING]* 3 is above 2"));
  EXPECT_THAT(body, HasSubstr("&lt;!channel&gt; &amp;"));
  EXPECT_TRUE(std::ranges::none_of(body, [](char c) { return static_cast<unsigned char>(c) < ' '; }));
}

TEST_F(ActionTest, AlertmanagerFormHasItsMembers) {
  const std::string body = format(action("kind = \"webhook\"\nurl = \"http://h/\"\n"));
  for (const char* member : {"\"version\":\"4\"", "\"groupKey\":\"{}:{alertname=", "\"fingerprint\":\"", "\"status\":\"firing\"",
                             "\"receiver\":\"x\"", "\"groupLabels\":", "\"commonLabels\":", "\"commonAnnotations\":", "\"externalURL\":",
                             "\"alertname\":\"errors\"", "\"startsAt\":\"1970-01-01T00:00:00Z\"", "\"endsAt\":\"0001-01-01T00:00:00Z\""})
    EXPECT_THAT(body, HasSubstr(member));
}

TEST_F(ActionTest, SecretsThatAnybodyMayReadAreRefused) {
  const std::string secret = dir_.write("token", "s3cret\n");
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  const auto posted = deliver(action("kind = \"webhook\"\nurl = \"http://127.0.0.1:1/\"\ntoken_file = \"" + secret + "\"\n"));
  ASSERT_FALSE(posted);
  EXPECT_THAT(posted.error().what, HasSubstr("anybody may read this secret"));
  EXPECT_THAT(posted.error().what, Not(HasSubstr("s3cret")));
}

TEST_F(ActionTest, AWebhookIsPostedWithItsKeyAndToken) {
  auto server = *http::Server::listen({.addresses = {"tcp://127.0.0.1:0"}}, stop_, base::null_reporter());
  http::Request got;
  unsigned status = 204;
  std::thread thread([&] {
    EXPECT_TRUE(server->run(
        [&](const http::Request& request, http::Response& response) {
          got = request;
          EXPECT_TRUE(response.send(status, "", ""));
        },
        [] {}));
  });
  const std::string& bound = server->addresses().front();
  const std::string secret = dir_.write("url", "http://127.0.0.1" + bound.substr(bound.rfind(':')) + "/hook/s3cret\n"),
                    token = dir_.write("token", "t0ken\n");
  for (const std::string& path : {secret, token}) std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  const Action& hook = action("kind = \"webhook\"\nurl_file = \"" + secret + "\"\ntoken_file = \"" + token + "\"\n");
  EXPECT_TRUE(deliver(hook, "{}"));
  EXPECT_EQ(got.target.path, "/hook/s3cret");
  EXPECT_EQ(got.header("idempotency-key"), "k");
  EXPECT_EQ(got.header("authorization"), "Bearer t0ken");
  EXPECT_EQ(got.header("content-type"), "application/json");
  EXPECT_EQ(got.body, "{}");
  status = 500;
  const auto failed = deliver(hook, "{}");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("status 500"));
  EXPECT_THAT(failed.error().what, Not(HasSubstr("s3cret")));
  stop_.request();
  thread.join();
}

TEST_F(ActionTest, WhatFailsIsTriedAgainLaterAndGivenUp) {
  const Action& failing = action("kind = \"command\"\ncommand = [\"false\"]\ngive_up = \"10s\"\n");
  auto state = *StateFile::open(dir_.path("state"), Database::Mode::write_unsynced);
  for (const char* key : {"a", "b"}) ASSERT_TRUE(state->add_outgoing({.key = key, .action = failing.name, .body = "x"}));
  test::FakeClock clock;
  const ActionIo io{.out = 1, .stop = stop_};
  Delivery delivery(rules_, *state, clock, io, base::null_reporter());
  int tries = 0;
  for (int second = 0; second < 120; ++second, clock.advance(base::kNsPerSecond)) {
    const std::uint64_t before = delivery.failures();
    ASSERT_TRUE(delivery.deliver_due());
    tries += delivery.failures() > before;
  }
  // After 1, 2, 4 and 8 seconds, each of both; then nothing waits.
  EXPECT_EQ(delivery.failures(), 10U);
  EXPECT_EQ(*state->outgoing_waiting(), 0U);
  EXPECT_EQ(delivery.delivered(), 0U);
  EXPECT_LE(tries, 10);
}

}  // namespace
}  // namespace logmill::alert
