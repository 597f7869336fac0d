#include "logship/frame_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace logmill::logship {

FrameQueue::FrameQueue(std::uint64_t bytes_max) : bytes_max_(bytes_max), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

bool FrameQueue::push(transport::LinkSender::Frame frame) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return abandoned_ || bytes_ < bytes_max_; });
  if (abandoned_) return false;
  bytes_ += frame.bytes.size();
  frames_.push_back(std::move(frame));
  wake();
  return true;
}

void FrameQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake();
}

double FrameQueue::fill() {
  const std::lock_guard lock(mutex_);
  return static_cast<double>(bytes_) / static_cast<double>(bytes_max_);
}

std::optional<transport::LinkSender::Frame> FrameQueue::pop() {
  const std::lock_guard lock(mutex_);
  if (frames_.empty()) {
    std::uint64_t count;
    // Closed stays readable no more: `finished` says it.
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
    return std::nullopt;
  }
  transport::LinkSender::Frame frame = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= frame.bytes.size();
  room_.notify_one();
  return frame;
}

bool FrameQueue::finished() {
  const std::lock_guard lock(mutex_);
  return closed_ && frames_.empty();
}

void FrameQueue::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  room_.notify_one();
}

void FrameQueue::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto wrote = ::write(wake_.get(), &one, sizeof one);
}

}  // namespace logmill::logship
