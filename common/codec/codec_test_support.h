// For tests: batches with every kind of value, readers fed in pieces, messages kept.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "codec/reader.h"
#include "codec/writer.h"
#include "record/json_object.h"

namespace logmill::codec {

class KeptMessages final : public base::Reporter {
 public:
  void warn(std::string_view kind, std::string_view text) override { texts.push_back(std::string(kind) + ": " + std::string(text)); }
  void info(std::string_view) override {}
  std::vector<std::string> texts;
};

// Names that are not known to mean a time or a level; four rows of which each lacks something.
inline void fill_with_every_kind(record::Batch& batch) {
  using record::Value;
  for (int row = 0; row < 4; ++row) batch.add_row();
  batch.times() = {1, record::kNoTime, -1, 1'795'256'100'000'000'000};
  batch.levels() = {record::Severity::info, record::Severity::none, record::Severity::fatal, record::Severity::trace};
  batch.set("same", 0, Value::string("x"));
  for (std::size_t row = 1; row < 4; ++row) batch.set("same", row, Value::string("x"));
  batch.set("texts", 0, Value::string("a"));
  batch.set("texts", 1, Value::string(""));
  batch.set("texts", 2, Value::string("long text of more than sixteen bytes"));
  batch.set("texts", 3, Value::string("\xff\n"));
  for (std::size_t row = 0; row < 4; ++row) batch.set("integers", row, Value::integer(static_cast<std::int64_t>(row) - 2));
  for (std::size_t row = 0; row < 4; ++row) batch.set("decimals", row, Value::decimal(static_cast<std::int64_t>(row) * 50 - 25, 2));
  batch.set("mixed", 0, Value::null());
  batch.set("mixed", 1, Value::boolean(true));
  batch.set("mixed", 2, Value::real(0.1));
  batch.set("mixed", 3, Value::json("[1]"));
  batch.set("sparse", 1, Value::decimal(5, 1));
  batch.set("sparse", 2, Value::string("s"));
  batch.set("", 3, Value::boolean(false));
}

inline std::vector<std::string> rows_of(const record::Batch& batch) {
  const record::JsonObjectWriter objects(batch);
  std::vector<std::string> rows(batch.rows());
  for (std::size_t row = 0; row < batch.rows(); ++row) objects.append(row, rows[row]);
  return rows;
}

// Calls `each` with every batch that `reader` makes of `bytes`, given in pieces of at most `piece`
// bytes.
template <class Each>
void for_each_batch(Reader& reader, std::string_view bytes, std::size_t piece, Each each) {
  record::Batch batch;
  InputEnd input_end = InputEnd::no;
  while (true) {
    batch.clear();
    reader.begin(batch);
    while (reader.decode(batch, input_end) == Decoded::needs_input && input_end == InputEnd::no) {
      const std::span<char> room = reader.room(batch);
      const std::size_t size = std::min({room.size(), piece, bytes.size()});
      std::memcpy(room.data(), bytes.data(), size);
      reader.added(batch, size);
      bytes.remove_prefix(size);
      if (bytes.empty()) input_end = InputEnd::yes;
    }
    reader.end(batch);
    if (batch.empty() && input_end == InputEnd::yes && !reader.has_input()) return;
    each(batch);
  }
}

// The same as rows.
inline std::vector<std::string> read_all(Reader& reader, std::string_view bytes, std::size_t piece) {
  std::vector<std::string> rows;
  for_each_batch(reader, bytes, piece, [&rows](const record::Batch& batch) {
    const auto more = rows_of(batch);
    rows.insert(rows.end(), more.begin(), more.end());
  });
  return rows;
}

}  // namespace logmill::codec
