#include "store/store_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "store/segment_list.h"
#include "store/segment_rewriter.h"
#include "support/store_fixture.h"

namespace logmill::store {
namespace {

using test::StoreFixture;

class Viewed : public StoreFixture {
 public:
  explicit Viewed(std::uint64_t seed = 1) : StoreFixture(seed) { view = new_view(); }

  std::unique_ptr<StoreView> new_view() { return std::make_unique<StoreView>(fs, dir, INT64_MIN, INT64_MAX, base::null_reporter()); }
  std::unique_ptr<StoreView> new_view(OpenSegments& shared, base::TimeNs since = INT64_MIN) {
    return std::make_unique<StoreView>(fs, dir, since, INT64_MAX, base::null_reporter(), shared);
  }

  // Messages of what is new, in the order in which they come.
  std::vector<std::string> look(StoreView& at) {
    EXPECT_TRUE(at.refresh());
    std::vector<std::string> all;
    for (const StoreView::News& news : at.take_news()) {
      const auto messages = messages_of(*news.segment);
      for (const RowSpan& rows : news.rows)
        all.insert(all.end(), messages.begin() + static_cast<std::ptrdiff_t>(rows.first),
                   messages.begin() + static_cast<std::ptrdiff_t>(rows.last));
    }
    return all;
  }
  std::vector<std::string> look() { return look(*view); }

  static std::vector<std::string> messages_of(SegmentReader& segment) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < segment.blocks().size(); ++i) {
      const auto block = *segment.read_block(i);
      const auto* column = *block->column("message");
      for (std::uint32_t row = 0; row < block->info().rows; ++row) all.emplace_back(column->at(row).text());
    }
    return all;
  }

  // A segment of its own, sealed or left live.
  std::unique_ptr<StoreWriter> add(std::uint64_t from, std::uint64_t to, bool seal) {
    auto writer = *open();
    EXPECT_TRUE(append(*writer, from, to));
    EXPECT_TRUE(writer->commit());
    if (seal) {
      EXPECT_TRUE(writer->close());
    }
    clock.advance(base::kNsPerSecond);
    return writer;
  }

  // Rewrites the sealed segments number `first` to `last` into one, without rows whose message ends
  // in `without`.
  Rewritten join(std::size_t first, std::size_t last, const std::string& without = "?") {
    std::vector<std::string> paths;
    const auto files = list_segment_files(fs, dir);
    for (const SegmentFile& file : *files)
      if (file.sealed) paths.push_back(file.path);
    EXPECT_LT(last, paths.size());
    RewriteOptions rewriting;
    rewriting.choose = [&](const SegmentReader&, BlockReader& block, std::vector<std::uint8_t>& kept) -> base::Result<Keep> {
      LOGMILL_ASSIGN_OR_RETURN(const ColumnData* column, block.column("message"));
      kept.assign(block.info().rows, 1);
      bool all = true;
      for (std::uint32_t row = 0; row < kept.size(); ++row)
        if (column->at(row).text().ends_with(without)) all = (kept[row] = 0);
      return all ? Keep::all : Keep::some;
    };
    return *rewrite_segments(fs,
                             {paths.begin() + static_cast<std::ptrdiff_t>(first), paths.begin() + static_cast<std::ptrdiff_t>(last) + 1},
                             rewriting, base::null_reporter());
  }

  std::size_t count(std::string_view suffix) const {
    const auto all = fs.files();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& path) { return path.ends_with(suffix); }));
  }

  std::unique_ptr<StoreView> view;
};

TEST(StoreView, GivesEachRowOnceThroughSealingAndRewriting) {
  Viewed at;
  EXPECT_TRUE(at.look().empty());
  at.add(0, 10, true);
  EXPECT_EQ(at.look(), StoreFixture::expected(0, 10));
  EXPECT_TRUE(at.look().empty());
  auto writer = at.add(10, 20, false);
  EXPECT_EQ(at.look(), StoreFixture::expected(10, 20));
  ASSERT_TRUE(at.append(*writer, 20, 30));
  ASSERT_TRUE(writer->close());
  at.join(0, 1);
  // Its last rows were never seen live, and its sealed form is gone already.
  EXPECT_EQ(at.look(), StoreFixture::expected(20, 30));
  EXPECT_TRUE(at.look().empty());
  EXPECT_EQ(at.look(*at.new_view()), StoreFixture::expected(0, 30));
}

TEST(StoreView, OfARewrittenSegmentOnlyUnseenPartsAreNew) {
  Viewed at;
  at.add(0, 10, true);
  EXPECT_EQ(at.look().size(), 10u);
  at.add(10, 20, true);
  at.add(20, 30, true);
  at.join(0, 1);
  at.add(30, 40, true);
  at.join(0, 2);
  EXPECT_EQ(at.look(), StoreFixture::expected(10, 40));
  EXPECT_EQ(at.look(*at.new_view()), StoreFixture::expected(0, 40));
}

// Of old segments only those that grow are named; what lies between is neither given again nor left out.
TEST(StoreView, GoesOnFromWhatAllWasSeenOf) {
  Viewed at;
  at.add(0, 3, true);
  const auto growing = at.add(3, 5, false);
  EXPECT_EQ(at.look().size(), 5U);
  StoreView::Taken taken = at.view->taken();
  ASSERT_EQ(taken.size(), 2U);
  const std::string all_before = taken.rbegin()->first + "~";
  taken.erase(taken.begin());
  EXPECT_EQ(taken.begin()->second, 2U);

  ASSERT_TRUE(at.append(*growing, 5, 7));
  ASSERT_TRUE(growing->commit());
  at.add(7, 9, true);
  for (const bool sealed_and_joined : {false, true}) {
    if (sealed_and_joined) {
      ASSERT_TRUE(growing->close());
      at.join(0, 2);
    }
    const auto later = at.new_view();
    later->go_on_from(taken, all_before);
    EXPECT_EQ(at.look(*later), StoreFixture::expected(5, 9)) << sealed_and_joined;
  }
}

TEST(StoreView, RemovedRowsDoNotMoveTheOthers) {
  Viewed at;
  at.add(0, 10, true);
  EXPECT_EQ(at.look().size(), 10u);
  at.add(10, 20, true);
  const Rewritten made = at.join(0, 1, "5 done");
  EXPECT_EQ(made.rows_after, 18u);
  auto expected = StoreFixture::expected(10, 20);
  expected.erase(expected.begin() + 5);
  EXPECT_EQ(at.look(), expected);
}

TEST(StoreView, WhatANewSegmentStandsForIsNotThere) {
  Viewed at;
  at.add(0, 10, true);
  at.add(10, 20, true);
  const auto before = at.fs.files();
  std::vector<std::pair<std::string, std::string>> contents;
  for (const std::string& path : before) contents.emplace_back(path, at.fs.content(path));
  const std::string made = at.join(0, 1).path;
  // As after a crash between commit point and clean-up.
  ASSERT_TRUE(at.fs.rename(made, made.substr(0, made.rfind('.')) + ".new"));
  for (const auto& [path, content] : contents) ASSERT_TRUE((*at.fs.open(path, sys::OpenMode::append))->append(content));
  EXPECT_EQ(at.fs.files().size(), 3u);
  EXPECT_EQ(at.look(), StoreFixture::expected(0, 20));
  ASSERT_TRUE(finish_rewrites(at.fs, at.dir));
  EXPECT_EQ(at.fs.files(), std::vector<std::string>{made});
  EXPECT_TRUE(at.look().empty());
}

TEST(StoreView, AnythingInAnyOrderGivesEachRowOnce) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (std::uint64_t round = 0; round < 30; ++round) {
    std::mt19937_64 random(seed + round);
    Viewed at(seed);
    std::vector<std::string> seen;
    std::unique_ptr<StoreWriter> writer = *at.open();
    std::uint64_t next = 0;
    for (int step = 0; step < 60; ++step) {
      at.clock.advance(base::kNsPerMs);
      switch (random() % 4) {
        case 0:
        case 1:
          ASSERT_TRUE(at.append(*writer, next, next + 3));
          ASSERT_TRUE(writer->commit());
          next += 3;
          break;
        case 2: ASSERT_TRUE(writer->seal()); break;
        default: {
          std::size_t sealed = at.count(".seg");
          if (random() % 2 == 0 && sealed > 1) {
            const std::size_t first = random() % (sealed - 1);
            at.join(first, std::min(sealed - 1, first + 1 + random() % 3));
          } else {
            const auto more = at.look();
            seen.insert(seen.end(), more.begin(), more.end());
          }
        }
      }
    }
    const auto more = at.look();
    seen.insert(seen.end(), more.begin(), more.end());
    auto expected = StoreFixture::expected(0, next);
    std::sort(expected.begin(), expected.end());
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen, expected) << "round " << round;
  }
}

// What a look shows stays as it is, whatever is committed, sealed and joined while it is read.
TEST(OpenSegments, EachLookShowsTheStoreAsItIsThen) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Viewed at(seed);
  OpenSegments shared(at.fs, base::null_reporter(), 3);
  struct Look {
    std::unique_ptr<StoreView> view;
    std::vector<StoreView::News> segments;
    std::uint64_t rows;
  };
  std::vector<Look> looks;
  std::unique_ptr<StoreWriter> writer = *at.open();
  std::uint64_t next = 0;
  for (int step = 0; step < 300; ++step) {
    at.clock.advance(base::kNsPerMs);
    const std::size_t sealed = at.count(".seg");
    switch (random() % 4) {
      case 0:
        ASSERT_TRUE(at.append(*writer, next, next + 3));
        ASSERT_TRUE(writer->commit());
        next += 3;
        break;
      case 1:
        if (random() % 4 == 0) {
          ASSERT_TRUE(writer->seal());
        }
        break;
      case 2:
        if (sealed > 4) at.join(random() % (sealed - 3), sealed - 1);
        break;
      default: {
        auto view = at.new_view(shared);
        ASSERT_TRUE(view->refresh());
        auto segments = view->take_news();
        looks.push_back({std::move(view), std::move(segments), next});
        EXPECT_LE(shared.size(), 3U);
      }
    }
  }
  ASSERT_FALSE(looks.empty());
  for (const Look& look : looks) {
    std::vector<std::string> seen;
    for (const StoreView::News& news : look.segments) {
      ASSERT_EQ(news.rows.size(), 1U);
      ASSERT_EQ(news.rows.front().last, news.segment->info().rows);
      const auto messages = Viewed::messages_of(*news.segment);
      seen.insert(seen.end(), messages.begin(), messages.end());
    }
    auto expected = StoreFixture::expected(0, look.rows);
    std::sort(expected.begin(), expected.end());
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(seen, expected);
  }
}

TEST(OpenSegments, ALiveOneThatDidNotGrowIsSharedAndASealedOneIsOpenedOnce) {
  Viewed at;
  OpenSegments shared(at.fs, base::null_reporter(), 10);
  at.add(0, 10, true);
  const auto writer = at.add(10, 20, false);
  const auto first = at.new_view(shared), second = at.new_view(shared);
  ASSERT_TRUE(first->refresh());
  ASSERT_TRUE(second->refresh());
  const auto a = first->take_news(), b = second->take_news();
  ASSERT_EQ(a.size(), 2U);
  EXPECT_EQ(a[0].segment, b[0].segment);
  EXPECT_EQ(a[1].segment, b[1].segment);
  EXPECT_EQ(shared.size(), 2U);
}

TEST(OpenSegments, LetsGoWhatIsGoneFromTheStoreAndWhatNobodyAsksFor) {
  Viewed at;
  OpenSegments shared(at.fs, base::null_reporter(), 10);
  at.add(0, 10, true);
  at.add(10, 20, true);
  EXPECT_EQ(at.look(*at.new_view(shared)).size(), 20U);
  EXPECT_EQ(shared.size(), 2U);
  at.join(0, 1, "5 done");
  EXPECT_EQ(at.look(*at.new_view(shared)).size(), 18U);
  EXPECT_EQ(shared.size(), 1U);
  shared.close_idle(base::system_clock().steady_ns(), 3'600 * base::kNsPerSecond);
  EXPECT_EQ(shared.size(), 1U);
  shared.close_idle(INT64_MAX, 0);
  EXPECT_EQ(shared.size(), 0U);
}

TEST(OpenSegments, OpensNothingThatHasOtherTimes) {
  Viewed at;
  OpenSegments shared(at.fs, base::null_reporter(), 10);
  at.add(0, 10, true);
  at.clock.advance(base::kNsPerDay);
  const base::TimeNs later = at.clock.now();
  at.add(10, 20, true);
  for (int look = 0; look < 2; ++look) EXPECT_EQ(at.look(*at.new_view(shared, later)).size(), 10U);
  EXPECT_EQ(shared.size(), 1U);
}

}  // namespace
}  // namespace logmill::store
