#include "logcollect/journal.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "support/journal_writer.h"
#include "support/temp_dir.h"

namespace logmill::logcollect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// The sink rule of docs/formats/delivery.md, for entries.
class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::JournalWriter::available()) GTEST_SKIP() << "systemd-journal-remote is not installed";
  }
  // Messages `from` to `to` (excluded) into a file of the test's folder.
  void write(const std::string& name, int from, int to, long second = 1'795'256'100) {
    test::JournalWriter writer(dir.path(name));
    for (int i = from; i < to; ++i) writer.add("m" + std::to_string(i), second + i);
    ASSERT_TRUE(writer.write());
  }
  void start(Start where = Start::beginning) {
    std::vector<store::Frontier> all;
    for (const auto& [stream, frontier] : frontiers) all.push_back(frontier);
    journal = std::make_unique<Journal>(JournalOptions{.paths = {dir.path()}, .start = where, .entry = {}}, all, base::null_reporter());
    look_around();
  }
  void look_around() {
    journal->look_at_everything();
    drain();
  }
  void follow() {
    const auto everything = journal->look_at_changes();
    ASSERT_TRUE(everything);
    if (*everything) journal->look_at_everything();
    drain();
  }
  void drain(std::size_t batches = SIZE_MAX) {
    for (; batches > 0 && journal->next(batch); --batches) take();
  }
  void take() {
    const record::Range& range = batch.range();
    auto [at, is_new] = frontiers.try_emplace(range.stream, store::Frontier{range.stream, 0, range.from});
    ASSERT_EQ(range.from, at->second.position) << "a gap or a repeat";
    ASSERT_EQ(batch.positions().size(), batch.rows());
    at->second.position = range.to;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      messages.emplace_back(batch.get("message", row).text());
      if (const auto gap = batch.get("gap_from", row); gap.present()) gaps.emplace_back(gap.integer(), batch.get("gap_to", row).integer());
    }
  }
  // Gives an entry another number: the object of type 3 whose first number this is.
  void renumber(const std::string& name, std::uint64_t from, std::uint64_t to) {
    std::fstream file(dir.path(name), std::ios::in | std::ios::out | std::ios::binary);
    char bytes[8];
    const auto word = [&](std::uint64_t at) {
      file.seekg(static_cast<std::streamoff>(at));
      return file.read(bytes, sizeof bytes) ? base::load_le<std::uint64_t>(bytes) : 0;
    };
    constexpr std::uint64_t kEntry = 3, kHeaderSizeOffset = 88;
    for (std::uint64_t at = word(kHeaderSizeOffset), size = 0; (size = word(at + 8)) > 0; at += (size + 7) / 8 * 8) {
      if (word(at) % 256 != kEntry || word(at + 16) != from) continue;
      base::store_le(bytes, to);
      file.seekp(static_cast<std::streamoff>(at + 16));
      file.write(bytes, sizeof bytes);
      return;
    }
    FAIL() << "no entry " << from;
  }

  test::TempDir dir;
  std::unique_ptr<Journal> journal;
  record::Batch batch;
  std::map<record::StreamId, store::Frontier> frontiers;
  std::vector<std::string> messages;
  std::vector<std::pair<int, int>> gaps;
};

TEST_F(JournalTest, ReadsWhatIsThereAndWhatIsAdded) {
  write("a.journal", 0, 3);
  start();
  EXPECT_THAT(messages, ElementsAre("m0", "m1", "m2"));
  write("a.journal", 3, 5);
  follow();
  EXPECT_THAT(messages, ElementsAre("m0", "m1", "m2", "m3", "m4"));
}

TEST_F(JournalTest, GoesOnWhereTheSinkIs) {
  write("a.journal", 0, 3);
  start();
  journal.reset();
  write("a.journal", 3, 5);
  messages.clear();
  start();
  EXPECT_THAT(messages, ElementsAre("m3", "m4"));
  messages.clear();
  start();
  EXPECT_THAT(messages, IsEmpty());
}

TEST_F(JournalTest, ASequenceIsReadWhateverTheClocksOfOthersSay) {
  write("a.journal", 0, 2, 2'000'000'000);
  start();
  write("b.journal", 10, 12, 1'000'000'000);
  follow();
  write("a.journal", 2, 4, 1'500'000'000);
  write("b.journal", 12, 14, 900'000'000);
  follow();
  EXPECT_THAT(messages, UnorderedElementsAre("m0", "m1", "m2", "m3", "m10", "m11", "m12", "m13"));
  EXPECT_EQ(frontiers.size(), 2u);
}

TEST_F(JournalTest, ARenamedFileGoesOnBeingRead) {
  write("a.journal", 0, 2);
  start();
  dir.rename("a.journal", "a@1.journal");
  follow();
  write("a@1.journal", 2, 4);
  follow();
  journal.reset();
  write("a@1.journal", 4, 5);
  start();
  EXPECT_THAT(messages, ElementsAre("m0", "m1", "m2", "m3", "m4"));
}

TEST_F(JournalTest, WhatStandsInSeveralFilesOfASequenceComesInOrder) {
  write("a.journal", 0, 3);
  std::filesystem::copy_file(dir.path("a.journal"), dir.path("copy.journal"));
  write("a.journal", 3, 5);
  start();
  EXPECT_THAT(messages, ElementsAre("m0", "m1", "m2", "m3", "m4"));
}

TEST_F(JournalTest, StartAtEndIsForWhatIsThereAlready) {
  write("a.journal", 0, 3);
  start(Start::end);
  EXPECT_THAT(messages, IsEmpty());
  write("a.journal", 3, 4);
  write("b.journal", 10, 11);
  follow();
  EXPECT_THAT(messages, UnorderedElementsAre("m3", "m10"));
}

TEST_F(JournalTest, EntriesThatAreGoneBecomeAGap) {
  write("a.journal", 0, 2);
  start();
  write("a.journal", 2, 4);
  renumber("a.journal", 3, 13);
  renumber("a.journal", 4, 14);
  follow();
  EXPECT_THAT(messages, ElementsAre("m0", "m1", "GAP: entries of the journal were gone before they were read", "m2", "m3"));
  EXPECT_THAT(gaps, ElementsAre(std::pair(3, 13)));
  EXPECT_EQ(frontiers.begin()->second.position, 15u);
}

TEST_F(JournalTest, EntriesThatWereDeletedWhileNobodyReadBecomeAGap) {
  write("a.journal", 0, 4);
  for (std::uint64_t number = 4; number >= 1; --number) renumber("a.journal", number, number + 10);
  start();
  EXPECT_THAT(gaps, IsEmpty()) << "what was deleted before the first start was never wanted";
  ASSERT_EQ(frontiers.size(), 1u);
  EXPECT_EQ(frontiers.begin()->second.position, 15u);
  frontiers.begin()->second.position = 5;
  start();
  EXPECT_THAT(gaps, ElementsAre(std::pair(5, 11)));
}

TEST_F(JournalTest, AFileThatWasJustMadeHoldsWhatIsMissing) {
  write("a.journal", 0, 2);
  std::filesystem::copy_file(dir.path("a.journal"), dir.path("b.part"));
  start();
  write("a.journal", 2, 3);
  renumber("a.journal", 3, 4);
  std::filesystem::copy_file(dir.path("b.part"), dir.path("b.journal"));
  write("b.journal", 7, 8);
  follow();
  EXPECT_THAT(messages, ElementsAre("m0", "m1", "m7", "m2"));
  EXPECT_THAT(gaps, IsEmpty());
}

TEST_F(JournalTest, StoppedAnywhereAndResumedEveryEntryComesOnce) {
  write("a.journal", 0, 9000);
  write("b.journal", 9000, 18000);
  for (std::size_t round = 0; messages.size() < 18000; ++round) {
    ASSERT_LT(round, 100u);
    std::vector<store::Frontier> all;
    for (const auto& [id, frontier] : frontiers) all.push_back(frontier);
    journal = std::make_unique<Journal>(JournalOptions{.paths = {dir.path()}, .entry = {}}, all, base::null_reporter());
    journal->look_at_everything();
    drain(1 + round % 2);
    journal->next(batch);  // does not arrive
  }
  std::sort(messages.begin(), messages.end());
  EXPECT_EQ(std::unique(messages.begin(), messages.end()), messages.end());
}

TEST_F(JournalTest, DamagedFilesAreLeftOutAndTheOthersAreRead) {
  write("a.journal", 0, 2);
  dir.write("b.journal", "LPKSHHRH" + std::string(400, 'x'));
  dir.write("c.journal", "");
  dir.write("d.journal", "no journal");
  start();
  EXPECT_THAT(messages, ElementsAre("m0", "m1"));
}

TEST_F(JournalTest, FilesOfMachinesAreFoundInTheirFolders) {
  dir.make_directory("0123456789abcdef0123456789abcdef");
  write("0123456789abcdef0123456789abcdef/system.journal", 0, 2);
  start();
  EXPECT_THAT(messages, ElementsAre("m0", "m1"));
}

TEST(JournalFilesTest, TheBeginningOfAFileTellsItsSequence) {
  std::string head =
      "LPKSHHRH" + std::string(64, 'x') + std::string("\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 16);
  EXPECT_EQ(journal_sequence_of(head), "0123456789abcdef0123456789abcdef");
  for (std::size_t size = 0; size < head.size(); ++size) EXPECT_EQ(journal_sequence_of(head.substr(0, size)), std::nullopt);
  head[0] = 'X';
  EXPECT_EQ(journal_sequence_of(head), std::nullopt);
}

}  // namespace
}  // namespace logmill::logcollect
