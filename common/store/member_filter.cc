#include "store/member_filter.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/split_block_bloom.h"
#include "record/fields.h"
#include "store/block_scanner.h"
#include "store/encoding.h"
#include "store/segment_format.h"
#include "store/value_table.h"
#include "text/tokens.h"

namespace logmill::store {
namespace {

constexpr KindSet kStrings = kind_bit(record::Kind::string);
// 0.55 % of the look-ups of what is not there say "perhaps" (16 bits: 0.13 %, for half a byte more of each id). A column of ids is read
// at the speed of memory, so that a block read in vain costs little.
constexpr std::uint64_t kBitsPerKey = 12;
// A filter takes at most this part of its column's bytes: short texts are read as fast as a filter.
// Where less than half of what it should have remains, it would answer "perhaps" too often to be
// worth anything.
constexpr std::uint64_t kDataPerFilter = 4;
// A column of fewer values is read as fast as its filter.
constexpr std::uint64_t kValuesMin = 1'024;
// Longer texts are prose.
constexpr std::size_t kIdBytesMax = 64;
constexpr std::uint64_t kLanesMax = 1 << 24;

base::Error damaged(const MemberFilter& filter) { return {base::ErrorCode::corrupt, "filter of " + filter.name + ": checksum mismatch"}; }

std::uint64_t filter_bytes(std::uint64_t lanes, std::size_t blocks) { return lanes * blocks * base::kSubBlockBytes; }

std::uint64_t chunks_of(std::uint64_t bytes) { return (bytes + kFilterChunkBytes - 1) / kFilterChunkBytes; }

std::uint64_t key_of(std::string_view text, std::string& scratch) { return base::xxh3_64(text::lower_ascii(text, scratch)); }

bool may_be_ids(const ColumnSummary& column) {
  if (column.kinds != kStrings || column.name == record::kMessage || column.name == record::kRaw) return false;
  return column.encoding == "hex_ids" || column.encoding == "templates" || column.encoding == "text";
}

// How many of the values differ; 0 if they are not ids.
std::uint64_t distinct_ids(const ColumnData& data, std::uint64_t present) {
  if (data.dictionary()) return data.values.size();
  TextTable texts;
  std::uint64_t bytes = 0;
  for (const record::Value& value : data.values) {
    if (!value.present()) continue;
    texts.insert(value.text());
    bytes += value.text().size();
  }
  return 2 * texts.size() > present && bytes <= kIdBytesMax * present ? texts.size() : 0;
}

}  // namespace

base::Result<std::vector<MemberFilter>> MemberFilterBuilder::choose_columns() {
  std::map<std::string, Candidate, std::less<>> candidates;
  for (std::size_t i = 0; i < blocks_; ++i) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, open_block_(i));
    for (const ColumnSummary& column : block->summaries()) {
      if (!may_be_ids(column)) continue;
      Candidate& candidate = candidates[std::string(column.name)];
      candidate.blocks.push_back(i);
      candidate.present_max = std::max(candidate.present_max, column.present);
      candidate.present += column.present;
      candidate.bytes += column.bytes;
    }
  }
  std::vector<MemberFilter> filters;
  for (const auto& [name, candidate] : candidates) {
    if (candidate.present < kValuesMin) continue;
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t lanes, lanes_for(name, candidate));
    if (lanes > 0) filters.push_back({.name = name, .lanes = lanes});
  }
  return filters;
}

// By the first, the middle and the last block: counting in all of them would cost as much as the
// filter. 0: not ids.
base::Result<std::uint64_t> MemberFilterBuilder::lanes_for(const std::string& name, const Candidate& candidate) {
  std::uint64_t keys = 0;
  const std::vector<std::size_t>& all = candidate.blocks;
  for (const std::size_t i : {all.front(), all[all.size() / 2], all.back()}) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, open_block_(i));
    const std::uint64_t present = block->summary(name)->present;
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, block->column(name));
    // As if the fullest block had the same share of distinct ones.
    keys = std::max(keys, distinct_ids(*data, present) * candidate.present_max / present);
    if (all.size() == 1) break;
  }
  if (keys == 0) return std::uint64_t{0};
  const std::uint64_t wanted = (keys * kBitsPerKey + 8 * base::kSubBlockBytes - 1) / (8 * base::kSubBlockBytes);
  const std::uint64_t allowed = candidate.bytes / kDataPerFilter / filter_bytes(1, blocks_);
  return 2 * allowed < wanted ? 0 : std::min({wanted, allowed, kLanesMax});
}

base::Result<std::string> MemberFilterBuilder::make_bits(MemberFilter& filter) {
  std::string bits(filter_bytes(filter.lanes, blocks_), '\0');
  std::string scratch;
  for (std::size_t i = 0; i < blocks_; ++i) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, open_block_(i));
    const auto summary = block->summary(filter.name);
    if (!summary) continue;
    const auto sub_block = [&](std::uint64_t lane) { return bits.data() + (lane * blocks_ + i) * base::kSubBlockBytes; };
    if (summary->kinds != kStrings) {
      for (std::uint64_t lane = 0; lane < filter.lanes; ++lane) std::fill_n(sub_block(lane), base::kSubBlockBytes, static_cast<char>(0xff));
      continue;
    }
    LOGMILL_ASSIGN_OR_RETURN(const ColumnData* data, block->column(filter.name));
    for (const record::Value& value : data->values) {
      if (!value.present()) continue;
      const std::uint64_t key = key_of(value.text(), scratch);
      base::add_to_sub_block(sub_block(base::bloom_lane(key, filter.lanes)), key);
    }
  }
  filter.checksums.clear();
  for (std::size_t at = 0; at < bits.size(); at += kFilterChunkBytes)
    filter.checksums.push_back(base::xxh3_64(std::string_view(bits).substr(at, kFilterChunkBytes)));
  return bits;
}

void append_member_filters(std::string& out, const std::vector<MemberFilter>& filters) {
  base::append_varint(out, filters.size());
  for (const MemberFilter& filter : filters) {
    base::append_string(out, filter.name);
    base::append_varint(out, filter.offset);
    base::append_varint(out, filter.lanes);
    for (const std::uint64_t checksum : filter.checksums) base::append_le(out, checksum);
  }
}

base::Result<std::vector<MemberFilter>> parse_member_filters(std::string_view bytes, std::uint64_t blocks, std::uint64_t end) {
  const base::Error error{base::ErrorCode::corrupt, "footer: damaged filters"};
  base::ByteReader from(bytes);
  std::vector<MemberFilter> filters;
  const std::uint64_t count = from.read_varint();
  for (std::uint64_t i = 0; i < count; ++i) {
    MemberFilter filter;
    filter.name = from.read_string();
    filter.offset = from.read_varint();
    filter.lanes = from.read_varint();
    if (from.failed() || filter.lanes == 0 || filter.lanes > kLanesMax || filter.offset > end) return error;
    const std::uint64_t size = filter_bytes(filter.lanes, blocks);
    if (size > end - filter.offset || chunks_of(size) > from.remaining() / sizeof(std::uint64_t)) return error;
    for (std::uint64_t chunk = 0; chunk < chunks_of(size); ++chunk) filter.checksums.push_back(from.read<std::uint64_t>());
    filters.push_back(std::move(filter));
  }
  if (from.failed() || from.remaining() != 0) return error;
  return filters;
}

namespace {

// The bytes of chunks [first, last), whose checksums hold.
base::Result<std::string> read_chunks(const sys::File& file, const MemberFilter& filter, std::size_t blocks, std::uint64_t first,
                                      std::uint64_t last) {
  const std::uint64_t from = first * kFilterChunkBytes;
  const std::uint64_t to = std::min(last * kFilterChunkBytes, filter_bytes(filter.lanes, blocks));
  LOGMILL_ASSIGN_OR_RETURN(std::string bytes, read_string_at(file, filter.offset + from, to - from));
  if (bytes.size() != to - from) return damaged(filter);
  for (std::uint64_t chunk = first; chunk < last; ++chunk) {
    const auto part = std::string_view(bytes).substr((chunk - first) * kFilterChunkBytes, kFilterChunkBytes);
    if (base::xxh3_64(part) != filter.checksums[chunk]) return damaged(filter);
  }
  return bytes;
}

}  // namespace

base::Result<std::vector<std::uint8_t>> look_up(const sys::File& file, const MemberFilter& filter, std::size_t blocks,
                                                std::string_view text) {
  std::string scratch;
  const std::uint64_t key = key_of(text, scratch);
  const std::uint64_t lane_bytes = filter_bytes(1, blocks);
  const std::uint64_t from = base::bloom_lane(key, filter.lanes) * lane_bytes;
  const std::uint64_t first = from / kFilterChunkBytes, last = chunks_of(from + lane_bytes);
  LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_chunks(file, filter, blocks, first, last));
  std::vector<std::uint8_t> may_hold(blocks, 1);
  base::narrow_by_lane(std::string_view(bytes).substr(from - first * kFilterChunkBytes, lane_bytes), key, may_hold);
  return may_hold;
}

base::Status verify_member_filter(const sys::File& file, const MemberFilter& filter, std::size_t blocks) {
  constexpr std::uint64_t kChunksAtOnce = 256;
  for (std::uint64_t first = 0; first < filter.checksums.size(); first += kChunksAtOnce) {
    const std::uint64_t last = std::min<std::uint64_t>(first + kChunksAtOnce, filter.checksums.size());
    LOGMILL_RETURN_IF_ERROR(read_chunks(file, filter, blocks, first, last));
  }
  return {};
}

}  // namespace logmill::store
