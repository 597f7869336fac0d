// A store as a reader sees it, while writers commit and seal, and maintenance rewrites and removes.
//
// Each refresh shows one state of the store: every record that was committed when it began, in
// exactly one segment. What a segment holds is given out once, also when it has been sealed, moved
// or rewritten since.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/reporter.h"
#include "base/result.h"
#include "store/open_segments.h"
#include "store/reader.h"
#include "store/tombstone.h"
#include "sys/file_system.h"

namespace logmill::store {

// Rows of a segment, numbered from its start.
struct RowSpan {
  std::uint64_t first = 0, last = 0;  // without last
};

// Thread-compatible.
class StoreView {
 public:
  // Segments that can hold no time of [since, until] are left out. References must outlive the
  // view.
  StoreView(sys::FileSystem& fs, std::string store, base::TimeNs since, base::TimeNs until, base::Reporter& reporter)
      : fs_(fs), store_(std::move(store)), since_(since), until_(until), reporter_(reporter) {}
  // The same, with segments that stay open between views; `shared` is of this store, and must outlive the view.
  StoreView(sys::FileSystem& fs, std::string store, base::TimeNs since, base::TimeNs until, base::Reporter& reporter, OpenSegments& shared)
      : fs_(fs), store_(std::move(store)), since_(since), until_(until), reporter_(reporter), shared_(&shared) {}

  // What an earlier view gave out is not given out again: of each segment that a writer made, by
  // its id, how many rows; and all of those with an id less than `all_before` that are not named.
  using Taken = std::map<std::string, std::uint64_t, std::less<>>;
  void go_on_from(Taken taken, std::string all_before = {}) {
    taken_before_ = std::move(taken);
    all_before_ = std::move(all_before);
  }
  // How many rows this view gave out of the segments that may still grow, or have just ended.
  Taken taken() const;

  // Opens what is new, takes in what was committed since. Damaged segments are reported and left
  // out.
  base::Status refresh();

  struct News {
    SegmentReader* segment;  // until the next refresh
    std::vector<RowSpan> rows;
  };
  // Rows that were not given out before, segments in order of their age.
  std::vector<News> take_news();

  // What must not be shown: of the state that the last refresh saw, or a later one.
  const std::vector<Tombstone>& tombstones() const { return tombstones_; }
  // Segments that could not be read, of all refreshes; a cold tier that is not there counts as one.
  std::uint64_t unreadable() const { return unreadable_; }

 private:
  struct Segment {
    std::shared_ptr<SegmentReader> reader;  // with shared_, and others who look
    bool grows = false;                     // it was live when it was opened: new is what is behind `rows_taken`, sealed or not
    std::uint64_t rows_taken = 0;
    std::vector<RowSpan> news;  // of one that was sealed
    bool given_out = false;
    bool listed = true;
  };

  base::Result<std::vector<std::string>> list();
  // False: the store changed meanwhile, and the listing is to be made again.
  base::Result<bool> open_listed();
  // False: the file has gone.
  base::Result<bool> open(const std::string& path, const std::string& key);
  base::Result<std::shared_ptr<SegmentReader>> open_reader(const std::string& path);
  base::Status catch_up(Segment& segment);
  std::uint64_t taken_before(std::string_view id) const;
  // Which rows of a segment are new, by what it was made of.
  std::vector<RowSpan> unknown_rows(const SegmentReader& reader) const;
  void forget_finished();
  void settle_known();

  sys::FileSystem& fs_;
  std::string store_;
  base::TimeNs since_, until_;
  base::Reporter& reporter_;
  OpenSegments* shared_ = nullptr;
  std::map<std::string, Segment> open_;  // by folder/id: older ones come first
  std::set<std::string> known_;          // ids whose rows were given out, or will be by a reader in `open_`
  Taken taken_before_;
  std::string all_before_;
  std::vector<Tombstone> tombstones_;
  std::uint64_t unreadable_ = 0;
  bool cold_missing_ = false;  // and reported
};

// Notes in `taken` that the rows of a segment up to `row` were given out.
void take_rows(StoreView::Taken& taken, const SegmentReader& segment, std::uint64_t row);

}  // namespace logmill::store
