// How a delivery ended, in a file that outlives whoever began it.
//
// A delivery is made by a process of its own, which writes its end down. If logalert is killed meanwhile the delivery goes on, and the next
// logalert finds out about it: the file is locked as long as it is under way.
#pragma once

#include <string>

#include "alert/action.h"
#include "base/result.h"
#include "sys/fd.h"

namespace logmill::alert {

// Thread-compatible; used by a program of one thread, because it forks.
class Receipt {
 public:
  // Beside the state; made when it is needed.
  explicit Receipt(std::string path) : path_(std::move(path)) {}

  // Delivers, and waits for the end of it, which is written down before it is known here. What is still under way when the grace of a stop
  // is over is ended.
  base::Status deliver(const Action& action, const Outgoing& outgoing, const ActionIo& io);

  enum class Found {
    nothing,    // nobody has begun a delivery
    under_way,  // look again later
    ended,
    in_doubt,  // both processes died
  };
  // The latest delivery, of whichever logalert.
  struct Last {
    Found found = Found::nothing;
    std::string key{}, action{};
    base::Status status{};  // of one that has ended
  };
  base::Result<Last> look() const;

 private:
  base::Result<sys::Fd> open() const;

  const std::string path_;
};

}  // namespace logmill::alert
