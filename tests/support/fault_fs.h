// A file system in memory that fails on purpose: the Nth change, a full disk, a power cut that
// forgets what was not synced. Everything that happens is decided by the test and its seed, and by
// the scheduler if several threads use it: any may.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sys/file_system.h"

namespace logmill::test {

class FaultFs final : public sys::FileSystem {
 public:
  explicit FaultFs(std::uint64_t seed = 1) : random_(seed) {}

  // --- faults ---

  // The `n`th change from now (1: the next) fails with `code`; an append then writes half of its
  // bytes first.
  void fail_change(std::uint64_t n, base::ErrorCode code);
  void fail_nothing() { fail_at_.reset(); }
  // The power is cut at the `n`th change from now, and everything fails, in any thread, until
  // `power_on`.
  void cut_power_at(std::uint64_t n);
  void power_on();
  // Appends beyond so many bytes in all files together fail with `again`.
  void set_capacity(std::uint64_t bytes) {
    const Turn turn(mutex_);
    capacity_ = bytes;
  }
  // Opening this file fails with `again`, as where no descriptor is left.
  void refuse_to_open(std::string path) {
    const Turn turn(mutex_);
    refused_ = std::move(path);
  }
  // Whoever gives a file such a name waits until `let_pass`, as on a disk that has much else to do.
  void hold_renames(std::string suffix);
  void let_pass() { hold_renames({}); }
  // Every open file loses its lock and is of no more use; of what was not synced, each file keeps a
  // random part of its last bytes, or zeros in their place, and each folder keeps its changes or
  // not.
  void cut_power();
  // Changes so far: the number of places where something can fail.
  std::uint64_t changes() const;

  // --- looking and damaging ---

  std::vector<std::string> files() const;
  std::string& content(const std::string& path);

  // --- FileSystem ---

  base::Result<std::unique_ptr<sys::File>> open(const std::string& path, sys::OpenMode mode) override;
  base::Status rename(const std::string& from, const std::string& to) override;
  base::Status remove(const std::string& path) override;
  base::Status remove_directory(const std::string& path) override;
  base::Status make_directories(const std::string& path) override;
  base::Result<std::vector<std::string>> list(const std::string& directory) override;
  base::Result<sys::FileInfo> info(const std::string& path) override;
  base::Status sync_directory(const std::string& directory) override;
  base::Result<std::uint64_t> free_space(const std::string& path) override;
  base::Result<std::uint64_t> total_space(const std::string& path) override;
  // Durable at once.
  base::Status link_directory(const std::string& target, const std::string& path) override;

 private:
  friend class FaultFile;
  struct Node {  // shared by the folder entries and the open handles
    bool directory = false;
    std::uint64_t number = 0;
    std::string now, synced;
    const void* lock_holder = nullptr;
  };
  using Entries = std::map<std::string, std::shared_ptr<Node>>;

  // Every operation, also those of files, is one at a time.
  using Turn = std::lock_guard<std::recursive_mutex>;

  base::Status change(std::string_view what);  // counts, and fails if it is this one's turn
  base::Status powered(const std::string& path) const;
  std::uint64_t bytes() const;
  bool directory_exists(const std::string& path) const;
  void forget_unsynced(Node& node);

  // The path without links.
  std::string resolved(const std::string& path) const;

  mutable std::recursive_mutex mutex_;
  Entries now_, synced_;
  std::map<std::string, std::string> links_;
  std::optional<std::uint64_t> fail_at_;
  base::ErrorCode fail_code_ = base::ErrorCode::io;
  std::optional<std::uint64_t> cut_at_;
  bool powered_ = true;
  std::uint64_t capacity_ = UINT64_MAX;
  std::string refused_;
  std::mutex held_mutex_;
  std::condition_variable passes_;
  std::string held_suffix_;  // guarded by held_mutex_; empty: none
  std::uint64_t changes_ = 0;
  std::uint64_t nodes_ = 0;
  std::uint64_t life_ = 0;  // handles of an earlier life are dead
  std::mt19937_64 random_;
};

// What tests of crashes let happen at each change in turn.
struct Fault {
  const char* name;
  base::ErrorCode code;
  bool power_cut;
};
inline constexpr Fault kFaults[] = {{"an error, then a new start", base::ErrorCode::io, false},
                                    {"a full disk, then a new start", base::ErrorCode::again, false},
                                    {"a power cut", base::ErrorCode::io, true}};

}  // namespace logmill::test
