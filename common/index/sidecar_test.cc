// Sidecars of files: built, read, grown, damaged.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/bytes.h"
#include "base/hash.h"
#include "codec/deflate.h"
#include "index/sidecar_builder.h"
#include "index/sidecar_format.h"
#include "index/sidecar_place.h"
#include "index/span_feed.h"
#include "index/span_keys.h"
#include "parse/line_parser.h"
#include "record/fields.h"
#include "support/fault_fs.h"
#include "support/temp_dir.h"
#include "text/tokens.h"

namespace logmill::index {
namespace sidecar_test {

std::string log_text(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) text += "request " + std::to_string(random()) + " of user" + std::to_string(random() % 99) + " done\n";
  return text;
}

// Several members, as rotated files that were joined have them.
std::string packed(std::string_view text, codec::Container container, std::size_t members) {
  std::string out;
  const auto deflater = codec::make_deflater(container);
  for (std::size_t i = 0; i < members; ++i) {
    const std::size_t size = i + 1 == members ? text.size() : text.size() / (members - i);
    deflater->append(text.substr(0, size), out);
    deflater->finish(out);
    text.remove_prefix(size);
  }
  return out;
}

struct SidecarOfFile : testing::Test {
  test::TempDir dir;
  sys::FileSystem& fs = sys::os_file_system();
  sys::Stop stop;
  const std::string path = dir.path("app.log");
  const std::string place = sidecar_path(path, "");
  base::TimeNs now = 1'795'276'800 * base::kNsPerSecond;  // 2026-11-21

  base::Status build(const SidecarReader* old = nullptr) { return build_sidecar(fs, path, place, old, now, stop); }
  std::unique_ptr<Sidecar> open() {
    auto sidecar = Sidecar::open(fs, place);
    EXPECT_TRUE(sidecar) << sidecar.error().what;
    return *std::move(sidecar);
  }
  Fit fit() {
    const auto file = *fs.open(path, sys::OpenMode::read);
    return fit_of(open()->reader().stamp(), *file, *file->info());
  }
  std::string read_spans(const BlockMask& wanted) {
    const auto file = *fs.open(path, sys::OpenMode::read);
    SpanFeed feed(*file, open(), wanted, 0);
    std::string text;
    char piece[10'000];
    while (const std::size_t size = *feed.read(piece)) text.append(piece, size);
    return text;
  }
};

TEST_F(SidecarOfFile, GivesAnySpansOfAnyFile) {
  for (const std::string_view end : {"", "no newline"}) {
    const std::string text = log_text(4'500'000, 1) + std::string(end);
    std::mt19937 random(2);
    for (const auto container : {codec::Container::none, codec::Container::gzip, codec::Container::zstd}) {
      for (const std::size_t members : {1, 3}) {
        dir.write("app.log", container == codec::Container::none ? text : packed(text, container, members));
        ASSERT_TRUE(build());
        const auto sidecar = open();
        const auto& reader = sidecar->reader();
        EXPECT_TRUE(reader.verify());
        EXPECT_EQ(reader.raw_bytes(), text.rfind('\n') + 1);
        ASSERT_EQ(reader.spans().size(), 5u);
        EXPECT_LT(sidecar->bytes(), text.size() / 40);
        if (container == codec::Container::gzip) {
          EXPECT_GE(reader.points().size(), members == 1 ? 1u : 2u);
        }
        for (int round = 0; round < 10; ++round) {
          BlockMask wanted(reader.spans().size());
          std::string expected;
          std::size_t at = 0;
          for (std::size_t i = 0; i < wanted.size(); ++i) {
            wanted[i] = random() % 3 == 0;
            if (wanted[i]) expected += text.substr(at, reader.spans()[i].bytes);
            at += reader.spans()[i].bytes;
          }
          ASSERT_TRUE(read_spans(wanted) == expected + std::string(end));
        }
      }
    }
  }
}

// However long it is, its last line is whole, and nothing else of its span is read.
TEST_F(SidecarOfFile, GivesTheHeadUpToTheEndOfALine) {
  const std::string text = log_text(2'500'000, 4);
  const std::size_t line = text.find('\n', 60'000) + 1, span = text.find('\n', kSpanBytes - 1) + 1;
  for (const auto container : {codec::Container::none, codec::Container::gzip, codec::Container::zstd}) {
    dir.write("app.log", container == codec::Container::none ? text : packed(text, container, 1));
    ASSERT_TRUE(build());
    ASSERT_EQ(open()->reader().spans().size(), 3u);
    ASSERT_EQ(open()->reader().spans()[0].bytes, span);
    const auto file = *fs.open(path, sys::OpenMode::read);
    for (const std::size_t head : {std::size_t{1}, line - 1, line, line + 1, span - 1, span, span + 1}) {
      const std::size_t end = text.find('\n', head - 1) + 1;
      for (const BlockMask& wanted : {BlockMask{0, 0, 0}, BlockMask{0, 1, 0}, BlockMask{0, 0, 1}}) {
        SpanFeed feed(*file, open(), wanted, head);
        std::string read, expected = text.substr(0, end);
        char piece[10'000];
        while (const std::size_t size = *feed.read(piece)) read.append(piece, size);
        std::size_t at = 0;
        for (std::size_t i = 0; i < wanted.size(); at += open()->reader().spans()[i++].bytes)
          if (wanted[i]) expected += text.substr(std::max(at, end), at + open()->reader().spans()[i].bytes - std::max(at, end));
        ASSERT_TRUE(read == expected) << head;
        EXPECT_EQ(feed.bytes_skipped(), text.size() - read.size()) << head;
        EXPECT_EQ(feed.bytes_wanted(), read.size());
      }
    }
  }
}

TEST_F(SidecarOfFile, EntersALongZstdFrame) {
  const std::string text = log_text(32'000'000, 10);
  dir.write("app.log", packed(text, codec::Container::zstd, 1));
  ASSERT_TRUE(build());
  const auto sidecar = open();
  const auto& reader = sidecar->reader();
  EXPECT_TRUE(reader.verify());
  EXPECT_LT(sidecar->bytes(), text.size() / 36);
  EXPECT_EQ(std::count_if(reader.points().begin(), reader.points().end(), [](const auto& point) { return point.at.inside_member; }), 3);
  std::size_t at = 0;
  for (std::size_t i = 0; i < reader.spans().size(); at += reader.spans()[i++].bytes) {
    BlockMask wanted(reader.spans().size());
    wanted[i] = 1;
    ASSERT_TRUE(read_spans(wanted) == text.substr(at, reader.spans()[i].bytes)) << i;
  }
  const auto file = *fs.open(path, sys::OpenMode::read);
  SpanFeed feed(*file, open(), BlockMask(reader.spans().size()), 0);
  char piece[1'000];
  EXPECT_EQ(*feed.read(piece), 0u);
  EXPECT_LT(feed.bytes_in(), 1'000u) << "to see that nothing follows";
}

TEST_F(SidecarOfFile, OfAZstdFileFromBeforeIsReadAndKnown) {
  const std::string text = log_text(2'500'000, 11);
  const auto with_version = [](std::string bytes, std::uint16_t version) {
    const std::size_t trailer = bytes.size() - kSidecarTrailerBytes;
    const auto directory = base::load_le<std::uint64_t>(bytes.data() + trailer);
    base::store_le(bytes.data() + trailer + 16, version);
    base::store_le(bytes.data() + trailer + 24, base::xxh3_64(std::string_view(bytes).substr(directory, trailer + 24 - directory)));
    return bytes;
  };
  dir.write("app.log", packed(text, codec::Container::zstd, 2));
  ASSERT_TRUE(build());
  EXPECT_FALSE(open()->reader().outdated());
  const std::string now_made = dir.read(".app.log.lmx"), made_before = with_version(now_made, 1);
  const auto before = SidecarReader::open(made_before);
  ASSERT_TRUE(before);
  EXPECT_TRUE(before->outdated());
  EXPECT_EQ(before->spans().size(), 3u);
  EXPECT_EQ(SidecarReader::open(with_version(now_made, 3)).error().code, base::ErrorCode::unsupported);
  dir.write("app.log", packed(text, codec::Container::gzip, 1));
  ASSERT_TRUE(build());
  EXPECT_FALSE(open()->reader().outdated());
  EXPECT_FALSE(SidecarReader::open(with_version(dir.read(".app.log.lmx"), 2)));
}

TEST_F(SidecarOfFile, HoldsEveryToken) {
  const std::string text = log_text(3'000'000, 3);
  dir.write("app.log", text);
  ASSERT_TRUE(build());
  const auto sidecar = open();
  std::size_t at = 0, wrong = 0, asked = 0;
  for (std::size_t i = 0; i < sidecar->reader().spans().size(); ++i) {
    const std::string_view span = std::string_view(text).substr(at, sidecar->reader().spans()[i].bytes);
    at += span.size();
    EXPECT_EQ(sidecar->reader().spans()[i].lines, static_cast<std::uint64_t>(std::count(span.begin(), span.end(), '\n')));
    text::for_each_token(span.substr(0, span.rfind('\n', 20'000)), [&](std::string_view token) {
      if (token.size() < kSpanTokenBytesMin) return;
      BlockMask spans(sidecar->reader().spans().size(), 1);
      ASSERT_TRUE(sidecar->reader().narrow(span_token_key(token), spans));
      ASSERT_TRUE(spans[i]) << token;
      asked += 1;
      wrong += static_cast<std::size_t>(std::count(spans.begin(), spans.end(), 1)) - 1;
    });
  }
  EXPECT_GT(asked, 1'000u);
  BlockMask spans(sidecar->reader().spans().size(), 1);
  ASSERT_TRUE(sidecar->reader().narrow(span_token_key("absent0815"), spans));
  EXPECT_LT(std::count(spans.begin(), spans.end(), 1), 2);
}

// Repeated, so often that the second span is not the last.
std::string many_times(std::string_view line, std::size_t bytes = 1'200'000) {
  std::string text;
  while (text.size() < bytes) text.append(line).append("\n");
  return text;
}

base::TimeNs time_of(std::string_view line, base::TimeNs now) {
  record::Batch batch;
  batch.text().append(line);
  batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.text().view()));
  parse::LineParser parser({.format = {}, .reference = now});
  parser.parse_batch(batch);
  return batch.times()[0];
}

TEST_F(SidecarOfFile, KnowsTheTimesOfEveryFormat) {
  std::size_t timed = 0, guessed = 0;
  for (const parse::ParserSpec* spec : parse::parsers()) {
    dir.write("app.log", many_times(spec->sample));
    ASSERT_TRUE(build());
    const auto spans = open()->reader().spans();
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(spans[0].times, std::nullopt) << "the head is always read";
    const base::TimeNs time = time_of(spec->sample, now);
    if (time == record::kNoTime) {
      EXPECT_EQ(spans[1].times, std::nullopt) << spec->name;
      continue;
    }
    const bool year_guessed = time != time_of(spec->sample, now - 1'000 * 86'400 * base::kNsPerSecond);
    EXPECT_EQ(spans[1].times, (SidecarSpan::Times{time, time, year_guessed})) << spec->name;
    ++timed;
    guessed += year_guessed;
  }
  EXPECT_GT(timed, 15u);
  EXPECT_GT(guessed, 3u);
}

TEST_F(SidecarOfFile, ARecordWithoutATimeMayBeOfAnyTime) {
  dir.write("app.log",
            many_times("2026-11-21T10:15:00Z web1 one") + "nothing that is a time\n" + many_times("2026-11-22T10:15:00Z web1 two"));
  ASSERT_TRUE(build());
  const auto spans = open()->reader().spans();
  ASSERT_EQ(spans.size(), 3u);
  EXPECT_EQ(spans[1].times, std::nullopt);
  EXPECT_NE(spans[2].times, std::nullopt);
}

TEST_F(SidecarOfFile, LeavesOutSpansOfOtherTimes) {
  constexpr base::TimeNs kDay = 86'400 * base::kNsPerSecond;
  const auto wanted = [&](base::TimeNs from, base::TimeNs to, base::TimeNs when) {
    const auto sidecar = open();
    BlockMask spans(sidecar->reader().spans().size(), 1);
    sidecar->reader().narrow_times(from, to, when, spans);
    return spans;
  };
  const base::TimeNs written = time_of("2026-11-20T10:15:00Z web1 one", now);
  dir.write("app.log", many_times("2026-11-20T10:15:00Z web1 one"));
  ASSERT_TRUE(build());
  EXPECT_EQ(wanted(written, written, now), (BlockMask{1, 1}));
  EXPECT_EQ(wanted(written + 1, written + kDay, now), (BlockMask{1, 0}));
  EXPECT_EQ(wanted(written - kDay, written - 1, now + 1'000 * kDay), (BlockMask{1, 0}));

  // Which year is meant depends on when it is asked: a year later it is another one.
  const std::string_view line = "<38>Nov 20 10:15:00 web1 sshd[815]: Accepted publickey for ada";
  dir.write("app.log", many_times(line));
  ASSERT_TRUE(build());
  EXPECT_EQ(time_of(line, now), written);
  EXPECT_EQ(wanted(written + 1, written + kDay, now), (BlockMask{1, 0}));
  EXPECT_EQ(wanted(written + 1, written + kDay, now + 300 * kDay), (BlockMask{1, 0}));
  EXPECT_EQ(wanted(written + 1, written + kDay, now + 370 * kDay), (BlockMask{1, 1}));
  EXPECT_EQ(wanted(written + 1, written + kDay, now - 10 * kDay), (BlockMask{1, 1}));
}

TEST(SpanKeysOfText, AreThoseOfItsTokens) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string text(random() % 40'000, ' ');
    for (char& c : text) c = "abcXYZ019 \n.\xc3@[`{/:"[random() % (round % 2 ? 9 : 20)];
    std::set<std::uint64_t> expected;
    text::for_each_token(text, [&](std::string_view token) {
      if (token.size() >= kSpanTokenBytesMin) expected.insert(span_token_key(token));
    });
    SpanKeys keys;
    keys.add(text);
    const auto got = keys.take();
    ASSERT_EQ(std::set<std::uint64_t>(got.begin(), got.end()), expected) << text;
  }
}

TEST(SpanKeysOfText, KnowEscapes) {
  SpanKeys keys;
  keys.add("{\"m\":\"one\\ntwo\\u0107three C:\\new\"}\n");
  const auto got = keys.take();
  for (const std::string_view token : {"one", "two", "ntwo", "three", "new"})
    EXPECT_NE(std::find(got.begin(), got.end(), span_token_key(token)), got.end()) << token;
  EXPECT_FALSE(keys.take_opaque());
  for (const std::string_view line : {"a\x1b[0mb\n", "{\"m\":\"\\u0041\"}\n", "\xef\xbb\xbf{}\n"}) {
    keys.add(line);
    EXPECT_TRUE(keys.take_opaque()) << line;
    EXPECT_FALSE(keys.take_opaque());
  }
}

TEST_F(SidecarOfFile, KnowsItsFile) {
  const std::string text = log_text(2'500'000, 4);
  dir.write("app.log", text);
  ASSERT_TRUE(build());
  EXPECT_EQ(fit(), Fit::same);
  dir.append("app.log", "more\n");
  EXPECT_EQ(fit(), Fit::grown);
  dir.write("app.log", text.substr(0, 2'000'000));
  EXPECT_EQ(fit(), Fit::other);
  dir.write("app.log", text.substr(0, 2'499'999) + "x" + "more\n");
  EXPECT_EQ(fit(), Fit::other);
  dir.write("app.log", "x" + text);
  EXPECT_EQ(fit(), Fit::other);
  // Another file of the same bytes and more is not the same one grown.
  dir.write("other", text + "more\n");
  dir.rename("other", "app.log");
  EXPECT_EQ(fit(), Fit::other);
}

TEST_F(SidecarOfFile, IsFoundUnderTheNameOfBefore) {
  dir.write("app.log", log_text(1'500'000, 5));
  ASSERT_TRUE(build());
  dir.rename("app.log", "app.log.1");
  const auto file = *fs.open(dir.path("app.log.1"), sys::OpenMode::read);
  const auto found = find_sidecar(fs, dir.path("app.log.1"), *file, "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, place);
  // The name's new file is not fooled by it.
  dir.write("app.log", "new\n");
  const auto fresh = *fs.open(path, sys::OpenMode::read);
  EXPECT_EQ(find_sidecar(fs, path, *fresh, "").error().code, base::ErrorCode::invalid);
}

TEST_F(SidecarOfFile, GrowsWithIt) {
  for (const auto container : {codec::Container::none, codec::Container::gzip, codec::Container::zstd}) {
    const std::size_t before_bytes = container == codec::Container::gzip ? 4'500'000 : 68'500'000;
    const std::string text = log_text(before_bytes + 2'000'000, 6);
    const auto form = [&](std::string_view part) {
      return container == codec::Container::none ? std::string(part) : packed(part, container, 1);
    };
    dir.write("app.log", form(text.substr(0, before_bytes)));
    ASSERT_TRUE(build());
    dir.append("app.log", form(text.substr(before_bytes)));
    ASSERT_EQ(fit(), Fit::grown);
    const auto old = open();
    ASSERT_TRUE(build(&old->reader()));
    EXPECT_EQ(fit(), Fit::same);
    const std::string grown = dir.read(".app.log.lmx");
    ASSERT_TRUE(build());
    const auto anew = open();
    const auto reader = SidecarReader::open(grown);
    ASSERT_TRUE(reader);
    EXPECT_TRUE(reader->verify());
    EXPECT_EQ(reader->spans(), anew->reader().spans());
    EXPECT_EQ(reader->points().size(), anew->reader().points().size());
    for (std::size_t i = 0; i < reader->points().size(); ++i)
      EXPECT_EQ(reader->points()[i].at.raw_offset, anew->reader().points()[i].at.raw_offset);
  }
}

TEST_F(SidecarOfFile, IsNotMadeOfWhatCannotBeRead) {
  const std::string whole = packed(log_text(2'000'000, 7), codec::Container::gzip, 1);
  dir.write("app.log", whole.substr(0, whole.size() / 2));
  EXPECT_EQ(build().error().code, base::ErrorCode::corrupt);
  dir.write("app.log", "BZh91AY&SY");
  EXPECT_EQ(build().error().code, base::ErrorCode::unsupported);
  stop.request();
  dir.write("app.log", "text\n");
  EXPECT_EQ(build().error().code, base::ErrorCode::again);
  EXPECT_FALSE(std::filesystem::exists(place));
  EXPECT_FALSE(std::filesystem::exists(place + ".tmp"));
}

// Whatever fails, and wherever: the sidecar of before is there, or the new one is, whole.
TEST(SidecarFiles, AreReplacedWholly) {
  for (std::uint64_t n = 1;; ++n) {
    test::FaultFs faulty;
    sys::Stop stop;
    (*faulty.open("app.log", sys::OpenMode::create))->append(log_text(30'000, 8)).has_value();
    ASSERT_TRUE(build_sidecar(faulty, "app.log", ".app.log.lmx", nullptr, 0, stop));
    const std::string before = faulty.content(".app.log.lmx");
    (*faulty.open("app.log", sys::OpenMode::append))->append("one more line\n").has_value();
    faulty.fail_change(n, base::ErrorCode::again);
    const bool done = build_sidecar(faulty, "app.log", ".app.log.lmx", nullptr, 0, stop).has_value();
    faulty.fail_nothing();
    const std::string after = faulty.content(".app.log.lmx");
    ASSERT_TRUE(SidecarReader::open(after)) << n;
    if (done) break;
    EXPECT_TRUE(after == before || SidecarReader::open(after)->stamp().bytes > SidecarReader::open(before)->stamp().bytes);
    ASSERT_LT(n, 20u);
  }
}

// A flipped bit is noticed, at the latest by verify; and nobody is told that a span lacks what it has.
TEST_F(SidecarOfFile, NoFlippedBitMisleads) {
  const std::string text = log_text(1'200'000, 9);
  dir.write("app.log", packed(text, codec::Container::gzip, 2));
  ASSERT_TRUE(build());
  std::string bytes = dir.read(".app.log.lmx");
  const std::uint64_t key = span_token_key("request");
  for (std::size_t at = 0; at < bytes.size(); at += bytes.size() - at < 400 || at < 64 ? 1 : 97) {
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    if (const auto reader = SidecarReader::open(bytes)) {
      // Four bytes of the trailer are reserved and ignored, but covered by the checksum.
      EXPECT_FALSE(reader->verify()) << at;
      BlockMask spans(reader->spans().size(), 1);
      static_cast<void>(reader->narrow(key, spans));
      EXPECT_EQ(std::count(spans.begin(), spans.end(), 1), static_cast<std::ptrdiff_t>(spans.size())) << at;
    }
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
  }
  for (std::size_t size = 0; size < bytes.size(); size += 97) EXPECT_FALSE(SidecarReader::open(std::string_view(bytes).substr(0, size)));
}

}  // namespace sidecar_test
}  // namespace logmill::index
