#include "query/scan/hidden_rows.h"

#include <gtest/gtest.h>

#include "query/scan/store_scan.h"
#include "query/testing/test_printer.h"
#include "support/store_fixture.h"

namespace logmill::query {
namespace {

class Hiding : public test::StoreFixture {
 public:
  Hiding() {
    auto writer = *open();
    EXPECT_TRUE(append(*writer, 0, 100));
    EXPECT_TRUE(writer->close());
    clock.advance(base::kNsPerSecond);
  }

  store::Tombstone ask(const std::string& filter) {
    store::Tombstone request;
    request.created = clock.now();
    request.filter = filter;
    return *store::write_tombstone(fs, dir, request);
  }

  std::string count(const std::string& text) {
    const Query query = *Query::parse(text, {.now = clock.now(), .utc = true});
    TestPrinter printer;
    Pipeline pipeline(query, printer);
    sys::Stop stop;
    store::StoreView view(fs, dir, INT64_MIN, INT64_MAX, base::null_reporter());
    EXPECT_TRUE(view.refresh());
    const HiddenRows hidden = *HiddenRows::make(view.tombstones());
    StoreScan scan(query, base::null_reporter(), stop, nullptr);
    scan.hide(hidden);
    for (const auto& news : view.take_news()) scan.add(*news.segment, news.rows);
    EXPECT_TRUE(scan.run(pipeline));
    EXPECT_TRUE(pipeline.finish());
    return printer.text;
  }
};

TEST(HiddenRows, AreLeftOutOfEveryAnswer) {
  Hiding at;
  EXPECT_EQ(at.count("* | count"), "count=100\n");
  at.ask("level=error");
  EXPECT_EQ(at.count("* | count"), "count=90\n");
  EXPECT_EQ(at.count("level=error | count"), "count=0\n");
  at.ask("service=auth OR level=error");
  EXPECT_EQ(at.count("* | count"), "count=60\n");
}

TEST(HiddenRows, OnlyWithinTheTimesOfTheRequest) {
  Hiding at;
  store::Tombstone request = at.ask("level=error");
  ASSERT_TRUE(store::remove_tombstone(at.fs, at.dir, request));
  request.since = at.clock.now() - base::kNsPerSecond + 30 * base::kNsPerMs;
  request.until = request.since + 20 * base::kNsPerMs;
  ASSERT_TRUE(store::write_tombstone(at.fs, at.dir, request));
  EXPECT_EQ(at.count("* | count"), "count=97\n");  // records 30, 40 and 50
}

TEST(HiddenRows, RecordsThatCameLaterAreSeen) {
  Hiding at;
  at.ask("level=error");
  at.clock.advance(base::kNsPerSecond);
  auto writer = *at.open();
  ASSERT_TRUE(at.append(*writer, 100, 200));
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(at.count("* | count"), "count=190\n");
}

TEST(HiddenRows, ADamagedRequestIsAnErrorNotAnAnswer) {
  Hiding at;
  at.ask("level=error");
  for (const std::string& path : at.fs.files())
    if (path.ends_with(".delete")) at.fs.content(path)[20] ^= 1;
  store::StoreView view(at.fs, at.dir, INT64_MIN, INT64_MAX, base::null_reporter());
  EXPECT_FALSE(view.refresh());
}

}  // namespace
}  // namespace logmill::query
