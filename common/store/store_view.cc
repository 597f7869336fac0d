#include "store/store_view.h"

#include <algorithm>

#include "store/segment_list.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// A listing is made again when a segment has gone since; each time what could be opened stays open,
// so that even a store that changes all the time is caught up with.
constexpr int kRefreshListingsMax = 1'000;
// More than any segment has, and far from overflowing.
constexpr std::uint64_t kAllRows = std::uint64_t{1} << 40;

// The day's folder and the id: cold and hot copies of a segment have the same.
std::string key_of(const std::string& path) {
  const std::string folder = sys::parent(path);
  return folder.substr(folder.rfind('/') + 1) + "/" + segment_id(path);
}

}  // namespace

base::Status StoreView::refresh() {
  forget_finished();
  for (int listing = 1;; ++listing) {
    // Requests to delete first: one that ends before the segments are listed has no records in them
    // any more.
    LOGMILL_ASSIGN_OR_RETURN(tombstones_, list_tombstones(fs_, store_));
    if (auto cold = check_cold_tier(fs_, store_); !cold && !cold_missing_) {
      reporter_.warn("cold_tier", cold.error().what + " Its records are left out");
      cold_missing_ = true;
      ++unreadable_;
    }
    LOGMILL_ASSIGN_OR_RETURN(const bool complete, open_listed());
    if (complete) break;
    if (listing == kRefreshListingsMax) return base::Error{base::ErrorCode::again, store_ + ": changes faster than it can be listed"};
  }
  settle_known();
  // After the listing: what was rewritten before it has its last rows by now in the file that is
  // open here.
  for (auto& [key, segment] : open_) {
    if (segment.reader->info().sealed) continue;
    if (auto caught_up = catch_up(segment); !caught_up && caught_up.error().code != base::ErrorCode::not_found) return caught_up;
  }
  return {};
}

base::Status StoreView::catch_up(Segment& segment) {
  if (shared_ == nullptr) {
    auto more = segment.reader->refresh();
    return more ? base::Status() : std::move(more).error();
  }
  LOGMILL_ASSIGN_OR_RETURN(segment.reader, shared_->newest(segment.reader));
  return {};
}

base::Result<std::vector<std::string>> StoreView::list() {
  if (shared_ == nullptr) return list_segments(fs_, store_, since_, until_);
  LOGMILL_ASSIGN_OR_RETURN(const auto files, list_segment_files(fs_, store_));
  return shared_->choose(files, since_, until_);
}

base::Result<bool> StoreView::open_listed() {
  LOGMILL_ASSIGN_OR_RETURN(const auto paths, list());
  for (auto& [key, segment] : open_) segment.listed = false;
  for (const std::string& path : paths) {
    const std::string key = key_of(path);
    if (const auto known = open_.find(key); known != open_.end()) {
      known->second.listed = true;
      continue;
    }
    if (known_.contains(segment_id(path))) continue;
    LOGMILL_ASSIGN_OR_RETURN(const bool there, open(path, key));
    if (!there) return false;
  }
  // Opened for an earlier listing and nothing of it given out: another segment stands for it, or it
  // was deleted.
  std::erase_if(open_, [](const auto& entry) { return !entry.second.listed && !entry.second.given_out; });
  return true;
}

base::Result<std::shared_ptr<SegmentReader>> StoreView::open_reader(const std::string& path) {
  if (shared_ != nullptr) return shared_->open(path);
  LOGMILL_ASSIGN_OR_RETURN(auto reader, open_segment(fs_, path, reporter_));
  return std::shared_ptr<SegmentReader>(std::move(reader));
}

base::Result<bool> StoreView::open(const std::string& path, const std::string& key) {
  auto reader = open_reader(path);
  if (reader) {
    open_[key].reader = *std::move(reader);
    return true;
  }
  if (reader.error().code == base::ErrorCode::not_found) return false;
  if (reader.error().code != base::ErrorCode::corrupt) return std::move(reader).error();
  reporter_.warn("damaged_segment", reader.error().what + ", left out");
  ++unreadable_;
  known_.insert(segment_id(path));  // not again
  return true;
}

void StoreView::settle_known() {
  for (auto& [key, segment] : open_) {
    const SegmentInfo& info = segment.reader->info();
    if (!known_.insert(info.id).second) continue;
    segment.grows = !info.sealed;
    if (segment.grows) segment.rows_taken = taken_before(info.id);
    if (!segment.grows && info.rows > 0) segment.news = unknown_rows(*segment.reader);
    for (const SegmentOrigin::Part& part : segment.reader->origin().parts) known_.insert(part.id);
  }
}

std::uint64_t StoreView::taken_before(std::string_view id) const {
  const auto found = taken_before_.find(id);
  if (found != taken_before_.end()) return found->second;
  return id < all_before_ ? kAllRows : 0;
}

StoreView::Taken StoreView::taken() const {
  Taken taken;
  for (const auto& [key, segment] : open_)
    if (segment.given_out) take_rows(taken, *segment.reader, segment.rows_taken);
  return taken;
}

std::vector<RowSpan> StoreView::unknown_rows(const SegmentReader& reader) const {
  const auto& parts = reader.origin().parts;
  if (parts.empty()) {
    const std::uint64_t first = taken_before(reader.info().id);
    return first < reader.info().rows ? std::vector<RowSpan>{{first, reader.info().rows}} : std::vector<RowSpan>{};
  }
  std::vector<RowSpan> rows;
  std::uint64_t part_first = 0;
  for (const SegmentOrigin::Part& part : parts) {
    const std::uint64_t last = part_first + part.rows;
    const std::uint64_t first = known_.contains(part.id) ? last : std::min(last, part_first + taken_before(part.id));
    if (!rows.empty() && rows.back().last == first)
      rows.back().last = last;
    else if (first < last)
      rows.push_back({first, last});
    part_first = last;
  }
  return rows;
}

std::vector<StoreView::News> StoreView::take_news() {
  std::vector<News> all;
  for (auto& [key, segment] : open_) {
    segment.given_out = true;
    const std::uint64_t rows = segment.reader->info().rows;
    if (segment.grows && rows > segment.rows_taken) segment.news = {{segment.rows_taken, rows}};
    segment.rows_taken = std::max(segment.rows_taken, rows);
    if (!segment.news.empty()) all.push_back({segment.reader.get(), std::move(segment.news)});
    segment.news.clear();
  }
  return all;
}

// Those whose rows were all given out: what is sealed, or was drained after it had gone from the
// list.
void StoreView::forget_finished() {
  std::erase_if(open_,
                [](const auto& entry) { return entry.second.given_out && (entry.second.reader->info().sealed || !entry.second.listed); });
}

void take_rows(StoreView::Taken& taken, const SegmentReader& segment, std::uint64_t row) {
  const auto& parts = segment.origin().parts;
  const auto note = [&taken](const std::string& id, std::uint64_t rows) {
    std::uint64_t& known = taken[id];
    known = std::max(known, rows);
  };
  if (parts.empty()) return note(segment.info().id, row);
  // By what it was made of: it may be rewritten again.
  std::uint64_t first = 0;
  for (const auto& part : parts) {
    if (row > first) note(part.id, std::min(part.rows, row - first));
    first += part.rows;
  }
}

}  // namespace logmill::store
