// GET /logs/fields
#include <algorithm>
#include <vector>

#include "logserve/endpoint.h"
#include "logserve/query_of.h"
#include "logserve/store_search.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

struct CountedField {
  std::string name;
  std::uint64_t records = 0;
};

// How many rows have each field.
class FieldCounts final : public query::Stage {
 public:
  base::Status push(const query::Rows& rows) override {
    for (const std::string_view name : rows.table.field_names()) {
      LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView column, rows.table.field(name));
      const auto present = std::ranges::count_if(rows.selected, [&](std::uint32_t row) { return column.at(row).present(); });
      if (present > 0) of(name).records += static_cast<std::uint64_t>(present);
    }
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  std::vector<CountedField>& fields() { return fields_; }

 private:
  CountedField& of(std::string_view name) {
    const auto found = std::ranges::find(fields_, name, &CountedField::name);
    return found != fields_.end() ? *found : fields_.emplace_back(CountedField{std::string(name)});
  }

  std::vector<CountedField> fields_;
};

base::Status answer_fields(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of(call));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  FieldCounts counts;
  LOGMILL_RETURN_IF_ERROR(search->run(query, counts));
  std::ranges::stable_sort(counts.fields(), std::ranges::greater{}, &CountedField::records);
  std::string json = "{\"fields\":[";
  for (const CountedField& field : counts.fields()) {
    json += &field == &counts.fields().front() ? "{\"field\":" : ",{\"field\":";
    text::append_json_string(json, field.name);
    json += ",\"count\":" + std::to_string(field.records) + "}";
  }
  json += ']';
  append_end(json, *search);
  return call.send_json(json);
}

}  // namespace

extern constexpr Endpoint kFieldNames{.method = "GET",
                                      .path = "/logs/fields",
                                      .summary = "The fields of the records that match, and how many have each.",
                                      .scope = Scope::read,
                                      .answer = answer_fields,
                                      .searches = true};

}  // namespace logmill::logserve
