// How far each stream is held, in memory and as bytes.
//
//   frontiers = count:varint (stream:byte{16} epoch:varint position:varint){count}
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "store/reader.h"

namespace logmill::store {

class FrontierTable {
 public:
  // A later epoch, or a greater position in the same, moves the frontier; anything else leaves it.
  void advance(const Frontier& frontier);
  void advance(const record::Range& range) {
    if (range.named()) advance(Frontier{range.stream, range.epoch, range.to});
  }
  void advance_all(const std::vector<Frontier>& frontiers) {
    for (const Frontier& frontier : frontiers) advance(frontier);
  }
  std::optional<Frontier> find(const record::StreamId& stream) const;
  // In order of stream, so that the same content gives the same bytes.
  std::vector<Frontier> list() const;

 private:
  struct Hash {
    std::size_t operator()(const record::StreamId& id) const {
      return base::load_le<std::uint64_t>(id.data());  // an id is a hash, or a number drawn at random
    }
  };
  std::unordered_map<record::StreamId, Frontier, Hash> frontiers_;
};

void append_frontiers(std::string& out, const std::vector<Frontier>& frontiers);
// Fails with corrupt.
base::Result<std::vector<Frontier>> parse_frontiers(std::string_view bytes);

// STORE/frontiers, which keeps those of deleted segments: checksum:u64 frontiers. None if there is
// no such file.
base::Result<std::vector<Frontier>> read_frontiers_file(sys::FileSystem& fs, const std::string& store);
base::Status replace_frontiers_file(sys::FileSystem& fs, const std::string& store, const std::vector<Frontier>& frontiers);

}  // namespace logmill::store
