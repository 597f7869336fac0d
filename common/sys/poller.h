// Waiting on many descriptors at once (epoll).
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "sys/fd.h"

namespace logmill::sys {

class Poller {
 public:
  static base::Result<Poller> make();

  enum Interest : unsigned { none = 0, readable = 1, writable = 2 };
  // `key` comes back with the events. A descriptor is watched until it is closed or removed.
  base::Status add(int fd, std::uint64_t key, unsigned interest);
  base::Status change(int fd, std::uint64_t key, unsigned interest);
  void remove(int fd);

  struct Event {
    std::uint64_t key;
    unsigned ready;  // of Interest; both on an error or a hang-up, so that whoever looks finds it
  };
  // Waits at most `timeout_ms` (< 0: for ever). Valid until the next call.
  base::Result<const std::vector<Event>*> wait(int timeout_ms);
  // Readable when `wait` would not have to.
  int fd() const { return fd_.get(); }

 private:
  explicit Poller(Fd fd) : fd_(std::move(fd)) {}
  base::Status control(int operation, int fd, std::uint64_t key, unsigned interest);

  Fd fd_;
  std::vector<Event> events_;
};

}  // namespace logmill::sys
