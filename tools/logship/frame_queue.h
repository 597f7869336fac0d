// Between the thread that reads the input and the one that talks to the receiver: encoded frames,
// bounded by bytes.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "sys/fd.h"
#include "transport/link_sender.h"

namespace logmill::logship {

class FrameQueue {
 public:
  explicit FrameQueue(std::uint64_t bytes_max);

  // The reader's side. Waits for room; false once the other side does not want any more.
  bool push(transport::LinkSender::Frame frame);
  void close();
  // 0 to 1, or a little more.
  double fill();

  // The sender's side.
  std::optional<transport::LinkSender::Frame> pop();
  // Nothing is left, and nothing will come.
  bool finished();
  void abandon();
  // Readable when there is something to pop, or nothing will come any more.
  int wake_fd() const { return wake_.get(); }

 private:
  void wake();

  const std::uint64_t bytes_max_;
  sys::Fd wake_;
  std::mutex mutex_;  // guards all below
  std::condition_variable room_;
  std::deque<transport::LinkSender::Frame> frames_;
  std::uint64_t bytes_ = 0;
  bool closed_ = false, abandoned_ = false;
};

}  // namespace logmill::logship
