#include "logindex/survey.h"

#include <set>

#include "index/index_file.h"
#include "index/index_format.h"
#include "store/store_layout.h"

namespace logmill::logindex {
namespace {

State state_of(const base::Error& error) {
  if (error.code == base::ErrorCode::not_found) return State::missing;
  return error.code == base::ErrorCode::invalid ? State::stale : State::damaged;
}

// "x" for "x.idx" and for what a killed logindex left, "x.idx.tmp"; empty for other names.
std::string_view indexed_id(std::string_view name) {
  if (name.ends_with(store::kTemporarySuffix)) name.remove_suffix(store::kTemporarySuffix.size());
  if (!name.ends_with(index::kIndexSuffix)) return {};
  return name.substr(0, name.size() - index::kIndexSuffix.size());
}

}  // namespace

std::string_view state_name(State state) {
  switch (state) {
    case State::indexed: return "indexed";
    case State::missing: return "missing";
    case State::grown: return "grown";
    case State::renamed: return "renamed";
    case State::stale: return "stale";
    case State::damaged: return "damaged";
  }
  return {};
}

base::Result<SegmentIndex> inspect_segment(sys::FileSystem& fs, const std::string& path, Depth depth) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, fs.info(path));
  SegmentIndex found;
  found.path = path;
  found.data_bytes = info.size;
  const std::string folder = sys::parent(path);
  found.name = folder.substr(folder.rfind('/') + 1) + "/" + store::segment_id(path);
  const auto index = index::IndexFile::open_beside(fs, path);
  base::Status status;
  if (index) {
    found.index_bytes = (*index)->bytes();
    found.blocks = (*index)->reader().blocks();
    if (depth == Depth::all)
      if (auto sound = (*index)->reader().verify(); !sound) status = std::move(sound).error().with_context(index::index_path(path));
  } else if (index.error().code == base::ErrorCode::again) {
    return index.error();  // no descriptor left, say: whether there is a sound one is not known
  } else {
    status = index.error();
  }
  found.state = status ? State::indexed : state_of(status.error());
  if (found.state == State::stale || found.state == State::damaged) found.problem = status.error().what;
  return found;
}

base::Result<Survey> survey_store(sys::FileSystem& fs, const std::string& store, Depth depth) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo folder, fs.info(store));
  if (!folder.is_directory) return base::Error{base::ErrorCode::invalid, store + ": is a file; a store is a folder"};
  LOGMILL_ASSIGN_OR_RETURN(const auto files, store::list_partition_files(fs, store));
  Survey survey;
  std::set<std::string, std::less<>> segments;  // partition/id
  for (const auto& [partition, name] : files) {
    if (!name.ends_with(store::kSealedSuffix)) continue;
    segments.insert(partition + "/" + store::segment_id(name));
    auto found = inspect_segment(fs, sys::join(sys::join(store, partition), name), depth);
    if (found)
      survey.segments.push_back(*std::move(found));
    else if (found.error().code != base::ErrorCode::not_found)
      return std::move(found).error();
  }
  for (const auto& [partition, name] : files) {
    const std::string_view id = indexed_id(name);
    if (!id.empty() && !segments.contains(partition + "/" + std::string(id)))
      survey.orphans.push_back(sys::join(sys::join(store, partition), name));
  }
  return survey;
}

}  // namespace logmill::logindex
