// Lines in, records as JSON out: what the tests of this folder are written with.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "parse/line_parser.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/time.h"

namespace logmill::parse {

// Real logs; may be missing.
inline const std::filesystem::path kCorpora = std::filesystem::path(LOGMILL_SOURCE_DIR).parent_path() / "shared" / "corpora";

// 2026-11-21T12:00:00Z
inline constexpr base::TimeNs kTestNow = 1'795'262'400 * base::kNsPerSecond;

inline LineParserOptions test_options(std::string_view format) {
  auto choice = FormatChoice::from_name(format);
  LineParserOptions options;
  if (choice) options.format = *choice;
  options.reference = kTestNow;
  return options;
}

// Puts each line into a row of its own, as a source of raw lines does.
inline void fill_with_lines(record::Batch& batch, const std::vector<std::string_view>& lines) {
  std::size_t bytes = 0;
  for (const std::string_view line : lines) bytes += line.size();
  batch.text().reserve(bytes);
  for (const std::string_view line : lines) {
    const std::size_t at = batch.text().size();
    batch.text().append(line);
    batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.text().view().substr(at, line.size())));
  }
}

inline std::string to_json(const record::Batch& batch, std::size_t row) {
  std::string json;
  record::JsonObjectWriter(batch).append(row, json);
  return json;
}

inline std::string parse_to_json(std::string_view format, std::string_view line) {
  record::Batch batch;
  fill_with_lines(batch, {line});
  LineParser parser(test_options(format));
  parser.parse_batch(batch);
  return to_json(batch, 0);
}

}  // namespace logmill::parse
