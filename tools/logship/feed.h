// Where the sender's thread gets its frames from. The other thread, the reader's, fills it from the input.
#pragma once

#include <memory>
#include <optional>

#include "cli/counters.h"
#include "cli/io.h"
#include "logship/input_reader.h"
#include "logship/logship.h"
#include "record/overload.h"
#include "transport/link_sender.h"

namespace logmill::logship {

class Feed {
 public:
  virtual ~Feed() = default;

  // The reader's thread: all input, until its end or a stop.
  virtual void read_all() = 0;

  // The sender's thread, all below.
  virtual base::Result<std::optional<transport::LinkSender::Frame>> pop() = 0;
  // Nothing is left to pop, and nothing will come.
  virtual bool finished() = 0;
  // The oldest frame that was popped is acknowledged.
  virtual void acknowledged() = 0;
  // Readable when there may be something to pop, or nothing will come any more.
  virtual int wake_fd() const = 0;
  // What is not acknowledged is kept for the next run.
  virtual bool keeps() const { return false; }
  // More is taken from the input, whether or not anything can be sent: no reason to give up.
  virtual bool takes_more() const { return false; }
  // The input has failed and what is left is kept: whoever starts the programs again need not wait for the receiver.
  virtual bool may_leave() const { return false; }
  // Nothing will be popped any more: the reader is to end.
  virtual void abandon() = 0;
  // What came in, and what was dropped of it.
  virtual void count(cli::Counters& counters) const = 0;
  static void count_dropped(cli::Counters& counters, std::string_view cause, std::uint64_t records) {
    if (records > 0) counters.dropped[std::string(cause)] = records;
  }

  // After both threads have ended: how reading went.
  virtual base::Status close() = 0;
};

// In memory: what is popped is gone.
std::unique_ptr<Feed> make_memory_feed(const Logship::Options& options, InputReader& input, record::Overload& overload);
// Through a spool: frames can be popped once they are on disk.
base::Result<std::unique_ptr<Feed>> make_spool_feed(const Logship::Options& options, InputReader& input, record::Overload& overload,
                                                    cli::Io& io);

}  // namespace logmill::logship
