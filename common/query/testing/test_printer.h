// The last stage of the tests: rows as lines of `a=1 b=x`, in the order of the table's fields.
#pragma once

#include <string>

#include "query/pipeline/stage.h"
#include "query/table/fields_of_rows.h"
#include "record/json_object.h"

namespace logmill::query {

class TestPrinter : public Stage {
 public:
  base::Status push(const Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const FieldsOfRows fields, FieldsOfRows::of(rows.table));
    for (const std::uint32_t row : rows.selected) {
      std::string line;
      for (std::size_t i = 0; i < fields.names().size(); ++i) {
        const record::Value value = fields.at(i, row);
        if (!value.present()) continue;
        if (!line.empty()) line += ' ';
        line.append(fields.names()[i]).append("=");
        record::append_plain(line, value);
      }
      text += line + "\n";
    }
    return {};
  }
  base::Status finish() override {
    finished = true;
    return {};
  }
  bool satisfied() const override { return false; }
  base::Status separate() override {
    text += "--\n";
    return {};
  }

  std::string text;
  bool finished = false;
};

}  // namespace logmill::query
