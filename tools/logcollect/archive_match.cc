#include "logcollect/archive_match.h"

#include "logcollect/epoch.h"

namespace logmill::logcollect {
namespace {

bool has_head(const store::Frontier& frontier, const std::string& head) {
  return frontier.position > 0 && Epoch::from_number(frontier.epoch).head == Epoch::hash_of(head);
}

}  // namespace

std::vector<std::uint64_t> positions_of_head(const Frontiers& frontiers, const std::string& head) {
  std::vector<std::uint64_t> positions;
  for (const auto& [stream, frontier] : frontiers)
    if (has_head(frontier, head)) positions.push_back(frontier.position);
  return positions;
}

ArchiveMatch match_archive(const Frontiers& frontiers, const std::set<record::StreamId>& copied, const ArchiveTraits& traits) {
  using Kind = ArchiveMatch::Kind;
  ArchiveMatch match;
  for (const auto& [stream, frontier] : frontiers) {
    if (!has_head(frontier, traits.head)) continue;
    if (frontier.position == traits.size) return {Kind::collected, frontier};
    if (copied.contains(stream)) continue;
    // Files whose first lines have the same hash by chance are many; few of them were collected up to where a line ends here.
    if (frontier.position > traits.size || !traits.line_starts.contains(frontier.position)) continue;
    match = {match.kind == Kind::unknown ? Kind::partly : Kind::unclear, frontier};
  }
  return match;
}

}  // namespace logmill::logcollect
