#include "alert/state_file.h"

#include <gtest/gtest.h>

#include "alert/state_format.h"
#include "support/store_fixture.h"
#include "support/temp_dir.h"

namespace logmill::alert {
namespace {

class StateFileTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<StateFile>> open(Database::Mode mode) const { return StateFile::open(path_, mode); }
  void finds_nothing() const {
    auto state = open(Database::Mode::read);
    ASSERT_TRUE(state) << state.error().what;
    EXPECT_EQ((*state)->rules()->size(), 0U);
    EXPECT_EQ((*state)->history()->size(), 0U);
    EXPECT_EQ((*state)->silences()->size(), 0U);
  }

  test::TempDir dir_;
  const std::string path_ = dir_.path("state.db");
};

// logalert is killed, or looked at, at each step of making the file.
TEST_F(StateFileTest, WhoReadsOneThatIsBeingMadeFindsNothing) {
  const auto missing = open(Database::Mode::read);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::not_found);
  dir_.write("state.db", "");
  finds_nothing();
  {
    auto database = *Database::open(path_, Database::Mode::write_unsynced);
    finds_nothing();
    auto transaction = *Transaction::begin(database);
    ASSERT_TRUE(database.execute(kStateSchema));
    finds_nothing();
  }
  finds_nothing();
  ASSERT_TRUE((*open(Database::Mode::write_unsynced))->add_silence({.filter = "a=1", .comment = ""}));
  EXPECT_EQ((*open(Database::Mode::read))->silences()->size(), 1U);
}

TEST_F(StateFileTest, OneOfSomethingElseIsRefused) {
  ASSERT_TRUE(Database::open(path_, Database::Mode::write_unsynced)->execute("CREATE TABLE bookmark(url TEXT)"));
  for (const Database::Mode mode : {Database::Mode::read, Database::Mode::write}) {
    const auto opened = open(mode);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::invalid);
    EXPECT_EQ(opened.error().what, path_ + ": a database, but not the state of a logalert");
  }
}

}  // namespace
}  // namespace logmill::alert
