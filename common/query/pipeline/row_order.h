// An order of rows by some of their fields.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "record/batch.h"

namespace logmill::query {

struct SortKey {
  std::string field;
  bool descending = false;
  // Rows without the field come last, whichever way the order goes, or count as the least.
  enum class Absent : std::uint8_t { last, least } absent = Absent::last;
};

// The fields of a batch that an order looks at. Valid as long as the batch, while no column is added.
class OrderedFields {
 public:
  OrderedFields(const record::Batch& batch, std::span<const SortKey> keys);

  // Times and levels by their amount, not by their text. `other` is of the same keys.
  std::weak_ordering compare(std::uint32_t row, const OrderedFields& other, std::uint32_t other_row) const;

 private:
  struct Field {
    enum class Place : std::uint8_t { nowhere, column, time, level } place;
    const record::Column* column;
  };
  record::Value value(const Field& field, std::uint32_t row) const;

  const record::Batch* batch_;
  std::span<const SortKey> keys_;
  std::vector<Field> fields_;
};

// The rows of a batch, sorted; those that compare equal stay as they are.
std::vector<std::uint32_t> sorted_rows(const record::Batch& batch, std::span<const SortKey> keys);

// Adds some rows of a batch to an empty one; their texts stay where they are.
void take_rows(const record::Batch& from, std::span<const std::uint32_t> rows, record::Batch& to);

}  // namespace logmill::query
