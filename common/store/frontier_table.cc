#include "store/frontier_table.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

constexpr std::uint64_t kFrontiersBytesMax = 1 << 30;

}  // namespace

void FrontierTable::advance(const Frontier& frontier) {
  const auto known = places_.find(frontier.stream);
  if (known == places_.end()) {
    places_.emplace(frontier.stream, streams_.insert(streams_.end(), frontier));
    forget_oldest(streams_max_);
    return;
  }
  Frontier& held = *known->second;
  if (std::tie(held.epoch, held.position) < std::tie(frontier.epoch, frontier.position)) held = frontier;
  streams_.splice(streams_.end(), streams_, known->second);
}

std::optional<Frontier> FrontierTable::find(const record::StreamId& stream) const {
  const auto known = places_.find(stream);
  if (known == places_.end()) return std::nullopt;
  return *known->second;
}

std::size_t FrontierTable::forget_oldest(std::size_t streams_max) {
  std::size_t forgotten = 0;
  for (; streams_.size() > streams_max; ++forgotten) {
    places_.erase(streams_.front().stream);
    streams_.pop_front();
  }
  return forgotten;
}

void append_frontiers(std::string& out, const std::vector<Frontier>& frontiers) {
  base::append_varint(out, frontiers.size());
  for (const Frontier& frontier : frontiers) {
    out.append(reinterpret_cast<const char*>(frontier.stream.data()), frontier.stream.size());
    base::append_varint(out, frontier.epoch);
    base::append_varint(out, frontier.position);
  }
}

base::Result<std::vector<Frontier>> parse_frontiers(std::string_view bytes) {
  base::ByteReader from(bytes);
  const std::uint64_t count = from.read_varint();
  std::vector<Frontier> frontiers;
  for (std::uint64_t i = 0; i < count && !from.failed(); ++i) {
    Frontier& frontier = frontiers.emplace_back();
    const std::string_view stream = from.read_bytes(frontier.stream.size());
    std::copy(stream.begin(), stream.end(), frontier.stream.begin());
    frontier.epoch = static_cast<std::uint32_t>(from.read_varint());
    frontier.position = from.read_varint();
  }
  if (from.failed() || from.remaining() != 0) return base::Error{base::ErrorCode::corrupt, "damaged frontiers"};
  return frontiers;
}

base::Result<std::vector<Frontier>> read_frontiers_file(sys::FileSystem& fs, const std::string& store) {
  const std::string path = sys::join(store, kFrontiersName);
  const auto bytes = fs.read_file(path, kFrontiersBytesMax);
  if (!bytes) {
    if (bytes.error().code == base::ErrorCode::not_found) return std::vector<Frontier>();
    return bytes.error();
  }
  base::ByteReader from(*bytes);
  const auto checksum = from.read<std::uint64_t>();
  const std::string_view content = from.read_bytes(from.remaining());
  if (checksum != base::xxh3_64(content)) return base::Error{base::ErrorCode::corrupt, path + ": checksum mismatch"};
  auto frontiers = parse_frontiers(content);
  if (!frontiers) return std::move(frontiers).error().with_context(path);
  return frontiers;
}

base::Status replace_frontiers_file(sys::FileSystem& fs, const std::string& store, const std::vector<Frontier>& frontiers) {
  std::string content, file;
  append_frontiers(content, frontiers);
  base::append_le(file, base::xxh3_64(content));
  return fs.replace_file(sys::join(store, kFrontiersName), file + content);
}

}  // namespace logmill::store
