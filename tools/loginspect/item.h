// One file that logs are kept in. A kind of file is one item_<kind>.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/io.h"
#include "loginspect/structure.h"
#include "loginspect/unpack.h"
#include "loginspect/usage.h"
#include "record/batch.h"

namespace logmill::loginspect {

struct Target {
  std::string name;  // as it is listed: the file name
  std::string path;
  // A damaged segment beside the one that was made of what could be read of it: nothing that is wrong with the store.
  bool kept = false;
};

struct Summary {
  std::string kind;   // "seg", "index", "frame", "text", "gzip" …
  std::string state;  // "sealed", "live" …; of a damaged file it says what the file should be
  std::optional<base::TimeNs> time_min, time_max;
  std::optional<std::uint64_t> records;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> raw_bytes;
  bool damaged = false;  // the numbers are those of what can be read
};

// Of all blocks of a segment together.
struct ColumnTotal {
  std::string name, encodings;
  std::uint64_t bytes = 0, present = 0;
};

// How records come out: lines of text as they are, or as {"raw":"…"}.
enum class Form { plain, json };

// Thread-compatible. Each call reads the file anew. Where a file is damaged, all that can be read
// is given; then the call fails with corrupt.
class Item {
 public:
  virtual ~Item() = default;
  // Never fails because of damage: the summary says so.
  virtual base::Result<Summary> summarize() = 0;
  // Pieces end with a newline, unless it is text read as it is.
  virtual base::Status read(Form form, const Write& write) = 0;
  // Writes each record that contains `text`.
  virtual base::Status search(std::string_view text, Form form, const Write& write) = 0;
  // Calls `report` with each damage: where it is, what is lost.
  virtual base::Status verify(const std::function<void(std::string)>& report) = 0;
  // Each structure, in the order of the file.
  virtual base::Status describe(const Show& show) = 0;
  // Of a segment.
  virtual base::Result<std::vector<ColumnTotal>> column_totals() { return std::vector<ColumnTotal>(); }
  // Adds what it holds.
  virtual base::Status measure(Usage& usage) = 0;
};

std::unique_ptr<Item> make_segment_item(Target target, cli::Io& io);
std::unique_ptr<Item> make_index_item(Target target, cli::Io& io);
std::unique_ptr<Item> make_positions_item(Target target, cli::Io& io);
std::unique_ptr<Item> make_frames_item(Target target, codec::Container container, cli::Io& io);
std::unique_ptr<Item> make_text_item(Target target, codec::Container container, cli::Io& io);

// By the first bytes of the file; text if they say nothing.
base::Result<std::unique_ptr<Item>> open_item(const Target& target, cli::Io& io);

// The files behind a PATH: those of a store, of a folder, or the file itself.
base::Result<std::vector<Target>> find_targets(sys::FileSystem& fs, const std::string& path);

// Writes the rows of a batch as NDJSON: all, or those of which a value contains `text`.
base::Status write_rows(const record::Batch& batch, std::optional<std::string_view> text, const Write& write);

}  // namespace logmill::loginspect
