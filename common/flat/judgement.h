// What the positions beside a flat file mean for the files that are there now.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/frontier_table.h"
#include "sys/file_system.h"

namespace logmill::flat {

struct Judgement {
  bool kept = false;               // there are positions at all
  store::FrontierTable frontiers;  // what counts
  // Bytes of a commit that did not come to its end, to be cut off. cut_bytes is 0 if there are
  // none.
  std::string cut_path;
  std::uint64_t cut_to = 0, cut_bytes = 0;
  // The file that the last commit went to is not there, nor are its bytes in `path`: it does not
  // count.
  bool last_is_lost = false;
};

// Of the file `path`, without changing anything. Fails with corrupt when its positions are damaged.
base::Result<Judgement> judge_positions(sys::FileSystem& fs, const std::string& path);

// How far the flat file holds each stream: what `logcollect --resume` needs.
base::Result<std::vector<store::Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& path);

// Whether `path` is a flat file rather than a store: a file, or a name with positions beside it.
bool is_flat_file(sys::FileSystem& fs, const std::string& path);

// "app.log.positions"
std::string positions_path(const std::string& path);

}  // namespace logmill::flat
