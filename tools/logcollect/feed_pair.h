// Two feeds as one: files and the journal, in one command.
#pragma once

#include <algorithm>

#include "logcollect/feed.h"
#include "sys/poller.h"

namespace logmill::logcollect {

// Takes turns, so that neither waits until the other has nothing more. Thread-compatible.
class FeedPair final : public Feed {
 public:
  // Both must outlive it.
  static base::Result<FeedPair> make(Feed& first, Feed& second) {
    LOGMILL_ASSIGN_OR_RETURN(auto poller, sys::Poller::make());
    for (const Feed* feed : {&first, &second})
      if (feed->fd() >= 0) LOGMILL_RETURN_IF_ERROR(poller.add(feed->fd(), 0, sys::Poller::readable));
    return FeedPair(first, second, std::move(poller));
  }

  void look_at_everything() override {
    for (Feed* feed : {turn_, other_}) {
      feed->while_looking([this] { between_(); });
      feed->look_at_everything();
    }
  }
  base::Result<bool> look_at_changes() override {
    bool everything = false;
    for (Feed* feed : {turn_, other_}) {
      LOGMILL_ASSIGN_OR_RETURN(const bool asked, feed->look_at_changes());
      everything |= asked;
    }
    return everything;
  }
  int fd() const override { return turn_->fd() >= 0 || other_->fd() >= 0 ? poller_.fd() : -1; }
  bool misses_changes() const override { return turn_->misses_changes() || other_->misses_changes(); }
  bool next(record::Batch& batch) override {
    std::swap(turn_, other_);
    return turn_->next(batch) || other_->next(batch);
  }
  std::int64_t due_at() const override {
    const std::int64_t one = turn_->due_at(), two = other_->due_at();
    return one < 0 || two < 0 ? std::max(one, two) : std::min(one, two);
  }
  std::uint64_t bytes_in() const override { return turn_->bytes_in() + other_->bytes_in(); }
  std::uint64_t failures() const override { return turn_->failures() + other_->failures(); }

 private:
  FeedPair(Feed& first, Feed& second, sys::Poller poller) : turn_(&first), other_(&second), poller_(std::move(poller)) {}

  Feed* turn_;
  Feed* other_;
  sys::Poller poller_;
};

}  // namespace logmill::logcollect
