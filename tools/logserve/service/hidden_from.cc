#include "logserve/service/hidden_from.h"

namespace logmill::logserve {
namespace {

// Behind the id of every segment.
constexpr std::string_view kBehindAll = "~";

}  // namespace

base::Result<query::HiddenRows> hidden_from(const std::string& filter, std::vector<store::Tombstone> tombstones, base::TimeNs now) {
  if (!filter.empty()) {
    store::Tombstone others;
    others.id = kBehindAll;
    others.created = now;
    others.filter = "NOT (" + filter + ")";
    tombstones.push_back(std::move(others));
  }
  return query::HiddenRows::make(tombstones);
}

}  // namespace logmill::logserve
