#include "logstore/postrotate.h"

#include <gtest/gtest.h>

#include <mutex>
#include <vector>

#include "support/temp_dir.h"

namespace logmill::logstore {
namespace {

class Warnings final : public base::Reporter {
 public:
  void warn(std::string_view, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    texts_.emplace_back(text);
  }
  void info(std::string_view) override {}
  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

TEST(Postrotate, RunsForOneFileAfterTheOther) {
  const test::TempDir dir;
  Warnings warnings;
  Postrotate postrotate("echo \"$1 $LOGMILL_FILE\" >> " + dir.path("ran"), warnings);
  postrotate.run_for("a b.zst");
  postrotate.run_for("c.zst");
  postrotate.finish();
  EXPECT_EQ(dir.read("ran"), "a b.zst a b.zst\nc.zst c.zst\n");
  EXPECT_TRUE(warnings.texts().empty());
}

TEST(Postrotate, AFailureIsAWarningAndTheNextIsRun) {
  const test::TempDir dir;
  Warnings warnings;
  Postrotate postrotate("test \"$1\" != bad && touch " + dir.path("ran"), warnings);
  postrotate.run_for("bad");
  postrotate.run_for("good");
  postrotate.finish();
  EXPECT_EQ(warnings.texts(), (std::vector<std::string>{"bad: --postrotate ended with status 1"}));
  EXPECT_TRUE(std::filesystem::exists(dir.path("ran")));
}

TEST(Postrotate, ACommandThatHangsHoldsUpNobodyAndIsEnded) {
  Warnings warnings;
  {
    Postrotate postrotate("sleep 1000", warnings);
    for (std::size_t i = 0; i < Postrotate::kWaitingMax + 2; ++i) postrotate.run_for("file");
  }
  const auto texts = warnings.texts();
  EXPECT_FALSE(texts.empty());
  EXPECT_EQ(texts.front(), "file: --postrotate not run: too many wait for it");
}

}  // namespace
}  // namespace logmill::logstore
