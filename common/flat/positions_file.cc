#include "flat/positions_file.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "flat/flat_format.h"
#include "store/frontier_table.h"

namespace logmill::flat {
namespace {

std::string make_head(bool synced) {
  std::string head(kPositionsMagic);
  base::append_le(head, kPositionsVersion);
  base::append_le(head, synced ? kFlagSynced : std::uint16_t{0});
  base::append_le(head, std::uint32_t{0});
  return head;
}

// The checksum of an entry covers the head too.
std::uint64_t seed_of(std::string_view head) { return base::load_le<std::uint64_t>(head.data() + kPositionsMagic.size()); }

base::Result<PositionEntry> parse_body(std::string_view body) {
  base::ByteReader from(body);
  PositionEntry entry;
  entry.inode = from.read_varint();
  entry.from = from.read_varint();
  entry.to = from.read_varint();
  entry.hash = from.read<std::uint64_t>();
  if (from.failed() || entry.to < entry.from) return base::Error{base::ErrorCode::corrupt, "an entry that makes no sense"};
  LOGMILL_ASSIGN_OR_RETURN(entry.frontiers, store::parse_frontiers(from.read_bytes(from.remaining())));
  return entry;
}

// The body of the entry at the front of `rest`, which is taken off; empty if there is no whole one.
std::string_view take_body(std::string_view& rest, std::uint64_t seed) {
  base::ByteReader from(rest);
  const auto bytes = from.read<std::uint32_t>();
  const auto checksum = from.read<std::uint64_t>();
  const std::string_view body = from.read_bytes(bytes);
  if (body.empty() || base::xxh3_64(body, seed) != checksum) return {};
  rest.remove_prefix(kEntryHeadBytes + bytes);
  return body;
}

// Its length may be what is damaged: looks everywhere.
bool whole_entry_behind_damaged(std::string_view rest, std::uint64_t seed) {
  while (!rest.empty()) {
    rest.remove_prefix(1);
    std::string_view from_here = rest;
    if (!take_body(from_here, seed).empty()) return true;
  }
  return false;
}

}  // namespace

std::string make_entry(const PositionEntry& entry, bool synced) {
  std::string body, out;
  base::append_varint(body, entry.inode);
  base::append_varint(body, entry.from);
  base::append_varint(body, entry.to);
  base::append_le(body, entry.hash);
  store::append_frontiers(body, entry.frontiers);
  base::append_le(out, static_cast<std::uint32_t>(body.size()));
  base::append_le(out, base::xxh3_64(body, seed_of(make_head(synced))));
  return out + body;
}

std::string make_positions(const PositionEntry& first, bool synced) { return make_head(synced) + make_entry(first, synced); }

base::Result<Positions> parse_positions(std::string_view bytes) {
  const auto damaged_at = [](std::size_t at) { return base::Error{base::ErrorCode::corrupt, "damaged at byte " + std::to_string(at)}; };
  if (bytes.size() < kHeadBytes || !bytes.starts_with(kPositionsMagic)) return damaged_at(0);
  base::ByteReader head(bytes.substr(kPositionsMagic.size(), kHeadBytes - kPositionsMagic.size()));
  const auto version = head.read<std::uint16_t>();
  if (version != kPositionsVersion)
    return base::Error{base::ErrorCode::unsupported, "version " + std::to_string(version) + " is not known to this program"};
  Positions positions{.synced = (head.read<std::uint16_t>() & kFlagSynced) != 0, .entries = {}};
  const std::uint64_t seed = seed_of(bytes);
  for (std::string_view rest = bytes.substr(kHeadBytes); !rest.empty();) {
    const std::size_t at = bytes.size() - rest.size();
    const std::string_view body = take_body(rest, seed);
    if (body.empty()) {
      // With syncing, only the last entry can be unfinished.
      if (positions.entries.empty() || (positions.synced && whole_entry_behind_damaged(rest, seed))) return damaged_at(at);
      break;
    }
    auto entry = parse_body(body);
    if (!entry) return damaged_at(at);
    positions.entries.push_back(*std::move(entry));
  }
  if (positions.entries.empty()) return damaged_at(kHeadBytes);
  return positions;
}

}  // namespace logmill::flat
