#include "logstore/postrotate.h"

#include <chrono>
#include <utility>

#include "sys/shell_command.h"

namespace logmill::logstore {
namespace {

// Half of what systemd waits for a service to end.
constexpr std::chrono::seconds kFinishMax{45};
constexpr int kLookMs = 100;
constexpr int kEndMs = 2'000;

}  // namespace

Postrotate::Postrotate(std::string command, base::Reporter& reporter)
    : command_(std::move(command)), reporter_(reporter), thread_([this] { work(); }) {}

Postrotate::~Postrotate() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Postrotate::run_for(const std::string& file) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kWaitingMax) return reporter_.warn("postrotate", file + ": --postrotate not run: too many wait for it");
    waiting_.push_back(file);
  }
  changed_.notify_all();
}

void Postrotate::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kFinishMax, [this] { return waiting_.empty() && !busy_; });
}

bool Postrotate::ending() {
  const std::lock_guard lock(mutex_);
  return ending_;
}

void Postrotate::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const std::string file = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    run(file);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void Postrotate::run(const std::string& file) {
  auto command = sys::ShellCommand::start(command_, file, {{"LOGMILL_FILE", file}});
  if (!command) return reporter_.warn("postrotate", file + ": --postrotate: " + command.error().what);
  while (true) {
    const auto status = command->wait(kLookMs);
    if (!status) return reporter_.warn("postrotate", file + ": --postrotate: " + status.error().what);
    if (*status && **status != 0) reporter_.warn("postrotate", file + ": --postrotate ended with status " + std::to_string(**status));
    if (*status) return;
    if (!ending()) continue;
    command->terminate();
    [[maybe_unused]] const auto ended = command->wait(kEndMs);
    return reporter_.warn("postrotate", file + ": --postrotate did not end; it was asked to");
  }
}

}  // namespace logmill::logstore
