#include "logserve/service/live_feed.h"

#include <algorithm>
#include <chrono>

#include "logserve/service/json_rows.h"
#include "logserve/service/hidden_from.h"
#include "query/scan/store_scan.h"

namespace logmill::logserve {
namespace {

// How long a committed record may wait to be seen. Looking costs little.
constexpr std::chrono::milliseconds kFollowInterval(25);
// An event has no more: it is whole, or not there.
constexpr std::uint64_t kEventRows = 4'096;
// Of records that wait for one client. More would be some ten MB, and a client that reads the store by itself is as fast.
constexpr std::size_t kWaitingMax = 4 * kEventRows;
constexpr std::size_t kWaitingBytesMax = 32 << 20;

// Cut to pieces of a bounded size, each with the row behind it.
std::vector<store::RowSpan> pieces_of(const store::StoreView::News& news) {
  std::vector<store::RowSpan> pieces;
  for (const store::RowSpan& span : news.rows)
    for (std::uint64_t first = span.first; first < span.last; first += kEventRows)
      pieces.push_back({first, std::min(span.last, first + kEventRows)});
  return pieces;
}

base::Result<std::vector<std::string>> records_of(const query::Query& query, LogIds ids, const query::HiddenRows& hidden,
                                                  store::SegmentReader& segment, const store::RowSpan& piece, const sys::Stop& stop,
                                                  base::Reporter& reporter) {
  query::StoreScan scan(query, reporter, stop, nullptr);
  scan.leave_out_field_names();
  scan.hide(hidden);
  if (ids == LogIds::shown) scan.show_log_ids();
  scan.add(segment, {&piece, 1});
  JsonRows rows(kEventRows);
  query::Pipeline pipeline(query, rows);
  LOGMILL_RETURN_IF_ERROR(scan.run(pipeline));
  std::vector<std::string> records;
  for (JsonRow& row : rows.take()) records.push_back(std::move(row.json));
  return records;
}

}  // namespace

base::Status each_event(const query::Query& query, LogIds ids, const query::HiddenRows& hidden, const store::StoreView::News& news,
                        FeedCursors& cursors, std::size_t store, const sys::Stop& stop, base::Reporter& reporter, const UseEvent& use) {
  for (const store::RowSpan& piece : pieces_of(news)) {
    LOGMILL_ASSIGN_OR_RETURN(auto records, records_of(query, ids, hidden, *news.segment, piece, stop, reporter));
    store::take_rows(cursors[store].taken, *news.segment, piece.last);
    if (!records.empty()) LOGMILL_RETURN_IF_ERROR(use({std::move(records), format_cursors(cursors)}));
  }
  return {};
}

LiveFeed::~LiveFeed() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

base::Result<std::unique_ptr<LiveFeed::Subscription>> LiveFeed::subscribe(const std::string& text, const std::string& filter, LogIds ids) {
  const std::string key = filter + (ids == LogIds::shown ? "\ni" : "\n-") + text;
  std::unique_ptr<Subscription> subscription(new Subscription(*this, key));
  const std::lock_guard lock(mutex_);
  if (views_.empty()) LOGMILL_RETURN_IF_ERROR(begin());
  auto group = std::ranges::find(groups_, key, &Group::key);
  if (group == groups_.end()) {
    LOGMILL_ASSIGN_OR_RETURN(auto query, query::Query::parse(text, {.now = io_.clock.now(), .utc = true}));
    group = groups_.insert(groups_.end(), {key, std::move(query), filter, ids, {}});
  }
  group->members.push_back(subscription.get());
  subscription->start_ = cursors_;
  changed_.notify_one();
  return subscription;
}

std::size_t LiveFeed::subscribers() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const Group& group : groups_) count += group.members.size();
  return count;
}

void LiveFeed::leave(Subscription& subscription) {
  const std::lock_guard lock(mutex_);
  const auto group = std::ranges::find(groups_, subscription.key_, &Group::key);
  if (group == groups_.end()) return;
  std::erase(group->members, &subscription);
  if (group->members.empty()) groups_.erase(group);
}

void LiveFeed::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (groups_.empty()) {
      views_.clear();
      changed_.wait(lock);
      continue;
    }
    if (auto looked = views_.empty() ? begin() : look(); !looked) {
      io_.reporter.warn("live_feed", looked.error().what);
      begin_anew();
    }
    changed_.wait_for(lock, kFollowInterval, [this] { return ending_; });
  }
}

// What is there is history: it was seen.
base::Status LiveFeed::begin() {
  std::vector<std::unique_ptr<store::StoreView>> views;
  FeedCursors cursors;
  for (const std::string& store : stores_) {
    auto& view = views.emplace_back(std::make_unique<store::StoreView>(io_.files, store, INT64_MIN, INT64_MAX, io_.reporter));
    FeedCursor& cursor = cursors.emplace_back();
    LOGMILL_RETURN_IF_ERROR(view->refresh());
    for (const store::StoreView::News& news : view->take_news()) store::take_rows(cursor.taken, *news.segment, news.rows.back().last);
    cursor.settle(io_.clock.now(), view->taken());
  }
  views_ = std::move(views);
  cursors_ = std::move(cursors);
  return {};
}

base::Status LiveFeed::look() {
  for (std::size_t store = 0; store < views_.size(); ++store) {
    store::StoreView& view = *views_[store];
    LOGMILL_RETURN_IF_ERROR(view.refresh());
    for (const store::StoreView::News& news : view.take_news()) LOGMILL_RETURN_IF_ERROR(hand_out(news, store));
    cursors_[store].settle(io_.clock.now(), view.taken());
  }
  return {};
}

void LiveFeed::begin_anew() {
  views_.clear();
  for (const Group& group : groups_)
    for (Subscription* const member : group.members) member->fall_behind();
}

base::Status LiveFeed::hand_out(const store::StoreView::News& news, std::size_t store) {
  for (Group& group : groups_) {
    FeedCursors behind = cursors_;
    LOGMILL_ASSIGN_OR_RETURN(const auto hidden, hidden_from(group.filter, views_[store]->tombstones(), io_.clock.now()));
    const auto share = [&](FeedEvent event) -> base::Status {
      const auto shared = std::make_shared<const FeedEvent>(std::move(event));  // of all members' queues
      for (Subscription* const member : group.members) member->push(shared);
      return {};
    };
    LOGMILL_RETURN_IF_ERROR(each_event(group.query, group.ids, hidden, news, behind, store, io_.stop, io_.reporter, share));
  }
  store::take_rows(cursors_[store].taken, *news.segment, news.rows.back().last);
  return {};
}

LiveFeed::Subscription::~Subscription() { feed_.leave(*this); }

void LiveFeed::Subscription::push(const std::shared_ptr<const FeedEvent>& event) {
  const std::lock_guard lock(mutex_);
  if (too_slow_) return;
  // One event alone may be larger than that.
  if (records_ + event->records.size() > kWaitingMax || (!events_.empty() && bytes_ + event->bytes() > kWaitingBytesMax)) return give_up();
  records_ += event->records.size();
  bytes_ += event->bytes();
  events_.push_back(event);
  changed_.notify_one();
}

void LiveFeed::Subscription::fall_behind() {
  const std::lock_guard lock(mutex_);
  if (!too_slow_) give_up();
}

void LiveFeed::Subscription::give_up() {
  too_slow_ = true;
  ++feed_.given_up_;
  events_.clear();
  changed_.notify_one();
}

std::shared_ptr<const FeedEvent> LiveFeed::Subscription::next(int timeout_ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return !events_.empty() || too_slow_; });
  if (events_.empty()) return nullptr;
  auto event = std::move(events_.front());
  events_.pop_front();
  records_ -= event->records.size();
  bytes_ -= event->bytes();
  return event;
}

bool LiveFeed::Subscription::too_slow() {
  const std::lock_guard lock(mutex_);
  return too_slow_;
}

}  // namespace logmill::logserve
