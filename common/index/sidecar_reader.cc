#include "index/sidecar_reader.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "base/hash.h"
#include "codec/inflate.h"
#include "codec/zstd_frame.h"
#include "index/sidecar_format.h"

namespace logmill::index {
namespace {

// Read only where there are no maps.
constexpr std::uint64_t kSidecarBytesMax = std::uint64_t{1} << 30;

base::Error corrupt_sidecar(std::string what) { return {base::ErrorCode::corrupt, "sidecar: " + std::move(what)}; }

// The directory, once the trailer holds; the blobs are what lies before it.
struct SidecarParts {
  std::string_view blobs, directory;
  std::uint16_t version;
};

base::Result<SidecarParts> split_sidecar(std::string_view bytes) {
  if (!bytes.starts_with(kSidecarMagic)) return corrupt_sidecar("not one");
  if (bytes.size() < kSidecarMagic.size() + kSidecarTrailerBytes || !bytes.ends_with(kSidecarEndMagic)) return corrupt_sidecar("cut");
  const std::uint64_t end = bytes.size() - kSidecarTrailerBytes;
  base::ByteReader trailer(bytes.substr(end));
  const auto offset = trailer.read<std::uint64_t>();
  const auto size = trailer.read<std::uint64_t>();
  const auto version = trailer.read<std::uint16_t>();
  const auto flags = trailer.read<std::uint16_t>();
  static_cast<void>(trailer.read<std::uint32_t>());
  const auto checksum = trailer.read<std::uint64_t>();
  if (offset < kSidecarMagic.size() || offset > end || size != end - offset) return corrupt_sidecar("directory is not where it should be");
  constexpr std::size_t kCheckedTrailerBytes = 24;
  if (base::xxh3_64(bytes.substr(offset, size + kCheckedTrailerBytes)) != checksum) return corrupt_sidecar("directory: checksum mismatch");
  if ((version != kSidecarVersion && version != kSidecarZstdVersion) || flags != 0)
    return base::Error{base::ErrorCode::unsupported, "sidecar: version " + std::to_string(version) + " is not known"};
  return SidecarParts{bytes.substr(0, offset), bytes.substr(offset, size), version};
}

FileStamp read_stamp(base::ByteReader& in) {
  FileStamp stamp;
  stamp.bytes = in.read<std::uint64_t>();
  stamp.modified = in.read<std::int64_t>();
  stamp.device = in.read<std::uint64_t>();
  stamp.inode = in.read<std::uint64_t>();
  stamp.head = in.read<std::uint64_t>();
  stamp.tail = in.read<std::uint64_t>();
  return stamp;
}

base::Result<SidecarSpan> read_span(base::ByteReader& in) {
  SidecarSpan span;
  span.bytes = in.read_varint();
  span.lines = in.read_varint();
  const auto flags = in.read<std::uint8_t>();
  span.opaque = (flags & kSpanOpaque) != 0;
  if (flags & kSpanTimed) {
    const std::int64_t min = base::unzigzag(in.read_varint());
    const std::uint64_t width = in.read_varint();
    span.times = {.min = min, .max = static_cast<std::int64_t>(static_cast<std::uint64_t>(min) + width)};
    span.times->year_guessed = (flags & kSpanYearGuessed) != 0;
    if (span.times->max < min) return corrupt_sidecar("impossible times");
  }
  if (in.failed() || (flags & ~(kSpanOpaque | kSpanTimed | kSpanYearGuessed)) != 0 ||
      (flags & (kSpanTimed | kSpanYearGuessed)) == kSpanYearGuessed)
    return corrupt_sidecar("impossible span");
  return span;
}

// What a blob says of itself, or an empty view if it does not lie among the blobs.
std::string_view blob_at(std::string_view blobs, std::uint64_t offset, std::uint64_t size) {
  if (offset < kSidecarMagic.size() || offset > blobs.size() || size > blobs.size() - offset) return {};
  return blobs.substr(offset, size);
}

base::Result<SidecarReader::Group> read_span_group(base::ByteReader& in, std::string_view blobs, std::size_t first_span) {
  SidecarReader::Group group;
  group.first_span = first_span;
  const std::uint64_t spans = in.read_varint(), lanes = in.read_varint(), offset = in.read_varint();
  if (spans == 0 || spans > kGroupSpansMax || lanes == 0 || lanes > kLanesMax) return corrupt_sidecar("impossible filter");
  group.shape = {.blocks = static_cast<std::uint32_t>(spans), .lanes = static_cast<std::uint32_t>(lanes)};
  group.checksums = in.read_bytes(group.shape.chunks() * sizeof(std::uint64_t));
  group.filters = blob_at(blobs, offset, group.shape.bytes());
  if (in.failed() || group.filters.empty()) return corrupt_sidecar("filters lie outside");
  return group;
}

base::Result<SidecarReader::Point> read_point(base::ByteReader& in, std::string_view blobs, std::uint64_t file_bytes,
                                              codec::Container container) {
  SidecarReader::Point point;
  point.at.raw_offset = in.read_varint();
  point.at.file_offset = in.read_varint();
  point.at.bits = in.read<std::uint8_t>();
  const auto inside = in.read<std::uint8_t>();
  point.at.inside_member = inside == 1;
  if (inside == 1) {
    const std::uint64_t offset = in.read_varint(), size = in.read_varint();
    point.window_hash = in.read<std::uint64_t>();
    point.window = blob_at(blobs, offset, size);
    if (point.window.empty()) return corrupt_sidecar("a window lies outside");
    point.window_bytes = container == codec::Container::zstd ? in.read_varint() : codec::kWindowBytes;
    if (point.window_bytes > codec::kZstdEntryBytesMax) return corrupt_sidecar("a window is too large");
  }
  if (in.failed() || inside > 1 || point.at.bits > 7 || point.at.file_offset > file_bytes ||
      (point.at.bits > 0 && point.at.file_offset == 0))
    return corrupt_sidecar("impossible access point");
  return point;
}

base::Status check_span_chunks(const SidecarReader::Group& group, std::size_t first, std::size_t last) {
  for (std::size_t chunk = first; chunk <= last; ++chunk)
    if (base::xxh3_64(group.filters.substr(chunk * kChunkBytes, kChunkBytes)) !=
        base::load_le<std::uint64_t>(group.checksums.data() + chunk * sizeof(std::uint64_t)))
      return corrupt_sidecar("filters of spans " + std::to_string(group.first_span) + " to " +
                             std::to_string(group.first_span + group.shape.blocks - 1) + ": checksum mismatch");
  return {};
}

}  // namespace

base::Result<SidecarReader> SidecarReader::open(std::string_view bytes) {
  LOGMILL_ASSIGN_OR_RETURN(const SidecarParts parts, split_sidecar(bytes));
  base::ByteReader in(parts.directory);
  SidecarReader reader;
  reader.stamp_ = read_stamp(in);
  const auto container = in.read<std::uint8_t>();
  if (container > static_cast<std::uint8_t>(codec::Container::zstd)) return corrupt_sidecar("impossible container");
  reader.container_ = static_cast<codec::Container>(container);
  const bool zstd = reader.container_ == codec::Container::zstd;
  reader.outdated_ = zstd && parts.version < kSidecarZstdVersion;
  if (!zstd && parts.version > kSidecarVersion) return corrupt_sidecar("impossible version");
  reader.raw_bytes_ = in.read_varint();
  std::uint64_t bytes_left = reader.raw_bytes_;
  for (std::uint64_t left = in.read_varint(); left > 0; --left) {
    LOGMILL_ASSIGN_OR_RETURN(const SidecarSpan span, read_span(in));
    if (span.bytes == 0 || span.bytes > bytes_left) return corrupt_sidecar("spans do not add up");
    bytes_left -= span.bytes;
    reader.spans_.push_back(span);
  }
  std::size_t grouped = 0;
  for (std::uint64_t left = in.read_varint(); left > 0; --left) {
    LOGMILL_ASSIGN_OR_RETURN(Group group, read_span_group(in, parts.blobs, grouped));
    grouped += group.shape.blocks;
    reader.groups_.push_back(group);
  }
  for (std::uint64_t left = in.read_varint(); left > 0; --left) {
    LOGMILL_ASSIGN_OR_RETURN(Point point, read_point(in, parts.blobs, reader.stamp_.bytes, reader.container_));
    if (!reader.points_.empty() && point.at.raw_offset < reader.points_.back().at.raw_offset)
      return corrupt_sidecar("access points are in no order");
    if (point.at.inside_member && reader.outdated_) return corrupt_sidecar("impossible access point");
    reader.points_.push_back(std::move(point));
  }
  if (in.failed() || in.remaining() != 0 || bytes_left != 0 || grouped != reader.spans_.size())
    return corrupt_sidecar("parts do not add up");
  return reader;
}

base::Status SidecarReader::narrow(std::uint64_t key, BlockMask& candidates) const {
  base::Status status;
  for (const Group& group : groups_) {
    const std::uint64_t offset = group.shape.lane_offset(key);
    const std::uint64_t end = offset + group.shape.lane_bytes();
    if (auto sound = check_span_chunks(group, offset / kChunkBytes, (end - 1) / kChunkBytes); !sound) {
      status = std::move(sound);
      continue;
    }
    base::narrow_by_lane(group.filters.substr(offset, group.shape.lane_bytes()), key,
                         std::span(candidates).subspan(group.first_span, group.shape.blocks));
  }
  return status;
}

// A guessed year stays the same until the time is at hand once more.
bool SidecarSpan::Times::may_be_within(base::TimeNs from, base::TimeNs to, base::TimeNs now) const {
  constexpr base::TimeNs kDayNs = 86'400 * base::kNsPerSecond;
  const bool still_so = !year_guessed || (max <= now && now - 363 * kDayNs < min);
  return !still_so || (max >= from && min <= to);
}

void SidecarReader::narrow_times(base::TimeNs from, base::TimeNs to, base::TimeNs now, BlockMask& candidates) const {
  for (std::size_t i = 0; i < spans_.size(); ++i)
    if (spans_[i].times && !spans_[i].times->may_be_within(from, to, now)) candidates[i] = 0;
}

base::Result<codec::AccessPoint> SidecarReader::unpack(const Point& point) {
  codec::AccessPoint whole = point.at;
  if (!whole.inside_member) return whole;
  if (base::xxh3_64(point.window) != point.window_hash) return corrupt_sidecar("access point: checksum mismatch");
  whole.window.resize(static_cast<std::size_t>(point.window_bytes));
  const codec::Container packed_by = codec::detect_container(point.window);
  if (packed_by == codec::Container::zstd) {
    if (!codec::decompress_zstd(point.window, whole.window.data(), whole.window.size())) return corrupt_sidecar("access point: damaged");
    return whole;
  }
  const auto inflater = codec::make_inflater(codec::Container::gzip);
  std::string_view packed = point.window;
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, inflater->inflate(packed, whole.window));
  whole.window.resize(size);
  return whole;
}

codec::AccessPoint SidecarReader::point_before(std::uint64_t raw_offset, std::uint64_t behind) const {
  auto next = std::upper_bound(points_.begin(), points_.end(), raw_offset,
                               [](std::uint64_t offset, const Point& point) { return offset < point.at.raw_offset; });
  while (next != points_.begin() && (--next)->at.raw_offset > behind)
    if (auto point = unpack(*next)) return *std::move(point);
  return {};
}

base::Status SidecarReader::verify() const {
  for (const Group& group : groups_) LOGMILL_RETURN_IF_ERROR(check_span_chunks(group, 0, group.shape.chunks() - 1));
  for (const Point& point : points_)
    if (auto whole = unpack(point); !whole) return whole.error();
  return {};
}

base::Result<std::unique_ptr<Sidecar>> Sidecar::open(sys::FileSystem& fs, const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs.open(path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(std::string_view bytes, file->map());
  auto content = std::make_unique<std::string>();
  if (bytes.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(*content, fs.read_file(path, kSidecarBytesMax));
    bytes = *content;
  }
  auto reader = SidecarReader::open(bytes);
  if (!reader) return std::move(reader).error().with_context(path);
  std::unique_ptr<Sidecar> sidecar(new Sidecar(*std::move(reader), path));
  sidecar->file_ = std::move(file);
  sidecar->content_ = std::move(content);
  sidecar->bytes_ = bytes.size();
  return sidecar;
}

}  // namespace logmill::index
