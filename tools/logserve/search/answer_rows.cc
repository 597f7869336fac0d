#include "logserve/search/answer_rows.h"

#include <vector>

#include "logserve/search/query_of.h"
#include "logserve/search/store_search.h"
#include "query/pipeline/stage_args.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kRowsMax = 100'000;

}  // namespace

base::Status send_rows(Call& call, const query::Query& query, LogIds ids) {
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  if (ids == LogIds::shown) search->show_log_ids();
  JsonRows rows(kRowsMax);
  LOGMILL_RETURN_IF_ERROR(search->run(query, rows));
  std::string json = "{\"rows\":";
  append_array(json, rows.take());
  append_end(json, *search);
  return call.send_json(json);
}

base::Status send_rows_of(Call& call, std::string_view stages) {
  LOGMILL_ASSIGN_OR_RETURN(query::Query query, query_of(call));
  if (!query.stages().empty()) return base::Error{base::ErrorCode::invalid, "q: a filter without stages is expected here"};
  LOGMILL_RETURN_IF_ERROR(query.append(stages, context_of(call)));
  return send_rows(call, query);
}

base::Result<std::string> fields_of(const Call& call, std::string_view name, std::string_view fallback) {
  std::string_view text = call.request.parameter(name).value_or("");
  if (text.empty()) text = fallback;
  std::vector<std::string> fields;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find(','));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    if (field.empty()) return base::Error{base::ErrorCode::invalid, std::string(name) + ": a field without a name"};
    fields.emplace_back(field);
  }
  std::string list;
  query::append_fields(list, fields);
  return list;
}

}  // namespace logmill::logserve
