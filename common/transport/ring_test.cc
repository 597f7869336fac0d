#include <gtest/gtest.h>

#include <fcntl.h>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "transport/ring_reader.h"
#include "transport/ring_survey.h"
#include "transport/ring_writer.h"

namespace logmill::transport {
namespace {

// A ring under a name that no other test has, removed at the end whatever happened.
class Ring : public testing::TestWithParam<const char*> {
 protected:
  Ring() {
    const std::string unique = "test." + std::to_string(::getpid()) + "." + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::string plain;
    for (const char c : unique) plain += c == '/' ? '-' : c;
    const bool is_file = std::string_view(GetParam()) == "file";
    name_.name = is_file ? (std::filesystem::temp_directory_path() / plain).string() : plain;
    name_.is_file = is_file;
  }
  ~Ring() override {
    if (auto memory = RingMemory::open(name_)) (*memory)->unlink();
  }

  RingName sized(std::uint64_t bytes) const { return {name_.name, name_.is_file, bytes}; }
  std::unique_ptr<RingWriter> writer(std::uint64_t capacity = 64 << 10) {
    auto opened = RingWriter::open(sized(capacity), stop_);
    EXPECT_TRUE(opened) << opened.error().what;
    return *std::move(opened);
  }
  using DoneWith = RingReader::DoneWith;
  RingReader reader(DoneWith done_with = DoneWith::next_asked) { return RingReader(name_, done_with, stop_, base::null_reporter()); }
  bool exists() const { return RingMemory::open(name_).has_value(); }

  static std::string message(std::uint64_t number, std::size_t size) {
    std::string text = std::to_string(number) + ":";
    while (text.size() < size) text += static_cast<char>('a' + (number + text.size()) % 26);
    return text;
  }
  static void expect_message(RingReader& reader, const std::string& expected) {
    std::string_view got;
    const auto outcome = reader.next(got);
    ASSERT_TRUE(outcome) << outcome.error().what;
    ASSERT_EQ(*outcome, RingReader::Outcome::message);
    ASSERT_EQ(got, expected);
  }
  static void expect_end(RingReader& reader) {
    std::string_view got;
    const auto outcome = reader.next(got);
    ASSERT_TRUE(outcome) << outcome.error().what;
    EXPECT_EQ(*outcome, RingReader::Outcome::end);
  }
  // Runs `work` in a process of its own, which is killed when it returns.
  static void in_killed_process(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
      work();
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  sys::Stop stop_;
  RingName name_;
};

INSTANTIATE_TEST_SUITE_P(Both, Ring, testing::Values("memory", "file"), [](const auto& kind) { return std::string(kind.param); });

TEST_P(Ring, MessagesArriveInOrderAndTheRingIsRemovedAtTheEnd) {
  std::thread writing([&] {
    auto to = writer();
    for (std::uint64_t i = 0; i < 20'000; ++i) ASSERT_TRUE(to->write(message(i, i % 500)));
    ASSERT_TRUE(to->close());
  });
  auto from = reader();
  for (std::uint64_t i = 0; i < 20'000; ++i) ASSERT_NO_FATAL_FAILURE(expect_message(from, message(i, i % 500)));
  expect_end(from);
  expect_end(from);
  writing.join();
  EXPECT_FALSE(exists());
}

// Some made in the ring and some beside it, whatever room there is, around its end many times.
TEST_P(Ring, MessagesMadeInTheRingArriveAmongOthers) {
  constexpr std::uint64_t kMessages = 20'000;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto numbered = [&](std::uint64_t i) { return message(i, (i * 7919 + seed) % 1'500); };
  std::uint64_t made = 0;
  std::thread writing([&] {
    auto to = writer(4096);
    for (std::uint64_t i = 0; i < kMessages; ++i) {
      const std::string text = numbered(i);
      const auto room = to->free_bytes();
      ASSERT_TRUE(room);
      if (room->size() < text.size()) {
        ASSERT_TRUE(to->write(text));
        continue;
      }
      std::copy(text.begin(), text.end(), room->begin());
      to->write_made(text.size());
      ++made;
    }
    ASSERT_TRUE(to->close());
  });
  auto from = reader();
  for (std::uint64_t i = 0; i < kMessages; ++i) ASSERT_NO_FATAL_FAILURE(expect_message(from, numbered(i)));
  expect_end(from);
  writing.join();
  EXPECT_GT(made, 0u);
  EXPECT_LT(made, kMessages);
}

TEST_P(Ring, WhatIsBeingMadeIsNotSeen) {
  in_killed_process([&] {
    auto* to = writer(4096).release();  // never destroyed
    (void)to->write("one");
    const auto room = to->free_bytes();
    std::fill(room->begin(), room->end(), 'x');
  });
  auto to = writer(4096);
  ASSERT_TRUE(to->write("two"));
  ASSERT_TRUE(to->close());
  auto from = reader();
  for (const char* text : {"one", "two"}) ASSERT_NO_FATAL_FAILURE(expect_message(from, text));
  expect_end(from);
}

TEST_P(Ring, ALookFromOutsideSaysWhoIsThereAndWhatWaits) {
  EXPECT_EQ(survey_ring(name_).error().code, base::ErrorCode::not_found);
  auto to = writer();
  ASSERT_TRUE(to->write(message(1, 100)));
  auto state = survey_ring(name_);
  ASSERT_TRUE(state) << state.error().what;
  EXPECT_TRUE(state->has_writer);
  EXPECT_FALSE(state->ended);
  EXPECT_FALSE(state->of_an_earlier_boot);
  EXPECT_EQ(state->capacity, 64u << 10);
  EXPECT_EQ(state->waiting, 128u) << "an entry's header, 100 bytes, and zeros up to a multiple of 16";
  EXPECT_EQ(state->readers, 0u);
  if (!name_.is_file) {
    const auto all = list_rings();
    ASSERT_TRUE(all);
    EXPECT_TRUE(std::ranges::any_of(*all, [&](const RingName& name) { return name.name == name_.name; }));
  }
  EXPECT_EQ(remove_ring(name_).error().code, base::ErrorCode::again) << "the writer is there";
  in_killed_process([&] {
    auto from = reader();
    std::string_view got;
    (void)from.next(got);
  });
  state = survey_ring(name_);
  EXPECT_EQ(state->readers, 0u);
  EXPECT_EQ(state->places_kept, 1u);
  ASSERT_TRUE(to->close());
  to.reset();
  state = survey_ring(name_);
  EXPECT_FALSE(state->has_writer);
  EXPECT_TRUE(state->ended);
  EXPECT_TRUE(remove_ring(name_));
  EXPECT_FALSE(exists());
}

TEST_P(Ring, WhatIsNoRingIsNotRemoved) {
  if (!name_.is_file) GTEST_SKIP() << "others do not write there";
  std::ofstream(name_.name) << std::string(10'000, 'x');
  EXPECT_EQ(survey_ring(name_).error().code, base::ErrorCode::unsupported);
  EXPECT_FALSE(remove_ring(name_));
  EXPECT_TRUE(std::filesystem::exists(name_.name));
}

TEST_P(Ring, TheReaderMayStartAfterTheWriterEnded) {
  auto to = writer();
  ASSERT_TRUE(to->write("one"));
  ASSERT_TRUE(to->close());
  to.reset();
  auto from = reader();
  expect_message(from, "one");
  expect_end(from);
}

TEST_P(Ring, AnEmptyStreamEndsToo) {
  ASSERT_TRUE(writer()->close());
  auto from = reader();
  expect_end(from);
}

TEST_P(Ring, OnlyItsOwnerMayOpenIt) {
  auto to = writer();
  auto memory = RingMemory::open(name_);
  ASSERT_TRUE(memory);
  struct stat info {};
  ASSERT_EQ(::fstat((*memory)->fd(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_P(Ring, ASecondWriterIsRefused) {
  auto to = writer();
  const auto second = RingWriter::open(sized(4096), stop_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::again);
}

TEST_P(Ring, AnotherWriterGoesOnAfterAnOrderlyEnd) {
  auto first = writer();
  ASSERT_TRUE(first->write("one"));
  ASSERT_TRUE(first->close());
  auto second = writer();
  ASSERT_TRUE(second->write("two"));
  ASSERT_TRUE(second->close());
  auto from = reader();
  expect_message(from, "one");
  expect_message(from, "two");
  expect_end(from);
}

// Every distance to the end of the data, and every size up to several pieces.
TEST_P(Ring, WrapsAroundAtEveryOffset) {
  constexpr std::uint64_t kCapacity = 4096;
  std::thread writing([&] {
    auto to = writer(kCapacity);
    for (std::uint64_t i = 0; i < 3'000; ++i) ASSERT_TRUE(to->write(message(i, i)));
    ASSERT_TRUE(to->close());
  });
  auto from = reader();
  for (std::uint64_t i = 0; i < 3'000; ++i) ASSERT_NO_FATAL_FAILURE(expect_message(from, message(i, i)));
  expect_end(from);
  writing.join();
}

TEST_P(Ring, AMessageMayBeLargerThanTheRing) {
  const std::string big = message(7, 3 << 20);
  std::thread writing([&] {
    auto to = writer(64 << 10);
    ASSERT_TRUE(to->write(big));
    ASSERT_TRUE(to->write(""));
    ASSERT_TRUE(to->close());
  });
  auto from = reader();
  expect_message(from, big);
  expect_message(from, "");
  expect_end(from);
  writing.join();
}

TEST_P(Ring, EveryReaderGetsEverything) {
  auto to = writer(8192);
  auto first = reader();
  auto second = reader();
  ASSERT_TRUE(to->write("0"));
  expect_message(first, "0");
  expect_message(second, "0");
  std::thread reading([&] {
    for (std::uint64_t i = 1; i < 2'000; ++i) ASSERT_NO_FATAL_FAILURE(expect_message(second, message(i, 100)));
    expect_end(second);
  });
  std::thread writing([&] {
    for (std::uint64_t i = 1; i < 2'000; ++i) ASSERT_TRUE(to->write(message(i, 100)));
    ASSERT_TRUE(to->close());
  });
  for (std::uint64_t i = 1; i < 2'000; ++i) ASSERT_NO_FATAL_FAILURE(expect_message(first, message(i, 100)));
  expect_end(first);
  reading.join();
  writing.join();
  EXPECT_FALSE(exists());
}

TEST_P(Ring, AWriterDoesNotRunAheadOfAReaderThatFollows) {
  constexpr std::uint64_t kMessages = 200, kBytes = 100 << 10;
  const auto to = writer(16 << 20);
  std::jthread reading([this] {
    RingReader from = reader();
    for (std::uint64_t i = 0; i < kMessages; ++i) {
      expect_message(from, message(i, kBytes));
      std::this_thread::sleep_for(std::chrono::microseconds(300));  // slower than the writer
    }
    expect_end(from);
  });
  std::size_t close_behind = 0;
  for (std::uint64_t i = 0; i < kMessages; ++i) {
    ASSERT_TRUE(to->write(message(i, kBytes)));
    close_behind += survey_ring(name_)->waiting <= 4 * kBytes;
  }
  ASSERT_TRUE(to->close());
  EXPECT_GT(close_behind, kMessages / 2);
}

TEST_P(Ring, AReaderThatDoesNotMoveHoldsUpNothing) {
  constexpr std::uint64_t kMessages = 230, kBytes = 64 << 10;
  const auto to = writer(16 << 20);
  RingReader from = reader();
  ASSERT_TRUE(to->write(message(0, kBytes)));
  expect_message(from, message(0, kBytes));
  for (std::uint64_t i = 1; i <= kMessages; ++i) ASSERT_TRUE(to->write(message(i, kBytes)));  // as much as there is room for
  ASSERT_TRUE(to->close());
  for (std::uint64_t i = 1; i <= kMessages; ++i) expect_message(from, message(i, kBytes));
  expect_end(from);
}

TEST_P(Ring, AKilledWriterLeavesWholeMessagesAndTheNextGoesOn) {
  in_killed_process([&] {
    auto to = writer();
    (void)to->write("one");
    // As if killed half-way: bytes after the tail, and a message without its end.
    auto memory = RingMemory::open(name_);
    (void)(*memory)->map();
    RingHeader& header = (*memory)->header();
    const RingData data{(*memory)->data(), header.capacity, (header.flags & kRingChecksBytes) != 0};
    header.tail.store(write_ring_entry(data, header.tail.load(), RingKind::first, "half of"));
    write_ring_entry(data, header.tail.load(), RingKind::last, "torn");
  });
  auto from = reader();
  expect_message(from, "one");
  EXPECT_TRUE(from.ready());
  auto to = writer();
  ASSERT_TRUE(to->write("two"));
  ASSERT_TRUE(to->close());
  expect_message(from, "two");
  expect_end(from);
}

TEST_P(Ring, AKilledReaderIsContinuedByTheNext) {
  auto to = writer();
  for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(to->write(text));
  ASSERT_TRUE(to->close());
  in_killed_process([&] {
    auto* from = new RingReader(name_, DoneWith::next_asked, stop_, base::null_reporter());  // never destroyed
    std::string_view got;
    (void)from->next(got);
    (void)from->next(got);
  });
  // "two" was handed over, but nobody knows whether it was dealt with.
  auto from = reader();
  expect_message(from, "two");
  expect_message(from, "three");
  expect_end(from);
  EXPECT_FALSE(exists());
}

TEST_P(Ring, WhatIsNotReleasedIsThereForTheNextReader) {
  auto to = writer();
  for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(to->write(text));
  ASSERT_TRUE(to->close());
  in_killed_process([&] {
    auto* from = new RingReader(name_, DoneWith::released, stop_, base::null_reporter());  // never destroyed
    std::string_view got;
    (void)from->next(got);
    const std::uint64_t first = from->position();
    (void)from->next(got);
    (void)from->next(got);
    from->release(first);
  });
  {
    auto from = reader(DoneWith::released);
    expect_message(from, "two");
    expect_message(from, "three");
    expect_end(from);
  }
  EXPECT_TRUE(exists()) << "nothing was released";
  {
    auto from = reader(DoneWith::released);
    expect_message(from, "two");
    expect_message(from, "three");
    expect_end(from);
    from.release(from.position());
  }
  EXPECT_FALSE(exists());
}

TEST_P(Ring, WhatIsNotReleasedTakesRoom) {
  auto to = writer(4096);
  auto from = reader(DoneWith::released);
  for (std::uint64_t i = 0; i < 7; ++i) {
    ASSERT_TRUE(to->write(message(i, 500)));
    expect_message(from, message(i, 500));
    EXPECT_EQ(from.crowded(from.position()), i >= 3) << i << ": half of the ring is 2048 bytes";
  }
  std::atomic<bool> written = false;
  std::thread writing([&] {
    for (std::uint64_t i = 7; i < 9; ++i) ASSERT_TRUE(to->write(message(i, 500)));
    written = true;
  });
  EXPECT_FALSE(written) << "there is room for seven";
  from.release(from.position());
  expect_message(from, message(7, 500));
  expect_message(from, message(8, 500));
  writing.join();
}

// Larger than the ring: only what is gathered of it can be given up, and only once all before it is released.
TEST_P(Ring, AMessageLargerThanTheRingWaitsForTheRelease) {
  auto to = writer(4096);
  auto from = reader(DoneWith::released);
  ASSERT_TRUE(to->write(message(1, 500)));
  expect_message(from, message(1, 500));
  const std::uint64_t first = from.position();
  std::thread writing([&] { ASSERT_TRUE(to->write(message(2, 20'000))); });
  std::thread releasing([&] { from.release(first); });
  expect_message(from, message(2, 20'000));
  releasing.join();
  writing.join();
}

TEST_P(Ring, AKilledReaderDoesNotHoldTheOthersForEver) {
  auto to = writer(4096);
  ASSERT_TRUE(to->write("0"));
  auto from = reader();
  expect_message(from, "0");
  in_killed_process([&] {
    auto* doomed = new RingReader(name_, DoneWith::next_asked, stop_, base::null_reporter());  // never destroyed
    std::string_view got;
    (void)doomed->next(got);
  });
  std::thread writing([&] {
    for (std::uint64_t i = 1; i < 200; ++i) ASSERT_TRUE(to->write(message(i, 500)));
    ASSERT_TRUE(to->close());
  });
  for (std::uint64_t i = 1; i < 200; ++i) ASSERT_NO_FATAL_FAILURE(expect_message(from, message(i, 500)));
  expect_end(from);
  writing.join();
  EXPECT_FALSE(exists());
}

TEST_P(Ring, AStoppedWriterWithoutReadersGivesUp) {
  auto to = writer(4096);
  stop_.request();
  base::Status wrote;
  while (wrote) wrote = to->write(message(0, 500));
  EXPECT_EQ(wrote.error().code, base::ErrorCode::again);
}

TEST_P(Ring, AStoppedReaderGivesWhatIsThereFirst) {
  auto to = writer();
  ASSERT_TRUE(to->write("one"));
  stop_.request();
  auto from = reader();
  std::string_view got;
  // Attaching needs no wait, so it is not interrupted.
  expect_message(from, "one");
  EXPECT_EQ(*from.next(got), RingReader::Outcome::stopped);
}

TEST_P(Ring, SomethingElseOfThatNameIsLeftAlone) {
  {
    auto made = RingMemory::open_or_create(name_);
    ASSERT_TRUE(made);
    const std::string other(16'384, 'x');
    ASSERT_EQ(::pwrite((*made)->fd(), other.data(), other.size(), 0), 16'384);
  }
  const auto to = RingWriter::open(sized(4096), stop_);
  ASSERT_FALSE(to);
  EXPECT_EQ(to.error().code, base::ErrorCode::unsupported);
  auto from = reader();
  std::string_view got;
  const auto outcome = from.next(got);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::unsupported);
}

// Any byte of an entry's header changed: an error, not a crash, and never another message.
TEST_P(Ring, DamageIsAnError) {
  auto to = writer();
  ASSERT_TRUE(to->write("message"));
  auto memory = RingMemory::open(name_);
  ASSERT_TRUE(memory);
  ASSERT_TRUE((*memory)->map());
  const RingData data{(*memory)->data(), (*memory)->header().capacity, ((*memory)->header().flags & kRingChecksBytes) != 0};
  const std::uint64_t tail = (*memory)->header().tail.load();
  ASSERT_TRUE(read_ring_entry(data, 0, tail));
  for (std::size_t byte = 0; byte < sizeof(RingEntry); ++byte) {
    data.bytes[byte] ^= 0x10;
    EXPECT_FALSE(read_ring_entry(data, 0, tail)) << byte;
    data.bytes[byte] ^= 0x10;
  }
}

TEST_P(Ring, AFileOutlivesABootUpToTheFirstBadEntry) {
  if (!name_.is_file) GTEST_SKIP() << "shared memory does not outlive a boot";
  {
    auto to = writer();
    for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(to->write(text));
  }
  {
    auto memory = RingMemory::open(name_);
    ASSERT_TRUE(memory);
    ASSERT_TRUE((*memory)->map());
    (*memory)->header().boot[3] ^= 1;
    (*memory)->data()[2 * 32 + sizeof(RingEntry)] ^= 1;  // in "three"
    (*memory)->header().tail.store(16);                  // as written back too early
  }
  auto to = writer();
  ASSERT_TRUE(to->write("four"));
  ASSERT_TRUE(to->close());
  auto from = reader();
  for (const char* text : {"one", "two", "four"}) ASSERT_NO_FATAL_FAILURE(expect_message(from, text));
  expect_end(from);
}

// Two processes that are killed at random and started again: every message arrives, in order, and a
// message is repeated only where a reader was killed.
TEST_P(Ring, NothingIsLostUnderKills) {
  constexpr std::uint64_t kMessages = 20'000;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const int received = ::memfd_create("received", 0);
  ASSERT_GE(received, 0);
  // Writers resume where the ring ends, as a source asks its sink for the frontier: here, by a
  // shared counter that is stepped after each write. A writer killed between the two repeats one
  // message.
  auto* written =
      static_cast<std::atomic<std::uint64_t>*>(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const auto spawn_writer = [&] {
    const pid_t child = ::fork();
    if (child != 0) return child;
    auto to = writer(4096);
    while (*written < kMessages) {
      (void)to->write(message(*written, 60));
      ++*written;
    }
    (void)to->close();
    ::_exit(0);
  };
  const auto spawn_reader = [&] {
    const pid_t child = ::fork();
    if (child != 0) return child;
    auto from = reader();
    std::string_view got;
    while (*from.next(got) == RingReader::Outcome::message) {
      const std::uint64_t number = std::stoull(std::string(got.substr(0, got.find(':'))));
      if (got != message(number, 60)) ::_exit(9);
      [[maybe_unused]] const auto wrote = ::write(received, &number, sizeof number);  // the offset is shared
    }
    ::_exit(0);
  };
  pid_t children[2] = {spawn_writer(), spawn_reader()};
  unsigned kills = 0;
  // Not near the end: a reader killed after it removed the ring would be started to wait for ever.
  while (*written < kMessages / 2) {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 2'000));
    const auto victim = random() % 2;
    ::kill(children[victim], SIGKILL);
    ::waitpid(children[victim], nullptr, 0);
    children[victim] = victim == 0 ? spawn_writer() : spawn_reader();
    ++kills;
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
  }
  std::uint64_t next = 0, repeated = 0, number = 0;
  ::lseek(received, 0, SEEK_SET);
  while (::read(received, &number, sizeof number) == sizeof number) {
    if (number < next) {
      ++repeated;
      EXPECT_LE(next - number, 1U);
      continue;
    }
    ASSERT_EQ(number, next) << "lost";
    ++next;
  }
  EXPECT_EQ(next, kMessages);
  EXPECT_LE(repeated, kills);
  ::close(received);
  ::munmap(written, 4096);
}

// --- a ring that is overwritten ---

class OverwrittenRing : public Ring {
 protected:
  std::unique_ptr<RingWriter> overwriting_writer(std::uint64_t capacity) {
    RingName name = sized(capacity);
    name.full = RingFull::overwrite;
    auto opened = RingWriter::open(name, stop_);
    EXPECT_TRUE(opened) << opened.error().what;
    return *std::move(opened);
  }
};

TEST_P(OverwrittenRing, TheWriterNeverWaitsAndAReaderMissesTheOldest) {
  const auto to = overwriting_writer(64 << 10);
  RingReader from = reader();
  ASSERT_TRUE(to->write(message(0, 1000)));
  expect_message(from, message(0, 1000));
  for (std::uint64_t i = 1; i <= 1000; ++i) ASSERT_TRUE(to->write(message(i, 1000)));
  const auto state = survey_ring(sized(64 << 10));
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->overwrites);
  EXPECT_LE(state->waiting, 64u << 10);
  EXPECT_GE(state->overwritten + state->waiting, 1000u * (sizeof(RingEntry) + 1000)) << "all that the reader has not had";
  ASSERT_TRUE(to->close());
  std::string_view got;
  ASSERT_EQ(*from.next(got), RingReader::Outcome::message);
  const std::uint64_t first = std::stoull(std::string(got));
  EXPECT_GT(first, 900u);
  EXPECT_LT(first, 970u) << "three quarters of the ring and more are kept";
  for (std::uint64_t i = first + 1; i <= 1000; ++i) expect_message(from, message(i, 1000));
  expect_end(from);
}

TEST_P(OverwrittenRing, MadeInTheRingOrCutAMessageIsWholeOrMissing) {
  std::mt19937_64 random(7);
  const auto to = overwriting_writer(16 << 10);
  RingReader from = reader(DoneWith::released);
  std::uint64_t seen = 0, last = 0;
  const auto read_one = [&] {
    std::string_view got;
    ASSERT_EQ(*from.next(got), RingReader::Outcome::message);
    const std::uint64_t number = std::stoull(std::string(got));
    ASSERT_GT(number, last);
    ASSERT_EQ(got, message(number, got.size()));
    last = number;
    ++seen;
    if (random() % 2 == 0) from.release(from.position());
  };
  std::uint64_t written = 1;
  ASSERT_TRUE(to->write(message(written, 100)));
  read_one();
  for (int round = 0; round < 1000; ++round) {
    for (std::uint64_t i = random() % 6; i > 0; --i) {
      const std::string text = message(++written, 8 + random() % 7000);
      const std::span<char> room = *to->free_bytes();
      if (text.size() <= room.size() && random() % 2 == 0) {
        std::copy(text.begin(), text.end(), room.begin());
        to->write_made(text.size());
      } else {
        ASSERT_TRUE(to->write(text));
      }
    }
    if (from.ready() && last < written && random() % 2 == 0) read_one();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(seen, 300u);
  EXPECT_LT(seen, written);
}

TEST_P(OverwrittenRing, AReaderThatComesBackGoesOnWithWhatIsLeft) {
  const auto to = overwriting_writer(16 << 10);
  {
    RingReader killed = reader();
    ASSERT_TRUE(to->write(message(0, 100)));
    expect_message(killed, message(0, 100));
  }
  for (std::uint64_t i = 1; i <= 1000; ++i) ASSERT_TRUE(to->write(message(i, 100)));
  RingReader from = reader();
  std::string_view got;
  ASSERT_EQ(*from.next(got), RingReader::Outcome::message);
  EXPECT_GT(std::stoull(std::string(got)), 800u);
}

INSTANTIATE_TEST_SUITE_P(Both, OverwrittenRing, testing::Values("memory", "file"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace logmill::transport
