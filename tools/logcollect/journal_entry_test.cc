#include "logcollect/journal_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logmill::logcollect {
namespace {

class JournalEntryTest : public testing::Test {
 protected:
  void take(const std::vector<std::string>& fields) {
    JournalEntry entry(options);
    entry.begin(batch, 5 * base::kNsPerSecond);
    for (const std::string& field : fields) entry.add(field);
    entry.finish();
  }
  std::string text(std::string_view name, std::size_t row = 0) {
    const record::Value value = batch.get(name, row);
    return value.is_text() ? std::string(value.text()) : value.present() ? "not text" : "absent";
  }
  JournalEntryOptions options;
  record::Batch batch;
};

TEST_F(JournalEntryTest, KnownFieldsHaveTheirRolesAndOthersTheirNames) {
  options.file = "journal:";
  take({"MESSAGE=started", "PRIORITY=4", "SYSLOG_IDENTIFIER=sshd", "_SYSTEMD_UNIT=ssh.service", "_HOSTNAME=box", "_PID=17",
        "_BOOT_ID=00000000000000000000000000000001"});
  ASSERT_EQ(batch.rows(), 1u);
  EXPECT_EQ(batch.times()[0], 5 * base::kNsPerSecond);
  EXPECT_EQ(batch.levels()[0], record::Severity::warn);
  EXPECT_EQ(text("message"), "started");
  EXPECT_EQ(text("service"), "sshd");
  EXPECT_EQ(text("host"), "box");
  EXPECT_EQ(text("file"), "journal:");
  EXPECT_EQ(text("_SYSTEMD_UNIT"), "ssh.service");
  EXPECT_EQ(batch.get("_PID", 0), record::Value::integer(17));
  EXPECT_EQ(text("_BOOT_ID"), "00000000000000000000000000000001");
  for (const char* name : {"MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "_HOSTNAME"}) EXPECT_EQ(text(name), "absent") << name;
}

TEST_F(JournalEntryTest, TheSenderKnowsTheTimeBetter) {
  take({"_SOURCE_REALTIME_TIMESTAMP=1795256100000007"});
  take({"_SOURCE_REALTIME_TIMESTAMP=soon"});
  take({"_SOURCE_REALTIME_TIMESTAMP=99999999999999999999"});
  EXPECT_EQ(batch.times()[0], 1795256100000007 * base::kNsPerUs);
  EXPECT_EQ(text("_SOURCE_REALTIME_TIMESTAMP", 0), "absent");
  EXPECT_EQ(batch.times()[1], 5 * base::kNsPerSecond);
  EXPECT_EQ(text("_SOURCE_REALTIME_TIMESTAMP", 1), "soon");
  EXPECT_EQ(batch.times()[2], 5 * base::kNsPerSecond);
}

TEST_F(JournalEntryTest, WithoutAnIdentifierTheUnitIsTheService) {
  take({"_COMM=cron", "_SYSTEMD_UNIT=cron.service"});
  take({"_COMM=cron"});
  EXPECT_EQ(text("service", 0), "cron.service");
  EXPECT_EQ(text("service", 1), "cron");
  EXPECT_EQ(text("_COMM", 1), "cron");
}

TEST_F(JournalEntryTest, WhatIsNoPriorityKeepsItsName) {
  take({"PRIORITY=8"});
  take({"PRIORITY=high"});
  EXPECT_EQ(batch.levels()[0], record::Severity::none);
  EXPECT_EQ(batch.get("PRIORITY", 0), record::Value::integer(8));
  EXPECT_EQ(text("PRIORITY", 1), "high");
}

TEST_F(JournalEntryTest, RepeatedFieldsAreNumbered) {
  take({"MESSAGE=a", "MESSAGE=b", "X=1", "X=2", "X=3", "SYSLOG_IDENTIFIER=a", "SYSLOG_IDENTIFIER=b"});
  EXPECT_EQ(text("message"), "a");
  EXPECT_EQ(text("MESSAGE"), "b");
  EXPECT_EQ(batch.get("X", 0), record::Value::integer(1));
  EXPECT_EQ(batch.get("X.2", 0), record::Value::integer(2));
  EXPECT_EQ(batch.get("X.3", 0), record::Value::integer(3));
  EXPECT_EQ(text("service"), "a");
  EXPECT_EQ(text("SYSLOG_IDENTIFIER"), "b");
}

TEST_F(JournalEntryTest, BytesAreKept) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  take({"MESSAGE=" + bytes, "X=" + bytes, "=nothing", "nothing"});
  EXPECT_EQ(text("message"), bytes);
  EXPECT_EQ(text("X"), bytes);
}

TEST_F(JournalEntryTest, ALongMessageGoesOnInFurtherRecords) {
  options.value_bytes_max = 4;
  for (const auto& [message, parts] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"1234", {"1234"}}, {"12345", {"1234", "5"}}, {"12345678", {"1234", "5678"}}, {"123456789", {"1234", "5678", "9"}}}) {
    batch.clear();
    take({"MESSAGE=" + message, "PRIORITY=3", "_COMM=cron"});
    ASSERT_EQ(batch.rows(), parts.size()) << message;
    for (std::size_t row = 0; row < parts.size(); ++row) {
      EXPECT_EQ(text("message", row), parts[row]);
      EXPECT_EQ(batch.get("cut", row).present(), parts.size() > 1);
      EXPECT_EQ(batch.levels()[row], record::Severity::error);
      EXPECT_EQ(text("service", row), "cron");
    }
  }
}

TEST_F(JournalEntryTest, AnotherLongValueIsCutAndMarked) {
  options.value_bytes_max = 4;
  take({"MESSAGE=ok", "STACK=12345"});
  EXPECT_EQ(batch.get("STACK", 0), record::Value::integer(1234));
  EXPECT_TRUE(batch.get("cut", 0).present());
}

TEST_F(JournalEntryTest, TheHostCanBeSaid) {
  options.host = "other";
  take({"_HOSTNAME=box"});
  EXPECT_EQ(text("host"), "other");
  EXPECT_EQ(text("_HOSTNAME"), "box");
  batch.clear();
  options.host = "";
  take({"_HOSTNAME=box"});
  EXPECT_EQ(text("host"), "absent");
}

}  // namespace
}  // namespace logmill::logcollect
