// GET /logs/search
#include <algorithm>
#include <array>

#include "logserve/api/endpoint.h"
#include "logserve/service/json_rows.h"
#include "logserve/search/page_token.h"
#include "logserve/search/query_of.h"
#include "logserve/search/store_search.h"
#include "query/filter/time_terms.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kLimit = 100;
constexpr std::uint64_t kLimitMax = 10'000;
// Rows of one nanosecond are put into an order by their content: all of them are looked at.
constexpr std::uint64_t kSameTimeMax = 100'000;

class Page {
 public:
  Page(StoreSearch& search, const query::Query& query, const query::Context& context, std::uint64_t limit)
      : search_(search), query_(query), context_(context), limit_(limit) {}

  // The rows after a token, or from the latest one on.
  base::Status collect(const std::optional<PageToken>& after) {
    if (after) {
      LOGMILL_ASSIGN_OR_RETURN(std::vector<PlacedRow> same, rows_at(after->time));
      std::erase_if(same, [&](const PlacedRow& one) { return !is_behind(one.place, *after); });
      add(std::move(same));
    }
    if (rows_.size() >= limit_) return {};
    const std::uint64_t wanted = limit_ - rows_.size();
    LOGMILL_ASSIGN_OR_RETURN(std::vector<PlacedRow> latest, latest_before(after, wanted + 1));
    // Of the oldest time of a full page there may be more, unless the row behind it is of another: only then they are all read.
    if (latest.size() > wanted && latest[wanted].place.time == latest[wanted - 1].place.time) {
      const base::TimeNs oldest = latest[wanted].place.time;
      std::erase_if(latest, [oldest](const PlacedRow& one) { return one.place.time == oldest; });
      add(std::move(latest));
      LOGMILL_ASSIGN_OR_RETURN(latest, rows_at(oldest));
    }
    add(std::move(latest));
    return {};
  }

  std::vector<JsonRow> rows() const {
    std::vector<JsonRow> rows;
    for (const PlacedRow& one : rows_) rows.push_back(one.row);
    return rows;
  }
  // Empty: there are no more.
  std::string next() const { return limit_ > 0 && rows_.size() == limit_ ? rows_.back().place.text() : std::string(); }

 private:
  static bool is_behind(const PageToken& place, const PageToken& after) {
    if (place.hash != after.hash) return place.hash < after.hash;
    return place.repeat > after.repeat;
  }

  void add(std::vector<PlacedRow> rows) {
    for (PlacedRow& row : rows)
      if (rows_.size() < limit_) rows_.push_back(std::move(row));
  }

  base::Result<query::Query> narrowed(query::Op op, base::TimeNs time) const {
    LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse(query_.text(), context_));
    LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(op, time), context_));
    return query;
  }

  base::Result<std::vector<PlacedRow>> rows_at(base::TimeNs time) {
    LOGMILL_ASSIGN_OR_RETURN(query::Query query, narrowed(query::Op::less_equal, time));
    LOGMILL_RETURN_IF_ERROR(query.narrow(query::time_term(query::Op::greater_equal, time), context_));
    JsonRows rows(kSameTimeMax);
    LOGMILL_RETURN_IF_ERROR(search_.run(query, rows));
    return place_rows(rows.take());
  }

  base::Result<std::vector<PlacedRow>> latest_before(const std::optional<PageToken>& after, std::uint64_t wanted) {
    JsonRows rows(wanted);
    if (!after) {
      LOGMILL_RETURN_IF_ERROR(search_.run_newest(query_, wanted, rows));
    } else {
      LOGMILL_ASSIGN_OR_RETURN(const query::Query query, narrowed(query::Op::less_equal, after->time - 1));
      LOGMILL_RETURN_IF_ERROR(search_.run_newest(query, wanted, rows));
    }
    return place_rows(rows.take());
  }

  StoreSearch& search_;
  const query::Query& query_;
  const query::Context& context_;
  const std::uint64_t limit_;
  std::vector<PlacedRow> rows_;
};

// The one row of a `count` stage.
class OneNumber final : public query::Stage {
 public:
  base::Status push(const query::Rows& rows) override {
    LOGMILL_ASSIGN_OR_RETURN(const query::ColumnView counts, rows.table.column("count"));
    for (const std::uint32_t row : rows.selected) value_ += static_cast<std::uint64_t>(counts.at(row).integer());
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

base::Result<std::uint64_t> count_all(StoreSearch& search, const query::Query& query, const query::Context& context) {
  LOGMILL_ASSIGN_OR_RETURN(query::Query counted, query::Query::parse(query.text(), context));
  LOGMILL_RETURN_IF_ERROR(counted.append("count", context));
  OneNumber count;
  LOGMILL_RETURN_IF_ERROR(search.run(counted, count));
  return count.value();
}

base::Status answer_search(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, number_of(call, "limit", kLimit, kLimitMax));
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of(call));
  std::optional<PageToken> after;
  if (const auto token = call.request.parameter("page_token"); token && !token->empty()) {
    LOGMILL_ASSIGN_OR_RETURN(after, PageToken::parse(*token));
  }
  if (!query.each_row() && after)
    return base::Error{base::ErrorCode::invalid, "page_token: rows of a query with stages that count or order come in one page"};
  const query::Context context = context_of(call);
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  search->show_log_ids();
  std::string json = "{\"logs\":";
  if (!query.each_row()) {
    JsonRows rows(kLimitMax);
    LOGMILL_RETURN_IF_ERROR(search->run(query, rows));
    const std::vector<JsonRow> all = rows.take();
    append_array(json, all);
    json += ",\"total\":" + std::to_string(all.size());
    append_end(json, *search);
    return call.send_json(json);
  }
  Page page(*search, query, context, limit);
  if (limit > 0) LOGMILL_RETURN_IF_ERROR(page.collect(after));
  append_array(json, page.rows());
  if (call.request.parameter("total").value_or("true") != "false") {
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t total, count_all(*search, query, context));
    json += ",\"total\":" + std::to_string(total);
  }
  if (const std::string next = page.next(); !next.empty()) json += ",\"next_page_token\":\"" + next + "\"";
  append_end(json, *search);
  return call.send_json(json);
}

constexpr std::array<Parameter, 3> kOfSearch{{{"limit", "How many records; 100 unless said, 10000 at most."},
                                              {"page_token", "From the answer before: what comes after it."},
                                              {"total", "false: do not count all that match."}}};

}  // namespace

extern constexpr Endpoint kSearch{.method = "GET",
                                  .path = "/logs/search",
                                  .summary = "Records that match, the latest first.",
                                  .scope = Scope::read,
                                  .answer = answer_search,
                                  .parameters = kOfSearch,
                                  .searches = true,
                                  .gives = {kJsonType, "SearchAnswer"}};

}  // namespace logmill::logserve
