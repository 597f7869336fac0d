// One file that logs are kept in. A kind of file is one item_<kind>.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/io.h"
#include "record/batch.h"

namespace logmill::loginspect {

struct Target {
  std::string name;  // as it is listed: the file name
  std::string path;
};

struct Summary {
  std::string kind;  // "seg", "live", "index", "frame", "text", "gzip" …
  std::optional<base::TimeNs> time_min, time_max;
  std::optional<std::uint64_t> records;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> raw_bytes;
  bool damaged = false;  // the numbers are those of what can be read
};

// A name of the format's page, and what stands there.
using Fields = std::vector<std::pair<std::string, std::string>>;

// Takes pieces of output; a piece ends with a newline unless it is text read as it is.
using Write = std::function<base::Status(std::string_view)>;

// Thread-compatible. Each call reads the file anew. Where a file is damaged, all that can be read is
// given first; then the call fails with corrupt.
class Item {
 public:
  virtual ~Item() = default;
  // Never fails because of damage: the summary says so.
  virtual base::Result<Summary> summarize() = 0;
  virtual base::Status read(const Write& write) = 0;
  // Writes each record that contains `text`.
  virtual base::Status search(std::string_view text, const Write& write) = 0;
  // Calls `report` with each damage: where it is, what is lost.
  virtual base::Status verify(const std::function<void(std::string)>& report) = 0;
  // One list of fields for each structure, in the order of the file.
  virtual base::Status describe(const std::function<void(std::string_view title, const Fields&)>& show) = 0;
};

std::unique_ptr<Item> make_segment_item(Target target, cli::Io& io);
std::unique_ptr<Item> make_index_item(Target target, cli::Io& io);
std::unique_ptr<Item> make_stream_item(Target target, cli::Io& io);

// By the first bytes of the file; text if they say nothing.
base::Result<std::unique_ptr<Item>> open_item(const Target& target, cli::Io& io);

// The files behind a PATH: those of a store, of a folder, or the file itself.
base::Result<std::vector<Target>> find_targets(sys::FileSystem& fs, const std::string& path);

// Writes the rows of a batch as NDJSON: all, or those of which a value contains `text`.
base::Status write_rows(const record::Batch& batch, std::optional<std::string_view> text, const Write& write);

}  // namespace logmill::loginspect
