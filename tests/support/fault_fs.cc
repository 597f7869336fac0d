#include "support/fault_fs.h"

#include <algorithm>
#include <cassert>

namespace logmill::test {
namespace {

base::Error not_found(const std::string& path) { return {base::ErrorCode::not_found, path + ": No such file or directory"}; }

base::Error full(const std::string& path) { return {base::ErrorCode::again, path + ": No space left on device"}; }

bool is_root(const std::string& path) { return path == "." || path == "/"; }

}  // namespace

class FaultFile final : public sys::File {
 public:
  FaultFile(FaultFs& fs, std::shared_ptr<FaultFs::Node> node, std::string path, bool writable)
      : fs_(fs), node_(std::move(node)), path_(std::move(path)), writable_(writable), life_(fs.life_) {}
  ~FaultFile() override {
    const FaultFs::Turn turn(fs_.mutex_);
    if (node_->lock_holder == this) node_->lock_holder = nullptr;
  }

  base::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override {
    const FaultFs::Turn turn(fs_.mutex_);
    LOGMILL_RETURN_IF_ERROR(check_alive());
    if (offset >= node_->now.size()) return std::size_t{0};
    return node_->now.copy(to, size, offset);
  }
  base::Status append(std::string_view bytes) override {
    const FaultFs::Turn turn(fs_.mutex_);
    LOGMILL_RETURN_IF_ERROR(check_writable());
    if (auto changed = fs_.change("append " + path_); !changed) {
      node_->now += bytes.substr(0, bytes.size() / 2);
      return changed;
    }
    const std::uint64_t room = fs_.capacity_ - std::min(fs_.capacity_, fs_.bytes());
    node_->now += bytes.substr(0, room);
    return bytes.size() > room ? base::Status(full(path_)) : base::Status();
  }
  base::Status truncate(std::uint64_t size) override {
    const FaultFs::Turn turn(fs_.mutex_);
    LOGMILL_RETURN_IF_ERROR(check_writable());
    LOGMILL_RETURN_IF_ERROR(fs_.change("truncate " + path_));
    node_->now.resize(size, '\0');
    return {};
  }
  base::Status sync() override {
    const FaultFs::Turn turn(fs_.mutex_);
    LOGMILL_RETURN_IF_ERROR(check_writable());
    LOGMILL_RETURN_IF_ERROR(fs_.change("sync " + path_));
    node_->synced = node_->now;
    return {};
  }
  base::Result<sys::FileInfo> info() const override {
    const FaultFs::Turn turn(fs_.mutex_);
    LOGMILL_RETURN_IF_ERROR(check_alive());
    return sys::FileInfo{
        .size = node_->now.size(), .modified = 0, .device = 1, .inode = node_->number, .is_directory = false, .is_regular = true};
  }
  base::Result<std::string_view> map() override { return std::string_view{}; }
  base::Result<bool> try_lock() override {
    const FaultFs::Turn turn(fs_.mutex_);
    LOGMILL_RETURN_IF_ERROR(check_writable());
    if (node_->lock_holder == nullptr) node_->lock_holder = this;
    return node_->lock_holder == this;
  }

 private:
  base::Status check_alive() const {
    if (life_ != fs_.life_) return base::Error{base::ErrorCode::io, path_ + ": the power was cut"};
    return {};
  }
  base::Status check_writable() const {
    if (!writable_) return base::Error{base::ErrorCode::io, path_ + ": Bad file descriptor"};
    return check_alive();
  }

  FaultFs& fs_;
  std::shared_ptr<FaultFs::Node> node_;
  std::string path_;
  bool writable_;
  std::uint64_t life_;
};

void FaultFs::fail_change(std::uint64_t n, base::ErrorCode code) {
  const Turn turn(mutex_);
  fail_at_ = changes_ + n;
  fail_code_ = code;
}

void FaultFs::cut_power_at(std::uint64_t n) {
  const Turn turn(mutex_);
  cut_at_ = changes_ + n;
}

void FaultFs::power_on() {
  const Turn turn(mutex_);
  cut_at_.reset();
  powered_ = true;
}

std::uint64_t FaultFs::changes() const {
  const Turn turn(mutex_);
  return changes_;
}

base::Status FaultFs::powered(const std::string& path) const {
  if (!powered_) return base::Error{base::ErrorCode::io, path + ": the power was cut"};
  return {};
}

base::Status FaultFs::change(std::string_view what) {
  ++changes_;
  if (cut_at_ == changes_) {
    cut_power();
    powered_ = false;
  }
  LOGMILL_RETURN_IF_ERROR(powered(std::string(what)));
  if (fail_at_ != changes_) return {};
  return base::Error{fail_code_, std::string(what) + ": failed on purpose"};
}

std::uint64_t FaultFs::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [path, node] : now_) sum += node->now.size();
  return sum;
}

void FaultFs::cut_power() {
  const Turn turn(mutex_);
  ++life_;
  // A folder's changes reach the disk together or not at all.
  std::set<std::string> folders;
  for (const Entries* entries : {&now_, &synced_})
    for (const auto& [path, node] : *entries) folders.insert(sys::parent(path));
  for (const std::string& folder : folders) {
    if (random_() % 2 == 0) continue;
    std::erase_if(synced_, [&](const auto& entry) { return sys::parent(entry.first) == folder; });
    for (const auto& entry : now_)
      if (sys::parent(entry.first) == folder) synced_.insert(entry);
  }
  now_.clear();
  for (const auto& [path, node] : synced_) {
    const std::string folder = sys::parent(path);
    if (!is_root(folder) && !now_.contains(folder)) continue;  // sorted: a folder comes before what is in it
    now_.emplace(path, node);
  }
  for (const auto& [path, node] : now_) forget_unsynced(*node);
  synced_ = now_;
}

void FaultFs::forget_unsynced(Node& node) {
  node.lock_holder = nullptr;
  if (node.now.size() > node.synced.size() && node.now.starts_with(node.synced)) {
    constexpr std::size_t kSector = 512;
    std::string kept = node.now.substr(0, node.synced.size() + random_() % (node.now.size() - node.synced.size() + 1));
    for (std::size_t at = node.synced.size(); at < kept.size(); at += kSector)
      if (random_() % 4 == 0) std::fill_n(kept.begin() + static_cast<std::ptrdiff_t>(at), std::min(kSector, kept.size() - at), '\0');
    node.now = kept;
  } else {
    node.now = node.synced;
  }
  node.synced = node.now;
}

std::vector<std::string> FaultFs::files() const {
  const Turn turn(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, node] : now_)
    if (!node->directory) paths.push_back(path);
  return paths;
}

std::string& FaultFs::content(const std::string& path) {
  assert(now_.contains(path));
  return now_[path]->now;
}

bool FaultFs::directory_exists(const std::string& path) const {
  const auto known = now_.find(path);
  return is_root(path) || (known != now_.end() && known->second->directory);
}

base::Result<std::unique_ptr<sys::File>> FaultFs::open(const std::string& given, sys::OpenMode mode) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given));
  const std::string path = resolved(given);
  if (path == refused_) return base::Error{base::ErrorCode::again, path + ": no descriptor left"};
  auto known = now_.find(path);
  if (known == now_.end()) {
    if (mode == sys::OpenMode::read || !directory_exists(sys::parent(path))) return not_found(path);
    LOGMILL_RETURN_IF_ERROR(change("create " + path));
    known = now_.emplace(path, std::make_shared<Node>()).first;
    known->second->number = ++nodes_;
  } else if (mode == sys::OpenMode::create) {
    return base::Error{base::ErrorCode::io, path + ": File exists"};
  }
  return std::unique_ptr<sys::File>(std::make_unique<FaultFile>(*this, known->second, path, mode != sys::OpenMode::read));
}

void FaultFs::hold_renames(std::string suffix) {
  const std::lock_guard lock(held_mutex_);
  held_suffix_ = std::move(suffix);
  passes_.notify_all();
}

base::Status FaultFs::rename(const std::string& given_from, const std::string& given_to) {
  {
    std::unique_lock lock(held_mutex_);
    passes_.wait(lock, [&] { return held_suffix_.empty() || !given_to.ends_with(held_suffix_); });
  }
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given_from));
  const std::string from = resolved(given_from), to = resolved(given_to);
  const auto known = now_.find(from);
  if (known == now_.end()) return not_found(from);
  LOGMILL_RETURN_IF_ERROR(change("rename " + from));
  const auto node = known->second;
  now_.erase(known);
  now_[to] = node;
  return {};
}

base::Status FaultFs::remove(const std::string& given) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given));
  const std::string path = resolved(given);
  if (!now_.contains(path)) return not_found(path);
  LOGMILL_RETURN_IF_ERROR(change("remove " + path));
  now_.erase(path);
  return {};
}

base::Status FaultFs::remove_directory(const std::string& path) { return remove(path); }

base::Status FaultFs::make_directories(const std::string& given) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given));
  const std::string path = resolved(given);
  if (directory_exists(path)) return {};
  LOGMILL_RETURN_IF_ERROR(make_directories(sys::parent(path)));
  LOGMILL_RETURN_IF_ERROR(change("make " + path));
  auto node = std::make_shared<Node>();
  node->directory = true;
  now_.emplace(path, std::move(node));
  return {};
}

base::Result<std::vector<std::string>> FaultFs::list(const std::string& given) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given));
  const std::string directory = resolved(given);
  if (!directory_exists(directory)) return not_found(directory);
  std::vector<std::string> names;
  for (const auto& [path, node] : now_)
    if (sys::parent(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
  for (const auto& [path, target] : links_)
    if (sys::parent(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<sys::FileInfo> FaultFs::info(const std::string& given) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given));
  const std::string path = resolved(given);
  const auto known = now_.find(path);
  if (known == now_.end()) return not_found(path);
  return sys::FileInfo{.size = known->second->now.size(),
                       .modified = 0,
                       .device = 1,
                       .inode = known->second->number,
                       .is_directory = known->second->directory,
                       .is_regular = !known->second->directory};
}

base::Status FaultFs::sync_directory(const std::string& given) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(given));
  const std::string directory = resolved(given);
  if (!directory_exists(directory)) return not_found(directory);
  LOGMILL_RETURN_IF_ERROR(change("sync " + directory));
  std::erase_if(synced_, [&](const auto& entry) { return sys::parent(entry.first) == directory; });
  for (const auto& entry : now_)
    if (sys::parent(entry.first) == directory) synced_.insert(entry);
  return {};
}

base::Result<std::uint64_t> FaultFs::total_space(const std::string&) {
  const Turn turn(mutex_);
  return capacity_;
}

base::Status FaultFs::link_directory(const std::string& target, const std::string& path) {
  const Turn turn(mutex_);
  LOGMILL_RETURN_IF_ERROR(powered(path));
  if (links_.contains(path) || now_.contains(path)) return base::Error{base::ErrorCode::io, path + ": File exists"};
  LOGMILL_RETURN_IF_ERROR(change("link " + path));
  links_[path] = target;
  return {};
}

std::string FaultFs::resolved(const std::string& path) const {
  for (const auto& [link, target] : links_)
    if (path == link || path.starts_with(link + "/")) return target + path.substr(link.size());
  return path;
}

base::Result<std::uint64_t> FaultFs::free_space(const std::string&) {
  const Turn turn(mutex_);
  return capacity_ - std::min(capacity_, bytes());
}

}  // namespace logmill::test
