// What comes into the store, for all who follow it: one thread looks, and hands on what matches.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "cli/io.h"
#include "logserve/service/feed_cursor.h"
#include "logserve/service/json_rows.h"
#include "query/query.h"
#include "query/scan/hidden_rows.h"
#include "store/store_view.h"

namespace logmill::logserve {

// Records that came together, with the cursor behind them: all of them were seen, or none.
struct FeedEvent {
  std::vector<std::string> records;  // JSON
  std::string cursor;

  std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const std::string& record : records) bytes += record.size();
    return bytes;
  }
};

// Calls `use(event)` for the rows of `news` of a store that match, a piece at a time, and moves its cursor behind each piece.
using UseEvent = std::function<base::Status(FeedEvent event)>;
base::Status each_event(const query::Query& query, LogIds ids, const query::HiddenRows& hidden, const store::StoreView::News& news,
                        FeedCursors& cursors, std::size_t store, const sys::Stop& stop, base::Reporter& reporter, const UseEvent& use);

// Safe from any thread.
class LiveFeed {
 public:
  // `io` must outlive it.
  LiveFeed(std::vector<std::string> stores, cli::Io& io) : stores_(std::move(stores)), io_(io), thread_([this] { run(); }) {}
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  // One who follows. What it does not take in time is dropped, and it is told: it can be read from the store.
  class Subscription {
   public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    // Where its events begin.
    const FeedCursors& start() const { return start_; }
    // The next one; nullptr if none came for so long, or it was too slow.
    std::shared_ptr<const FeedEvent> next(int timeout_ms);
    bool too_slow();

   private:
    friend LiveFeed;
    Subscription(LiveFeed& feed, std::string key) : feed_(feed), key_(std::move(key)) {}
    void push(const std::shared_ptr<const FeedEvent>& event);
    void fall_behind();
    void give_up();

    LiveFeed& feed_;
    const std::string key_;
    FeedCursors start_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<const FeedEvent>> events_;
    std::size_t records_ = 0, bytes_ = 0;  // in them
    bool too_slow_ = false;
  };
  // From now on, all that matches `query`, whose stages look at each row by itself, and that `filter` (or nothing) lets see.
  base::Result<std::unique_ptr<Subscription>> subscribe(const std::string& query, const std::string& filter, LogIds ids);
  std::size_t subscribers() const;
  // How often one was told that it is too slow.
  std::uint64_t given_up() const { return given_up_; }

 private:
  // All who follow the same.
  struct Group {
    std::string key;
    query::Query query;
    std::string filter;
    LogIds ids;
    std::vector<Subscription*> members;
  };
  void run();
  base::Status begin();
  base::Status look();
  base::Status hand_out(const store::StoreView::News& news, std::size_t store);
  // After a failure: what was looked at in vain, everybody who follows reads from the store.
  void begin_anew();
  void leave(Subscription& subscription);

  const std::vector<std::string> stores_;
  cli::Io& io_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Group> groups_;
  std::atomic<std::uint64_t> given_up_ = 0;
  std::vector<std::unique_ptr<store::StoreView>> views_;  // of each store, while somebody follows
  FeedCursors cursors_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace logmill::logserve
