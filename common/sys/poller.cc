#include "sys/poller.h"

#include <cerrno>
#include <sys/epoll.h>

namespace logmill::sys {

base::Result<Poller> Poller::make() {
  Fd fd(::epoll_create1(EPOLL_CLOEXEC));
  if (!fd.valid()) return error_from_errno(errno, "epoll");
  return Poller(std::move(fd));
}

base::Status Poller::control(int operation, int fd, std::uint64_t key, unsigned interest) {
  epoll_event event{};
  if (interest & readable) event.events |= EPOLLIN;
  if (interest & writable) event.events |= EPOLLOUT;
  event.data.u64 = key;
  if (::epoll_ctl(fd_.get(), operation, fd, &event) != 0) return error_from_errno(errno, "epoll");
  return {};
}

base::Status Poller::add(int fd, std::uint64_t key, unsigned interest) { return control(EPOLL_CTL_ADD, fd, key, interest); }

base::Status Poller::change(int fd, std::uint64_t key, unsigned interest) { return control(EPOLL_CTL_MOD, fd, key, interest); }

void Poller::remove(int fd) { ::epoll_ctl(fd_.get(), EPOLL_CTL_DEL, fd, nullptr); }

base::Result<const std::vector<Poller::Event>*> Poller::wait(int timeout_ms) {
  constexpr int kEvents = 256;
  epoll_event ready[kEvents];
  events_.clear();
  const int count = ::epoll_wait(fd_.get(), ready, kEvents, timeout_ms);
  if (count < 0 && errno != EINTR) return error_from_errno(errno, "epoll");
  for (int i = 0; i < count; ++i) {
    unsigned what = none;
    if (ready[i].events & EPOLLIN) what |= readable;
    if (ready[i].events & EPOLLOUT) what |= writable;
    if (ready[i].events & (EPOLLERR | EPOLLHUP)) what |= readable | writable;
    events_.push_back({ready[i].data.u64, what});
  }
  return &events_;
}

}  // namespace logmill::sys
