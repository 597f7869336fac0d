// The last stage of a search: rows as JSON objects.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "query/output/row_printer.h"
#include "query/pipeline/stage.h"

namespace logmill::logserve {

// Whether records show the field log_id, by which each can be asked for.
enum class LogIds : std::uint8_t { left_out, shown };

struct JsonRow {
  std::string json;
  base::TimeNs time = 0;
};

// Keeps them all, up to a bound on their number and bytes; then it is `too_large`.
class JsonRows final : public query::Stage {
 public:
  explicit JsonRows(std::uint64_t rows_max);

  base::Status push(const query::Rows& rows) override;
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  std::vector<JsonRow> take() { return std::move(rows_); }

 private:
  const std::uint64_t rows_max_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<query::RowPrinter> printer_;
  std::string text_;
  std::vector<JsonRow> rows_;
};

// "[a,b,c]", appended.
void append_array(std::string& out, const std::vector<JsonRow>& rows);

}  // namespace logmill::logserve
