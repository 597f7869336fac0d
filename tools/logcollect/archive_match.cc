#include "logcollect/archive_match.h"

namespace logmill::logcollect {
std::vector<std::uint64_t> positions_of_head(const Frontiers& frontiers, const std::string& head) {
  std::vector<std::uint64_t> positions;
  for (const auto& [stream, frontier] : frontiers)
    if (frontier.position > 0 && has_head(frontier, head)) positions.push_back(frontier.position);
  return positions;
}

ArchiveMatch match_archive(const Frontiers& frontiers, const std::set<record::StreamId>& copied, const ArchiveTraits& traits) {
  using Kind = ArchiveMatch::Kind;
  ArchiveMatch match;
  for (const auto& [stream, frontier] : frontiers) {
    if (frontier.position == 0 || !has_head(frontier, traits.head)) continue;
    if (frontier.position == traits.size) return {Kind::collected, frontier};
    if (copied.contains(stream)) continue;
    // Files with the same first line are many; few of them were collected up to where a line ends here.
    if (frontier.position > traits.size || !traits.line_starts.contains(frontier.position)) continue;
    match = {match.kind == Kind::unknown ? Kind::partly : Kind::unclear, frontier};
  }
  return match;
}

}  // namespace logmill::logcollect
