#include "store/deletion_watch.h"

#include "base/clock.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

constexpr std::int64_t kBetweenLooksNs = 500 * base::kNsPerMs;

}  // namespace

DeletionWatch::DeletionWatch(sys::FileSystem& fs, const std::string& store) : fs_(fs), folder_(sys::join(store, kDeletesFolder)) { look(); }

bool DeletionWatch::asked(std::int64_t steady_ns) {
  if (steady_ns < next_look_ns_) return false;
  next_look_ns_ = steady_ns + kBetweenLooksNs;
  return look();
}

bool DeletionWatch::look() {
  const auto names = fs_.list(folder_);
  std::set<std::string> now;
  if (names) now.insert(names->begin(), names->end());
  bool news = false;
  for (const std::string& name : now) news = news || (!seen_.contains(name) && !name.ends_with(kTemporarySuffix));
  seen_ = std::move(now);
  return news;
}

}  // namespace logmill::store
