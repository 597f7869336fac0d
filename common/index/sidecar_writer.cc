#include "index/sidecar_writer.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "codec/deflate.h"
#include "index/sidecar_format.h"

namespace logmill::index {
namespace {

// Written at once.
constexpr std::size_t kWriteBytes = 256 << 10;

FilterShape shape_of_spans(const std::vector<std::vector<std::uint64_t>>& keys, std::uint64_t text_bytes) {
  std::uint64_t most = 0;
  for (const auto& span : keys) most = std::max<std::uint64_t>(most, span.size());
  const std::uint64_t wanted = (most * kSpanBitsPerKey + 8 * kSubBlockBytes - 1) / (8 * kSubBlockBytes);
  const std::uint64_t allowed = text_bytes / kTextPerFilter / (kSubBlockBytes * keys.size());
  const auto lanes = std::clamp<std::uint64_t>(std::min(wanted, allowed), 1, kLanesMax);
  return {.blocks = static_cast<std::uint32_t>(keys.size()), .lanes = static_cast<std::uint32_t>(lanes)};
}

void append_group(std::string& out, const FilterShape& shape, std::uint64_t offset, std::string_view filters) {
  base::append_varint(out, shape.blocks);
  base::append_varint(out, shape.lanes);
  base::append_varint(out, offset);
  for (std::size_t at = 0; at < filters.size(); at += kChunkBytes) base::append_le(out, base::xxh3_64(filters.substr(at, kChunkBytes)));
}

void append_span(std::string& out, const SidecarSpan& span) {
  base::append_varint(out, span.bytes);
  base::append_varint(out, span.lines);
  const bool year_guessed = span.times && span.times->year_guessed;
  base::append_le(out, static_cast<std::uint8_t>((span.opaque ? kSpanOpaque : 0) | (span.times ? kSpanTimed : 0) |
                                                 (year_guessed ? kSpanYearGuessed : 0)));
  if (!span.times) return;
  base::append_varint(out, base::zigzag(span.times->min));
  base::append_varint(out, static_cast<std::uint64_t>(span.times->max) - static_cast<std::uint64_t>(span.times->min));
}

void append_stamp(std::string& out, const FileStamp& stamp) {
  base::append_le(out, stamp.bytes);
  base::append_le(out, stamp.modified);
  base::append_le(out, stamp.device);
  base::append_le(out, stamp.inode);
  base::append_le(out, stamp.head);
  base::append_le(out, stamp.tail);
}

}  // namespace

SidecarWriter::SidecarWriter(sys::FileSystem& fs, std::string path, codec::Container container, std::unique_ptr<sys::File> file)
    : fs_(fs), path_(std::move(path)), temporary_(path_ + ".tmp"), container_(container), file_(std::move(file)) {}

SidecarWriter::~SidecarWriter() {
  if (!finished_) static_cast<void>(fs_.remove(temporary_));
}

base::Result<std::unique_ptr<SidecarWriter>> SidecarWriter::create(sys::FileSystem& fs, std::string path, codec::Container container) {
  const std::string temporary = path + ".tmp";
  if (auto removed = fs.remove(temporary); !removed && removed.error().code != base::ErrorCode::not_found)
    return std::move(removed).error();
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs.open(temporary, sys::OpenMode::create));
  std::unique_ptr<SidecarWriter> writer(new SidecarWriter(fs, std::move(path), container, std::move(file)));
  LOGMILL_RETURN_IF_ERROR(writer->append(kSidecarMagic));
  return writer;
}

base::Status SidecarWriter::append(std::string_view bytes) {
  pending_ += bytes;
  offset_ += bytes.size();
  if (pending_.size() < kWriteBytes) return {};
  const base::Status status = file_->append(pending_);
  pending_.clear();
  return status;
}

base::Status SidecarWriter::copy(const SidecarReader& old) {
  for (const SidecarReader::Group& group : old.groups()) {
    const std::size_t end = group.first_span + group.shape.blocks;
    const bool last = end == old.spans().size();
    if (last && (group.shape.blocks < kGroupSpansMax || old.spans().back().bytes < kSpanBytes)) break;
    append_group(groups_, group.shape, offset_, group.filters);
    LOGMILL_RETURN_IF_ERROR(append(group.filters));
    ++group_count_;
    for (std::size_t i = group.first_span; i < end; ++i) {
      append_span(spans_, old.spans()[i]);
      raw_bytes_ += old.spans()[i].bytes;
      ++span_count_;
    }
  }
  for (const SidecarReader::Point& point : old.points()) {
    if (point.at.raw_offset > raw_bytes_) break;
    LOGMILL_ASSIGN_OR_RETURN(const codec::AccessPoint whole, SidecarReader::unpack(point));
    LOGMILL_RETURN_IF_ERROR(add_point(whole));
  }
  return {};
}

base::Status SidecarWriter::add_span(const SidecarSpan& span, std::vector<std::uint64_t> keys) {
  append_span(spans_, span);
  ++span_count_;
  raw_bytes_ += span.bytes;
  group_bytes_ += span.bytes;
  group_keys_ += keys.size();
  keys_.push_back(std::move(keys));
  return keys_.size() == kGroupSpansMax || group_keys_ >= kGroupKeysMax ? finish_group() : base::Status();
}

base::Status SidecarWriter::finish_group() {
  if (keys_.empty()) return {};
  const FilterShape shape = shape_of_spans(keys_, group_bytes_);
  const std::string filters = make_filters(shape, keys_);
  append_group(groups_, shape, offset_, filters);
  ++group_count_;
  keys_.clear();
  group_bytes_ = group_keys_ = 0;
  return append(filters);
}

base::Status SidecarWriter::add_point(const codec::AccessPoint& point) {
  base::append_varint(points_text_, point.raw_offset);
  base::append_varint(points_text_, point.file_offset);
  base::append_le(points_text_, point.bits);
  base::append_le(points_text_, static_cast<std::uint8_t>(point.inside_member));
  ++points_;
  last_point_ = point.raw_offset;
  if (!point.inside_member) return {};
  std::string window;
  const auto deflater = codec::make_deflater(container_);
  deflater->append(point.window, window);
  deflater->finish(window);
  base::append_varint(points_text_, offset_);
  base::append_varint(points_text_, window.size());
  base::append_le(points_text_, base::xxh3_64(window));
  if (container_ == codec::Container::zstd) base::append_varint(points_text_, point.window.size());
  return append(window);
}

base::Status SidecarWriter::finish(const FileStamp& stamp) {
  LOGMILL_RETURN_IF_ERROR(finish_group());
  std::string checked;
  append_stamp(checked, stamp);
  base::append_le(checked, static_cast<std::uint8_t>(container_));
  base::append_varint(checked, raw_bytes_);
  base::append_varint(checked, span_count_);
  checked += spans_;
  base::append_varint(checked, group_count_);
  checked += groups_;
  base::append_varint(checked, points_);
  checked += points_text_;
  const std::uint64_t directory_bytes = checked.size();
  base::append_le(checked, offset_);
  base::append_le(checked, directory_bytes);
  base::append_le(checked, container_ == codec::Container::zstd ? kSidecarZstdVersion : kSidecarVersion);
  base::append_le(checked, std::uint16_t{0});
  base::append_le(checked, std::uint32_t{0});
  const std::uint64_t checksum = base::xxh3_64(checked);
  base::append_le(checked, checksum);
  checked += kSidecarEndMagic;
  pending_ += checked;
  LOGMILL_RETURN_IF_ERROR(file_->append(pending_));
  LOGMILL_RETURN_IF_ERROR(file_->sync());
  LOGMILL_RETURN_IF_ERROR(fs_.rename(temporary_, path_));
  finished_ = true;
  return fs_.sync_directory(sys::parent(path_));
}

}  // namespace logmill::index
