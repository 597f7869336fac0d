// The memory that the stages of a query may hold rows in, and where what does not fit is put.
//
//   Workspace::Share share(workspace);          // of each that holds rows
//   share.set(bytes);
//   if (workspace.exceeded()) …                 // spill, or give up with workspace.exceeded_by("uniq")
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/unlinked_file.h"

namespace logmill::query {

// Several threads may use it at once.
class Workspace {
 public:
  // Without bound.
  Workspace() = default;
  // Temporary files go into `directory`.
  Workspace(std::uint64_t bytes_max, std::string directory) : bytes_max_(bytes_max), directory_(std::move(directory)) {}
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // For runs that nobody bounds: counts nothing.
  static Workspace& unbounded();

  bool bounded() const { return bytes_max_ > 0; }
  std::uint64_t bytes_max() const { return bytes_max_; }
  bool exceeded() const { return exceeded_with(0); }
  // Whether so many more would be too many.
  bool exceeded_with(std::uint64_t bytes) const { return bounded() && used_.load(std::memory_order_relaxed) + bytes > bytes_max_; }
  // Who holds less than this need not spill: it would help little, and make many small files.
  std::uint64_t worth_spilling() const { return bytes_max_ / 8; }
  // Empty and unlinked.
  base::Result<std::unique_ptr<sys::File>> temporary_file() const { return sys::make_unlinked_file(directory_); }
  // Of `what` ("uniq"), which cannot spill.
  base::Error exceeded_by(std::string_view what) const;

  // What one holder has. Thread-compatible.
  class Share {
   public:
    explicit Share(Workspace& workspace) : workspace_(&workspace) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { set(0); }

    void set(std::uint64_t bytes);
    std::uint64_t bytes() const { return bytes_; }
    bool exceeded() const { return workspace_->exceeded(); }
    // The same for who cannot spill.
    base::Status hold(std::uint64_t bytes, std::string_view what);

   private:
    Workspace* workspace_;
    std::uint64_t bytes_ = 0;
  };

 private:
  const std::uint64_t bytes_max_ = 0;  // 0: none
  const std::string directory_;
  std::atomic<std::uint64_t> used_ = 0;  // a sum for judging by, nothing is published with it: relaxed
};

}  // namespace logmill::query
