// Events as lines of text: one file per format, format_*.cc, listed in table.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "generate/event.h"
#include "generate/event_row.h"
#include "generate/world.h"

namespace logmill::loggen {

class LineFormat {
 public:
  // No event of any format takes more.
  static constexpr std::size_t kBytesMax = 8'192;

  virtual ~LineFormat() = default;
  // Writes one event with its final newline to `to`, which has room for kBytesMax bytes; returns
  // the end.
  virtual char* write(const generate::Event& event, char* to) = 0;
};

struct FormatContext {
  const generate::World& world;  // outlives the format
  generate::Sequence sequence;
};

struct FormatSpec {
  std::string_view name;
  std::string_view summary;
  // nullptr: not text, but batches of records.
  std::unique_ptr<LineFormat> (*make)(const FormatContext& context);
  // Whether there is a place for a sequence number.
  bool numbered;
};

std::span<const FormatSpec* const> formats();
// nullptr if there is none with this name.
const FormatSpec* find_format(std::string_view name);

}  // namespace logmill::loggen
