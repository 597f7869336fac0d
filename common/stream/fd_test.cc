// Sources and sinks over real descriptors: pipes and files.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/deflate.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "sys/fd.h"

namespace logmill::stream {
namespace {

using Rows = std::vector<std::string>;

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    out = sys::Fd(ends[0]);
    in = sys::Fd(ends[1]);
  }
  void put(std::string_view bytes) { ASSERT_TRUE(sys::write_all(in.get(), bytes)); }
  sys::Fd in, out;
};

struct Endpoints : testing::Test {
  sys::Stop stop;
  Pipe pipe;
  record::Batch batch;
  std::unique_ptr<Source> source;
  std::string path = testing::TempDir() + "logmill_fd_test_" + std::to_string(::getpid());

  void SetUp() override { std::signal(SIGPIPE, SIG_IGN); }
  void TearDown() override { ::unlink(path.c_str()); }

  void open(std::string_view address = "-", const SourceOptions& options = {}) {
    auto opened = open_source(address, pipe.out.get(), options, stop, base::null_reporter());
    ASSERT_TRUE(opened) << opened.error().what;
    source = *std::move(opened);
  }
  std::unique_ptr<Sink> sink(const SinkOptions& options, std::string_view address = "-") {
    auto opened = open_sink(address, pipe.in.get(), options, stop, base::null_reporter());
    EXPECT_TRUE(opened);
    return *std::move(opened);
  }
  Rows rows() const {
    Rows out(batch.rows());
    for (std::size_t row = 0; row < batch.rows(); ++row) record::JsonObjectWriter(batch).append(row, out[row]);
    return out;
  }
  Rows next() {
    const auto pull = source->next(batch);
    EXPECT_TRUE(pull) << pull.error().what;
    return pull && *pull == Pull::batch ? rows() : Rows{};
  }
  // All that is left; the last pull is in `last`.
  Rows drain() {
    Rows all;
    while (true) {
      auto pull = source->next(batch);
      if (!pull) {
        failure = pull.error().what;
        return all;
      }
      last = *pull;
      if (last != Pull::batch) return all;
      const Rows more = rows();
      all.insert(all.end(), more.begin(), more.end());
    }
  }
  Pull last = Pull::batch;
  std::string failure;
};

TEST_F(Endpoints, GiveALineAsSoonAsItIsTyped) {
  open();
  pipe.put("{\"a\":1}\n{\"a\":");
  EXPECT_EQ(next(), Rows{R"({"a":1})"});
  EXPECT_FALSE(source->ready());
  pipe.put("2}\n");
  EXPECT_TRUE(source->ready());
  EXPECT_EQ(next(), Rows{R"({"a":2})"});
  pipe.put("last");
  pipe.in.reset();
  EXPECT_EQ(next(), Rows{R"({"raw":"last"})"});
  EXPECT_EQ(drain(), Rows{});
  EXPECT_EQ(last, Pull::end);
  EXPECT_EQ(source->format(), codec::Format::ndjson);
  EXPECT_EQ(source->bytes_in(), 20u);
  EXPECT_TRUE(source->ended_orderly());
}

TEST_F(Endpoints, EndWithEmptyInput) {
  open();
  pipe.in.reset();
  EXPECT_EQ(drain(), Rows{});
  EXPECT_EQ(last, Pull::end);
  EXPECT_EQ(source->format(), codec::Format::automatic);
}

TEST_F(Endpoints, DrainAPipeWhenStopped) {
  open();
  pipe.put("one\ntwo\npart");
  stop.request();
  EXPECT_EQ(drain(), (Rows{R"({"raw":"one"})", R"({"raw":"two"})"}));
  EXPECT_EQ(last, Pull::stopped);
}

TEST_F(Endpoints, StopAWriterThatNeverEnds) {
  open();
  stop.request();
  std::jthread writer([this](const std::stop_token& done) {
    const std::string lines(4096, '\n');
    while (!done.stop_requested() && sys::write_all(pipe.in.get(), "line\n" + lines)) {
    }
  });
  drain();
  EXPECT_EQ(last, Pull::stopped);
  writer.request_stop();
  source.reset();
  pipe.out.reset();
}

TEST_F(Endpoints, ReadCompressedInput) {
  for (const codec::Container container : {codec::Container::gzip, codec::Container::zstd}) {
    std::string bytes;
    const auto deflater = codec::make_deflater(container);
    deflater->append("one\ntwo\n", bytes);
    deflater->finish(bytes);
    std::ofstream(path, std::ios::binary) << bytes << bytes;
    open(path);
    EXPECT_EQ(drain(), (Rows{R"({"raw":"one"})", R"({"raw":"two"})", R"({"raw":"one"})", R"({"raw":"two"})"}));
    EXPECT_EQ(last, Pull::end);

    std::ofstream(path, std::ios::binary) << bytes << bytes.substr(0, bytes.size() - 2);
    open(path);
    EXPECT_GE(drain().size(), 2u);
    EXPECT_EQ(failure, path + ": compressed data end too early");
  }
}

TEST_F(Endpoints, PassFramesFromOneToTheOther) {
  const auto out = sink({.format = codec::Format::frames, .compress = true});
  record::Batch from;
  from.add_row();
  from.set("a", 0, record::Value::integer(1));
  from.range() = {.stream = {7}, .epoch = 1, .from = 2, .to = 3};
  ASSERT_TRUE(out->write(from));
  ASSERT_TRUE(out->flush());
  open();
  EXPECT_EQ(next(), Rows{R"({"a":1})"});
  EXPECT_EQ(batch.range(), from.range());
  EXPECT_FALSE(source->ready());
  EXPECT_FALSE(source->ended_orderly());
  ASSERT_TRUE(out->close());
  pipe.in.reset();
  EXPECT_EQ(drain(), Rows{});
  EXPECT_EQ(last, Pull::end);
  EXPECT_TRUE(source->ended_orderly());
  EXPECT_EQ(out->bytes_out(), source->bytes_in());
}

TEST_F(Endpoints, OfFramesWithoutAnEndAreNotOrderly) {
  const auto out = sink({.format = codec::Format::frames});
  ASSERT_TRUE(out->write(record::Batch{}));
  ASSERT_TRUE(out->flush());
  pipe.in.reset();
  open();
  EXPECT_EQ(drain(), Rows{});
  EXPECT_FALSE(source->ended_orderly());
}

TEST_F(Endpoints, AppendToAFile) {
  record::Batch from;
  from.add_row();
  from.set("a", 0, record::Value::integer(1));
  for (int i = 0; i < 2; ++i) {
    const auto out = sink({.format = codec::Format::ndjson}, path);
    ASSERT_TRUE(out->write(from));
    ASSERT_TRUE(out->close());
  }
  open(path);
  EXPECT_EQ(drain(), (Rows{R"({"a":1})", R"({"a":1})"}));
}

TEST_F(Endpoints, SayWhatIsWrongWithAPath) {
  auto missing = open_source("/no/such/file", 0, {}, stop, base::null_reporter());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "/no/such/file: No such file or directory");
  EXPECT_EQ(missing.error().code, base::ErrorCode::not_found);
  auto directory = open_source("/", 0, {}, stop, base::null_reporter());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().what, "/: is a directory");
  EXPECT_FALSE(open_sink("/", 1, {}, stop, base::null_reporter()));
}

TEST_F(Endpoints, TellAClosedPipe) {
  const auto out = sink({.format = codec::Format::ndjson});
  pipe.out.reset();
  record::Batch from;
  from.add_row();
  ASSERT_TRUE(out->write(from));
  const auto status = out->flush();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what, sys::kBrokenPipe);
}

TEST_F(Endpoints, TellAFullDisk) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  const auto out = sink({.format = codec::Format::ndjson}, "/dev/full");
  record::Batch from;
  from.add_row();
  ASSERT_TRUE(out->write(from));
  const auto status = out->flush();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what, "/dev/full: write: No space left on device");
  EXPECT_EQ(status.error().code, base::ErrorCode::again);
}

struct LinesWithX : codec::LineSieve {
  void sift(std::string_view lines, std::string& kept) const override {
    for (std::size_t begin = 0, end = 0; begin < lines.size(); begin = end) {
      end = std::min(lines.find('\n', begin), lines.size() - 1) + 1;
      if (const auto line = lines.substr(begin, end - begin); keeps(line)) kept += line;
    }
  }
  static bool keeps(std::string_view line) { return line.find('x') != line.npos && !line.starts_with("not"); }
};

// Behind the head only what the sieve keeps, whatever the lengths of the lines and the last one's end.
TEST_F(Endpoints, LeaveOutLinesThatDoNotMatter) {
  const LinesWithX sieve;
  std::mt19937 random(7);
  std::uint64_t skipped = 0;
  for (int round = 0; round < 30; ++round) {
    std::string text;
    std::vector<std::string> lines;
    for (const std::size_t size_min = kUnsievedBytes + random() % 3'000'000; text.size() < size_min;) {
      const std::size_t size = random() % 50 == 0 ? random() % 700'000 : 1 + random() % 300;
      std::string line(size, 'a');
      if (random() % 10 == 0) line[random() % size] = 'x';
      if (random() % 10 == 0) line.insert(0, "not x");
      text += line + '\n';
      lines.push_back(line);
    }
    if (random() % 2) text.pop_back();
    std::ofstream(path, std::ios::binary) << text;
    open(path, {.format = codec::Format::raw, .sieve = &sieve});
    std::vector<std::string> got;
    std::size_t head = 0;
    while (*source->next(batch) == Pull::batch) {
      for (std::size_t row = 0; row < batch.rows(); ++row) got.emplace_back(batch.get(record::kRaw, row).text());
      if (source->past_head() && head == 0) head = got.size() + 1;
    }
    ASSERT_GT(head, 0u);
    // All of the head, and of the line that it ends in, which may be longer than what is sieved at once.
    std::size_t at = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool kept = LinesWithX::keeps(lines[i]);
      if (at < got.size() && got[at] == lines[i])
        ++at;
      else
        ASSERT_FALSE(kept || i < head) << "round " << round << " line " << i;
    }
    EXPECT_EQ(at, got.size());
    skipped += source->bytes_skipped();
  }
  EXPECT_GT(skipped, 0u);
}

// For who asks, whatever is left out: the lines that end within it are the head.
TEST_F(Endpoints, TellWhereTheHeadEnds) {
  const std::string line(99, 'a');
  std::ofstream out(path, std::ios::binary);
  for (int i = 0; i < 2'000; ++i) out << line << '\n';
  out.close();
  for (const bool tells : {true, false}) {
    open(path, {.format = codec::Format::raw, .tells_head = tells});
    std::size_t rows = 0, head = 0;
    while (*source->next(batch) == Pull::batch) {
      rows += batch.rows();
      if (source->past_head() && head == 0) head = rows;
    }
    EXPECT_EQ(head, tells ? kUnsievedBytes / (line.size() + 1) : 0);
    EXPECT_EQ(rows, 2'000u);
  }
}

// Another program empties the file while its lines are looked at where they lie (copytruncate).
struct CutsTheFile : LinesWithX {
  explicit CutsTheFile(std::string cut) : path(std::move(cut)) {}
  void sift(std::string_view lines, std::string& kept) const override {
    EXPECT_EQ(::truncate(path.c_str(), kLeft), 0);
    LinesWithX::sift(lines, kept);
  }
  static constexpr off_t kLeft = 1'000'000;
  const std::string path;
};

TEST_F(Endpoints, OfAFileThatIsCutGiveWhatIsLeft) {
  std::ofstream out(path, std::ios::binary);
  for (int i = 0; i < 400'000; ++i) out << (i % 1'000 == 0 ? "x 56789\n" : "123456789\n");
  out.close();
  const CutsTheFile sieve(path);
  open(path, {.format = codec::Format::raw, .sieve = &sieve});
  Rows kept;
  while (*source->next(batch) == Pull::batch)
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const std::string text(batch.get(record::kRaw, row).text());
      ASSERT_TRUE(text == "x 56789" || text == "123456789" || text.size() < 9) << text;
      if (text == "x 56789") kept.push_back(text);
    }
  // The lines have 10 bytes, but each thousandth has 8.
  EXPECT_EQ(kept.size(), CutsTheFile::kLeft / 9'998 + 1);
  EXPECT_EQ(source->bytes_in(), static_cast<std::uint64_t>(CutsTheFile::kLeft));
}

}  // namespace
}  // namespace logmill::stream
