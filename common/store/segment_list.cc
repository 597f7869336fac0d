#include "store/segment_list.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "store/footer.h"
#include "store/frontier_table.h"
#include "store/packed_segment.h"
#include "store/reader.h"
#include "store/segment_format.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// Reading a folder is not atomic: a segment sealed meanwhile may show up under both names, or under
// none. Two equal listings in a row are taken; a store that changes faster than that is listed as
// it was last seen.
constexpr int kListingsMax = 5;

bool operator==(const PartitionFile& a, const PartitionFile& b) { return a.partition == b.partition && a.name == b.name; }

base::Result<std::vector<PartitionFile>> list_settled(sys::FileSystem& fs, const std::string& store) {
  LOGMILL_ASSIGN_OR_RETURN(auto files, list_partition_files(fs, store));
  for (int listing = 1; listing < kListingsMax; ++listing) {
    LOGMILL_ASSIGN_OR_RETURN(auto again, list_partition_files(fs, store));
    const bool settled =
        std::equal(files.begin(), files.end(), again.begin(), again.end(), [](const auto& a, const auto& b) { return a == b; });
    files = std::move(again);
    if (settled) break;
  }
  return files;
}

constexpr std::string_view kColdPrefix = "cold/";

// By day and id: cold segments stand among the others.
struct OlderDay {
  static std::string_view day_and_id(std::string_view stem) {
    return stem.starts_with(kColdPrefix) ? stem.substr(kColdPrefix.size()) : stem;
  }
  bool operator()(std::string_view a, std::string_view b) const { return std::pair(day_and_id(a), a) < std::pair(day_and_id(b), b); }
};

// The forms a segment may have on disk; of several the last one counts.
enum class Form { live, renewed, sealed };

std::string_view suffix_of(Form form) {
  if (form == Form::live) return kLiveSuffix;
  return form == Form::renewed ? kNewSuffix : kSealedSuffix;
}

std::optional<Form> form_of(std::string_view name) {
  for (const Form form : {Form::live, Form::renewed, Form::sealed})
    if (name.ends_with(suffix_of(form))) return form;
  return std::nullopt;
}

using SegmentsByStem = std::map<std::string, Form, OlderDay>;  // by folder/id

SegmentsByStem choose_files(const std::vector<PartitionFile>& files) {
  SegmentsByStem segments;
  for (const PartitionFile& file : files) {
    const auto form = form_of(file.name);
    if (!form) continue;
    const auto [known, added] = segments.emplace(sys::join(file.partition, segment_id(file.name)), *form);
    known->second = std::max(known->second, *form);
  }
  // Moved to the cold tier, and the hot file not removed yet: one of them counts.
  std::vector<std::string> twice;
  for (const auto& [stem, form] : segments)
    if (stem.starts_with(kColdPrefix) && segments.contains(stem.substr(kColdPrefix.size()))) twice.push_back(stem);
  for (const std::string& stem : twice) segments.erase(stem);
  return segments;
}

// Leaves out what new segments stand for; false if one has changed its name meanwhile. One that
// cannot be read stands for nothing: then records may come twice, which is better than not at all.
bool drop_replaced(sys::FileSystem& fs, const std::string& store, SegmentsByStem& segments) {
  std::vector<std::string> replaced;
  for (const auto& [stem, form] : segments) {
    if (form != Form::renewed) continue;
    const auto origin = read_origin(fs, sys::join(store, stem) + std::string(kNewSuffix));
    if (!origin) {
      if (origin.error().code == base::ErrorCode::not_found) return false;
      continue;
    }
    for (const std::string& id : origin->replaces) replaced.push_back(sys::join(sys::parent(stem), id));
  }
  for (const std::string& stem : replaced) segments.erase(stem);
  return true;
}

}  // namespace

base::Result<std::vector<SegmentFile>> list_segment_files(sys::FileSystem& fs, const std::string& store) {
  for (int attempt = 1;; ++attempt) {
    LOGMILL_ASSIGN_OR_RETURN(const auto files, list_settled(fs, store));
    SegmentsByStem segments = choose_files(files);
    const auto dropped = drop_replaced(fs, store, segments);
    if (!dropped && attempt < kListingsMax) continue;
    std::vector<SegmentFile> list;
    for (const auto& [stem, form] : segments) list.push_back({sys::join(store, stem) + std::string(suffix_of(form)), form != Form::live});
    return list;
  }
}

TimeSpan read_time_span(sys::FileSystem& fs, const std::string& path) {
  constexpr TimeSpan kAnyTime{INT64_MIN, INT64_MAX};
  const auto segment = open_segment_bytes(fs, path);
  if (!segment) return kAnyTime;
  const auto stat = segment->file->info();
  if (!stat) return kAnyTime;
  const auto trailer = read_trailer(*segment->file, stat->size);
  if (!trailer) return kAnyTime;
  return trailer->rows > 0 ? TimeSpan{trailer->time_min, trailer->time_max} : TimeSpan{};
}

base::Result<std::vector<std::string>> list_segments(sys::FileSystem& fs, const std::string& store, base::TimeNs since,
                                                     base::TimeNs until) {
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, list_segment_files(fs, store));
  const bool bounded = since != INT64_MIN || until != INT64_MAX;
  std::vector<std::string> paths;
  for (const SegmentFile& segment : segments)
    if (!segment.sealed || !bounded || read_time_span(fs, segment.path).meets(since, until)) paths.push_back(segment.path);
  return paths;
}

namespace {

// Takes in what the listed segments hold, but for those `seen` before; false if one has gone since
// it was listed.
base::Result<bool> advance_by_segments(sys::FileSystem& fs, const std::string& store, base::Reporter& reporter, std::set<std::string>& seen,
                                       FrontierTable& table) {
  LOGMILL_ASSIGN_OR_RETURN(const auto segments, list_segment_files(fs, store));
  bool all_there = true;
  for (const SegmentFile& segment : segments) {
    if (!seen.insert(segment.path).second) continue;
    const auto reader = open_segment(fs, segment.path, reporter);
    if (!reader) {
      all_there = all_there && reader.error().code != base::ErrorCode::not_found;
      if (reader.error().code == base::ErrorCode::not_found) continue;
      if (reader.error().code != base::ErrorCode::corrupt) return reader.error();
      reporter.warn("damaged_segment", reader.error().what);
      continue;
    }
    LOGMILL_ASSIGN_OR_RETURN(const auto frontiers, (*reader)->frontiers());
    table.advance_all(frontiers);
  }
  return all_there;
}

}  // namespace

base::Result<std::vector<Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& store, base::Reporter& reporter) {
  FrontierTable table;
  std::set<std::string> seen;
  // What has gone was sealed or rewritten, and is listed under its new name then; or it was
  // deleted, and its frontiers were in the file before: so that is read last.
  for (bool all_there = false; !all_there;) {
    LOGMILL_ASSIGN_OR_RETURN(all_there, advance_by_segments(fs, store, reporter, seen, table));
  }
  LOGMILL_ASSIGN_OR_RETURN(const auto kept, read_frontiers_file(fs, store));
  // Though it is older: what moved last is to be kept.
  FrontierTable all;
  all.advance_all(kept);
  all.advance_all(table.list());
  return all.list();
}

}  // namespace logmill::store
