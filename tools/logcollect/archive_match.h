// Which file a compressed one is a copy of, and how far that was collected: docs/formats/delivery.md, "Compressed copies".
#pragma once

#include <set>
#include <string>
#include <vector>

#include "logcollect/archive_text.h"
#include "logcollect/file_stream.h"
#include "record/range.h"
#include "store/reader.h"

namespace logmill::logcollect {

struct ArchiveMatch {
  enum class Kind {
    unknown,    // a copy of nothing that was collected
    collected,  // all of it is
    partly,     // from `frontier` on it is not
    unclear,    // it could be several
  };
  Kind kind = Kind::unknown;
  store::Frontier frontier = {};
};

// Positions that a file with this first line was collected up to.
std::vector<std::uint64_t> positions_of_head(const Frontiers& frontiers, const std::string& head);

// `frontiers` are of files that are not there any more, those in `copied` of files that other compressed ones are copies of.
ArchiveMatch match_archive(const Frontiers& frontiers, const std::set<record::StreamId>& copied, const ArchiveTraits& traits);

}  // namespace logmill::logcollect
