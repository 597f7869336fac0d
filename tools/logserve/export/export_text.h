// What an export is written as.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logserve/search/store_search.h"
#include "query/output/row_printer.h"
#include "query/pipeline/stage.h"

namespace logmill::logserve {

struct ExportFormat {
  std::string_view name, printer, type;
  bool array = false;  // of JSON, not a line each
  // How often all rows are looked at.
  unsigned passes() const { return printer == "csv" ? 2 : 1; }
};
// By its name in any case; NDJSON if that is empty. Fails with invalid.
base::Result<const ExportFormat*> find_export_format(std::string name);

// The names of the head line, which must name the fields of records that come much later; none for formats without one.
base::Result<std::vector<std::string>> export_columns(StoreSearch& search, const query::Query& query, const ExportFormat& format);

// The last stage: rows as text, a piece at a time.
class ExportText final : public query::Stage {
 public:
  using Write = std::function<base::Status(std::string_view piece)>;
  ExportText(const ExportFormat& format, std::vector<std::string> columns, Write write);

  base::Status push(const query::Rows& rows) override;
  base::Status finish() override;
  bool satisfied() const override { return false; }
  std::uint64_t rows() const { return rows_; }

 private:
  base::Status push_elements(const query::Rows& rows);
  base::Status flush();

  const ExportFormat& format_;
  const Write write_;
  std::unique_ptr<query::RowPrinter> printer_;
  std::string text_, lines_;
  std::uint64_t rows_ = 0;
};

}  // namespace logmill::logserve
