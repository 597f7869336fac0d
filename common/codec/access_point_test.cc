// Places within compressed files: from each one the rest of the text comes as it was.
#include "codec/access_point.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>
#include <vector>

#include "codec/deflate.h"
#include "codec/inflate.h"

namespace logmill::codec {
namespace {

constexpr std::uint64_t kApart = 64 << 10;

std::string log_text(std::size_t size, std::mt19937& random) {
  std::string text;
  while (text.size() < size)
    text += R"({"time":"2026-11-21T10:15:)" + std::to_string(random() % 60) + R"(Z","level":"INFO","trace_id":")" +
            std::to_string(random()) + std::to_string(random()) + R"(","message":"request of user)" + std::to_string(random() % 99) +
            " done\"}\n";
  text.resize(size);
  return text;
}

std::string random_bytes(std::size_t size, std::mt19937& random) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// Stretches of all kinds, so that there are blocks of all kinds.
std::string mixed_text(std::size_t size, std::mt19937& random) {
  std::string text;
  while (text.size() < size) {
    const std::size_t stretch = random() % 300'000;
    switch (random() % 5) {
      case 0: text += random_bytes(stretch, random); break;
      case 1: text.append(stretch, static_cast<char>(random() % 256)); break;
      case 2: text += text.substr(text.size() - std::min(text.size(), stretch)); break;
      case 3:
        for (const std::string line = log_text(90, random); random() % 5'000 != 0;) text += line;
        break;
      default: text += log_text(stretch, random);
    }
  }
  text.resize(size);
  return text;
}

struct ZstdForm {
  int level = 3, window_log = 17;
  bool checksum = true;
  bool sized = false;                             // the header gives the size of the text
  std::size_t flush_each = std::size_t{1} << 30;  // how long a block may be at most
};

std::string zstd_frame(std::string_view text, const ZstdForm& form) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, form.level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, form.window_log);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, form.checksum);
  if (form.sized) ZSTD_CCtx_setPledgedSrcSize(context, text.size());
  std::string out(ZSTD_compressBound(text.size()) + text.size() / 50 + 1'000, '\0');
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  bool last = false;
  while (!last) {
    const std::string_view piece = text.substr(0, form.flush_each);
    text.remove_prefix(piece.size());
    last = text.empty();
    ZSTD_inBuffer from{piece.data(), piece.size(), 0};
    EXPECT_EQ(ZSTD_compressStream2(context, &to, &from, last ? ZSTD_e_end : ZSTD_e_flush), 0u);
  }
  ZSTD_freeCCtx(context);
  out.resize(to.pos);
  return out;
}

struct Inflated {
  std::string text;
  bool sound = true;
  std::vector<AccessPoint> points;
};

// In pieces of sizes that change.
Inflated inflate_from(const AccessPoint& start, std::string_view file, Container container, std::uint64_t apart,
                      std::mt19937* random = nullptr) {
  const auto inflater = make_pointed_inflater(container, start);
  if (apart > 0) inflater->find_points(apart);
  file.remove_prefix(std::min<std::size_t>(file.size(), start.feed_offset()));
  Inflated all;
  std::string out(100'000, '\0');
  while (true) {
    const std::size_t size = random != nullptr ? (*random)() % 100'000 : 100'000;
    std::string_view piece = file.substr(0, size);
    file.remove_prefix(piece.size());
    for (std::size_t got = 1; got > 0 || !piece.empty();) {
      const auto written = inflater->inflate(piece, std::span(out).first(random != nullptr ? 1 + (*random)() % out.size() : out.size()));
      if (!written) {
        all.sound = false;
        return all;
      }
      got = *written;
      all.text.append(out, 0, got);
      while (auto point = inflater->take_point()) all.points.push_back(*std::move(point));
    }
    if (file.empty()) break;
  }
  all.sound = inflater->complete();
  return all;
}

// Of the points the ones that are inside.
std::size_t expect_points_hold(std::string_view file, std::string_view text, Container container, std::mt19937& random) {
  const Inflated all = inflate_from({}, file, container, kApart, &random);
  EXPECT_TRUE(all.sound);
  EXPECT_TRUE(all.text == text);
  std::size_t inside = 0;
  std::uint64_t before = 0;
  for (const AccessPoint& point : all.points) {
    EXPECT_GE(point.raw_offset, before);
    before = point.raw_offset;
    inside += point.inside_member;
    const Inflated rest = inflate_from(point, file, container, 0, &random);
    EXPECT_TRUE(rest.sound) << point.raw_offset;
    EXPECT_TRUE(rest.text == text.substr(point.raw_offset)) << point.raw_offset << " inside " << point.inside_member;
  }
  return inside;
}

TEST(AccessPoints, OfLongZstdFrames) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string text = log_text(2'000'000, random);
  for (const int level : {-5, 1, 2, 3, 5, 7, 9, 13, 19}) {
    for (const int window_log : {10, 14, 17, 18}) {
      const ZstdForm form{.level = level, .window_log = window_log, .checksum = random() % 2 == 0, .sized = random() % 2 == 0};
      SCOPED_TRACE("level " + std::to_string(level) + " window " + std::to_string(window_log));
      const std::size_t inside = expect_points_hold(zstd_frame(text, form), text, Container::zstd, random);
      EXPECT_GE(inside, 1u);
    }
  }
}

TEST(AccessPoints, OfAnyZstdFiles) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t inside = 0;
  for (int round = 0; round < 40; ++round) {
    std::string file, text;
    for (std::size_t frames = 1 + random() % 4; frames > 0; --frames) {
      const ZstdForm form{.level = static_cast<int>(random() % 22) - 5,
                          .window_log = static_cast<int>(10 + random() % 9),
                          .checksum = random() % 2 == 0,
                          .sized = random() % 2 == 0,
                          .flush_each = random() % 2 == 0 ? 1'000 + random() % 50'000 : std::size_t{1} << 30};
      const std::string part = mixed_text(random() % 600'000, random);
      file += zstd_frame(part, form);
      text += part;
      if (random() % 3 == 0) file += std::string("\x53\x2a\x4d\x18\3\0\0\0abc", 11);  // to be skipped
    }
    SCOPED_TRACE("round " + std::to_string(round));
    inside += expect_points_hold(file, text, Container::zstd, random);
  }
  EXPECT_GT(inside, 20u);
}

TEST(AccessPoints, OfGzipMembers) {
  std::mt19937 random(1);
  const std::string text = log_text(1'000'000, random);
  std::string file;
  const auto deflater = make_deflater(Container::gzip);
  for (const std::size_t from : {0, 700'000}) {
    deflater->append(std::string_view(text).substr(from, from == 0 ? 700'000 : text.npos), file);
    deflater->finish(file);
  }
  EXPECT_GE(expect_points_hold(file, text, Container::gzip, random), 3u);
}

// As a sidecar goes on where it ended: from a point inside others are found.
TEST(AccessPoints, AreFoundBehindOneInside) {
  std::mt19937 random(2);
  const std::string text = log_text(3'000'000, random);
  const std::string file = zstd_frame(text, {});
  const auto points = inflate_from({}, file, Container::zstd, kApart).points;
  ASSERT_GT(points.size(), 3u);
  ASSERT_TRUE(points[1].inside_member);
  const Inflated again = inflate_from(points[1], file, Container::zstd, kApart);
  EXPECT_TRUE(again.sound);
  std::size_t inside = 0;
  for (const AccessPoint& point : again.points) {
    inside += point.inside_member;
    EXPECT_TRUE(inflate_from(point, file, Container::zstd, 0).text == text.substr(point.raw_offset));
  }
  EXPECT_GE(inside, 1u);
}

TEST(AccessPoints, AreSmall) {
  std::mt19937 random(3);
  const std::string text = log_text(3'000'000, random);
  for (const AccessPoint& point : inflate_from({}, zstd_frame(text, {}), Container::zstd, kApart).points) {
    std::string packed;
    const auto deflater = make_deflater(Container::zstd);
    deflater->append(point.window, packed);
    deflater->finish(packed);
    EXPECT_LT(packed.size(), 10'000u) << "of a window of 128 KiB";
  }
}

TEST(AccessPoints, AreNotInsideFramesOfLargeWindows) {
  const std::string text(30 << 20, 'a');
  for (const AccessPoint& point : inflate_from({}, zstd_frame(text, {.level = 1, .window_log = 24}), Container::zstd, kApart).points)
    EXPECT_FALSE(point.inside_member);
}

// What is held until a point is known to be one is bounded by the window, however many blocks without text the frame has.
TEST(AccessPoints, AreNotWaitedForThroughEmptyBlocks) {
  constexpr std::size_t kWindow = 4 << 10;
  const auto raw_block = [](std::size_t size, bool last = false) {
    const std::uint32_t head = static_cast<std::uint32_t>(size << 3) | (last ? 1 : 0);
    std::string block{static_cast<char>(head), static_cast<char>(head >> 8), static_cast<char>(head >> 16)};
    return block.append(size, 'a');
  };
  for (const std::size_t empty : {1'000, 1'000'000}) {
    std::string file("\x28\xb5\x2f\xfd\0\x10", 6);
    for (std::size_t text = 0; text < 4 * kWindow; text += kWindow) file += raw_block(kWindow);
    for (std::size_t i = 0; i < empty; ++i) file += raw_block(0);
    file += raw_block(kWindow) + raw_block(1, true);
    std::size_t inside = 0;
    const Inflated all = inflate_from({}, file, Container::zstd, kWindow);
    EXPECT_TRUE(all.sound);
    EXPECT_EQ(all.text.size(), 5 * kWindow + 1);
    for (const AccessPoint& point : all.points) inside += point.inside_member;
    EXPECT_EQ(inside, empty == 1'000 ? 1u : 0u);
  }
}

TEST(AccessPoints, ThatAreDamagedAreRefused) {
  std::mt19937 random(4);
  const std::string text = log_text(1'000'000, random);
  const std::string file = zstd_frame(text, {});
  std::vector<AccessPoint> points = inflate_from({}, file, Container::zstd, kApart).points;
  ASSERT_TRUE(points.back().inside_member);
  for (const std::size_t size : {0, 1, 2, 10, 20, 100}) {
    AccessPoint point = points.back();
    point.window.resize(size);
    EXPECT_FALSE(inflate_from(point, file, Container::zstd, 0).sound) << size;
    EXPECT_FALSE(inflate_from(point, file, Container::zstd, kApart).sound) << size;
  }
}

// Looking for points changes nothing of what is read. Where a frame's checksum holds, so do its points: without one libzstd may take an
// offset beyond the window for what its buffer happens to hold.
TEST(AccessPoints, DamageGivesNoOtherText) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string text = mixed_text(600'000, random);
  for (int round = 0; round < 60; ++round) {
    const bool checksum = random() % 2 == 0;
    std::string file = zstd_frame(text, {.level = 1 + static_cast<int>(random() % 5), .window_log = 12, .checksum = checksum});
    if (round % 2 == 0) file.resize(random() % file.size());
    for (std::size_t changes = round % 3; changes > 0; --changes) file[random() % file.size()] ^= static_cast<char>(1 << random() % 8);
    const Inflated plain = inflate_from({}, file, Container::zstd, 0), all = inflate_from({}, file, Container::zstd, 4'096, &random);
    EXPECT_EQ(plain.sound, all.sound);
    const std::size_t common = std::min(plain.text.size(), all.text.size());
    EXPECT_TRUE(plain.text.compare(0, common, all.text, 0, common) == 0);
    for (const AccessPoint& point : all.points) {
      const Inflated rest = inflate_from(point, file, Container::zstd, 0);
      EXPECT_TRUE(!all.sound || !checksum || rest.text == all.text.substr(point.raw_offset)) << point.raw_offset;
    }
  }
}

}  // namespace
}  // namespace logmill::codec
