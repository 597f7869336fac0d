// Batches for the tests of this folder.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "record/batch.h"

namespace logmill::query {

using TestRow = std::vector<std::pair<std::string_view, record::Value>>;

inline record::Value text(std::string_view value) { return record::Value::string(value); }
inline record::Value number(std::int64_t value) { return record::Value::integer(value); }

// `timestamp` (an integer) and `level` (a name) go where a batch holds them. Texts must outlive the
// batch.
inline record::Batch batch_of(const std::vector<TestRow>& rows) {
  record::Batch batch;
  for (const TestRow& fields : rows) {
    const std::size_t row = batch.add_row();
    for (const auto& [name, value] : fields) {
      if (name == "timestamp")
        batch.times()[row] = value.integer();
      else if (name == "level")
        batch.levels()[row] = *record::severity_from_text(value.text());
      else
        batch.set(name, row, value);
    }
  }
  return batch;
}

}  // namespace logmill::query
