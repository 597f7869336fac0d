// What logcollect follows: files, or the journal.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/result.h"
#include "record/batch.h"

namespace logmill::logcollect {

// Where to begin with what is there already.
enum class Start { beginning, end };

// Thread-compatible.
class Feed {
 public:
  virtual ~Feed() = default;

  // Looks for files, and at all that are known. At start, now and then, and when `look_at_changes` asks.
  virtual void look_at_everything() = 0;
  // To be called now and then while it looks, if that takes long: so new lines need not wait for it. It may call `look_at_changes` and
  // `next`.
  void while_looking(std::function<void()> between) { between_ = std::move(between); }
  // What the kernel told since. True if it takes a look at everything.
  virtual base::Result<bool> look_at_changes() = 0;
  // Readable when there are changes; -1 if nothing will be noticed.
  virtual int fd() const = 0;

  // Not all changes will be noticed, and not because nobody asked for it: look often.
  virtual bool misses_changes() const = 0;

  // Fills `batch` with the next records of the file whose turn it is. False: all is read.
  virtual bool next(record::Batch& batch) = 0;
  // When `next` should be called although nothing changed; -1: never. On the steady clock.
  virtual std::int64_t due_at() const { return -1; }

  // What was taken in.
  virtual std::uint64_t bytes_in() const = 0;
  // Files that could not be read, or not to their end.
  virtual std::uint64_t failures() const = 0;

 protected:
  std::function<void()> between_ = [] {};
};

}  // namespace logmill::logcollect
