// --list-formats and --test: what logparse knows, and how well a log fits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parse/line_parser.h"
#include "record/batch.h"

namespace logmill::logparse {

// Name and summary of each format, and below them its sample line.
std::string list_formats();

// Collects what --test prints.
class TestReport {
 public:
  // Call it with every batch after parsing.
  void add(const record::Batch& batch);
  bool all_fitted() const { return misses_ == 0; }
  // "9 of 10 records have fields (90.0%)", a line for each format, the first misses.
  std::string text(const parse::LineParser& parser) const;

 private:
  struct Miss {
    std::uint64_t record;
    std::string error, line;
  };
  std::uint64_t records_ = 0;
  std::uint64_t misses_ = 0;
  std::vector<Miss> first_;
};

}  // namespace logmill::logparse
