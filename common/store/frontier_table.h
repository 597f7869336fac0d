// How far each stream is held, in memory and as bytes: of the streams that moved last.
//
//   frontiers = count:varint (stream:byte{16} epoch:varint position:varint){count}
#pragma once

#include <cstring>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "store/reader.h"

namespace logmill::store {

// Each program run on standard input is a stream, and so is each file that was ever rotated: a table that kept all would grow for ever.
inline constexpr std::size_t kStreamsMax = 1 << 18;

class FrontierTable {
 public:
  FrontierTable() = default;
  explicit FrontierTable(std::size_t streams_max) : streams_max_(streams_max) {}
  FrontierTable(FrontierTable&&) = default;
  FrontierTable& operator=(FrontierTable&&) = default;

  // A later epoch, or a greater position in the same, moves the frontier; anything else leaves it. The stream is now the latest; beyond
  // `streams_max` the one that was idle for longest is forgotten.
  void advance(const Frontier& frontier);
  void advance(const record::Range& range) {
    if (range.named()) advance(Frontier{range.stream, range.epoch, range.to});
  }
  void advance_all(const std::vector<Frontier>& frontiers) {
    for (const Frontier& frontier : frontiers) advance(frontier);
  }
  std::optional<Frontier> find(const record::StreamId& stream) const;
  // The stream that was idle for longest first: a table that takes them in in this order is the same.
  std::vector<Frontier> list() const { return {streams_.begin(), streams_.end()}; }
  // Forgets those that were idle for longest, until so many are left; returns how many.
  std::size_t forget_oldest(std::size_t streams_max);

 private:
  struct Hash {
    std::size_t operator()(const record::StreamId& id) const {
      return base::load_le<std::uint64_t>(id.data());  // an id is a hash, or a number drawn at random
    }
  };
  std::size_t streams_max_ = kStreamsMax;
  std::list<Frontier> streams_;  // the latest last
  std::unordered_map<record::StreamId, std::list<Frontier>::iterator, Hash> places_;
};

void append_frontiers(std::string& out, const std::vector<Frontier>& frontiers);
// Fails with corrupt.
base::Result<std::vector<Frontier>> parse_frontiers(std::string_view bytes);

// STORE/frontiers, which keeps those of deleted segments: checksum:u64 frontiers. None if there is
// no such file.
base::Result<std::vector<Frontier>> read_frontiers_file(sys::FileSystem& fs, const std::string& store);
base::Status replace_frontiers_file(sys::FileSystem& fs, const std::string& store, const std::vector<Frontier>& frontiers);

}  // namespace logmill::store
