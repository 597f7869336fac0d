// GET /loki/api/v1/tail: lines that match as they come, over a WebSocket; Grafana's live view. The latest ones that are there come first.
#include <array>
#include <set>

#include "http/web_socket.h"
#include "logserve/service/live_feed.h"
#include "logserve/loki/loki_answer.h"
#include "logserve/loki/loki_request.h"
#include "logserve/loki/loki_streams.h"
#include "logserve/search/store_search.h"
#include "record/json_object.h"

namespace logmill::logserve {
namespace {

constexpr int kTailWaitMs = 1'000;
constexpr std::int64_t kTailLength = 3'600 * base::kNsPerSecond;  // what comes first is no older, unless said
constexpr std::uint64_t kTailLines = 100, kTailLinesMax = 5'000;

class Tail {
 public:
  Tail(Call& call, const LogSelection& logs, const LokiRequest& request)
      : call_(call), logs_(logs), request_(request), socket_(call.response) {}

  base::Status run(const LokiSpan& span, std::uint64_t limit) {
    const query::Context context = request_.context();
    LOGMILL_ASSIGN_OR_RETURN(query::Query query, query::Query::parse("*", context));
    if (logs_.filter.kind != query::Expr::Kind::everything) LOGMILL_RETURN_IF_ERROR(query.narrow(logs_.filter, context));
    if (!logs_.stages.empty()) LOGMILL_RETURN_IF_ERROR(query.append(logs_.stages, context));
    if (!query.each_row()) return base::Error{base::ErrorCode::invalid, "query: distinct is not for lines that are followed"};
    // Followed from now on before the store is looked at: what both have is left out of one.
    LOGMILL_ASSIGN_OR_RETURN(const auto subscription, call_.service.feed().subscribe(query.text(), call_.grant.filter, LogIds::left_out));
    LokiStreams there(Metadata::among_labels);
    if (limit > 0) {
      LOGMILL_ASSIGN_OR_RETURN(const query::Query latest, query_of_selection(logs_, span, context));
      LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call_, latest));
      LOGMILL_RETURN_IF_ERROR(search->run_newest(latest, limit, there));
    }
    for (std::size_t i = 0; i < there.entries(); ++i) known_.insert(there.key(i));
    LOGMILL_RETURN_IF_ERROR(socket_.accept(call_.request));
    if (there.entries() > 0) LOGMILL_RETURN_IF_ERROR(send(there, false));
    return follow(*subscription);
  }

 private:
  base::Status follow(LiveFeed::Subscription& subscription) {
    while (!call_.service.io().stop.requested()) {
      const auto event = subscription.next(kTailWaitMs);
      if (!socket_.listen()) return {};
      if (event) {
        LOGMILL_RETURN_IF_ERROR(send_event(*event));
      } else {
        // Too slow: what it missed is said to be dropped, and it is to come again.
        if (subscription.too_slow()) return send(LokiStreams(Metadata::among_labels), true);
        known_.clear();
      }
    }
    return {};
  }

  base::Status send_event(const FeedEvent& event) {
    LokiStreams news(Metadata::among_labels);
    for (const std::string& json : event.records) {
      batch_.clear();
      row_.reset();
      row_.add_row();
      LOGMILL_RETURN_IF_ERROR(reader_.read(batch_.own(json), row_));
      query::BatchTable table(batch_);
      const std::uint32_t row = 0;
      if (!known_.empty()) {
        LokiStreams one(Metadata::among_labels);
        LOGMILL_RETURN_IF_ERROR(one.push({table, {&row, 1}}));
        if (const auto known = known_.find(one.key(0)); known != known_.end()) {
          known_.erase(known);
          continue;
        }
      }
      LOGMILL_RETURN_IF_ERROR(news.push({table, {&row, 1}}));
    }
    return news.entries() > 0 ? send(news, false) : base::Status();
  }

  base::Status send(const LokiStreams& streams, bool dropped) {
    std::string json = "{\"streams\":" + streams.json(LokiStreams::Order::as_they_came);
    if (dropped) json += R"(,"dropped_entries":[{"labels":{},"timestamp":")" + std::to_string(call_.service.io().clock.now()) + "\"}]";
    return socket_.send_text(json + "}");
  }

  Call& call_;
  const LogSelection& logs_;
  const LokiRequest& request_;
  http::WebSocket socket_;
  std::multiset<std::string> known_;  // were sent, and may come once more
  record::JsonObjectReader reader_;
  record::Batch batch_;
  record::RowWriter row_{batch_};
};

base::Status answer_tail(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const LokiRequest request, LokiRequest::read(call));
  LOGMILL_ASSIGN_OR_RETURN(const LogQl query, parse_logql(request.parameter("query"), request.field_of(), request.context()));
  if (query.is_metric) return base::Error{base::ErrorCode::invalid, "query: lines can be followed, not a metric"};
  if (!http::WebSocket::wanted(call.request)) return base::Error{base::ErrorCode::invalid, "a WebSocket is expected"};
  LOGMILL_ASSIGN_OR_RETURN(const LokiSpan span, request.span(kTailLength));
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, request.limit(kTailLines, kTailLinesMax));
  return Tail(call, query.logs, request).run(span, limit);
}

constexpr std::array<Parameter, 3> kOfTail{
    {{"query", "LogQL: lines."}, {"limit", "How many of those that are there; 100 unless said."}, kLokiStart}};

}  // namespace

extern constexpr Endpoint kLokiTail{.method = "GET",
                                    .path = "/loki/api/v1/tail",
                                    .summary = "For Grafana: lines that match as they come, over a WebSocket.",
                                    .scope = Scope::read,
                                    .answer = answer_tail,
                                    .parameters = kOfTail,
                                    .dialect = Dialect::loki,
                                    .status = 101};

}  // namespace logmill::logserve
