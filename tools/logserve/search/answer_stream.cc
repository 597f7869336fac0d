// GET /logs/stream: what comes in, as server-sent events (WHATWG HTML, section 9.2) or, for who asks for it, over a WebSocket.
//
// A client that was cut off says how far it came, and gets what it missed from the store before it follows on; so does one that was too
// slow for the feed. It is subscribed first, so that the two join without a gap, and what the store shows of the feed's part is left out.
#include <algorithm>
#include <array>

#include "http/web_socket.h"
#include "logserve/api/endpoint.h"
#include "logserve/service/live_feed.h"
#include "logserve/search/query_of.h"
#include "logserve/search/store_search.h"

namespace logmill::logserve {
namespace {

constexpr int kWaitMs = 1'000;
// So often a silent stream says that it lives, and how far it has come.
constexpr int kWaitsBetweenBeats = 15;

// How events are written.
class FeedWriter {
 public:
  virtual ~FeedWriter() = default;
  virtual base::Status begin() = 0;
  virtual base::Status write(const FeedEvent& event) = 0;
  virtual base::Status write_slow() = 0;
  virtual base::Status beat(const std::string& cursor) = 0;
  // What the client says; false: it has left.
  virtual bool client_there() = 0;
};

class SseWriter final : public FeedWriter {
 public:
  explicit SseWriter(http::Response& response) : response_(response) {}

  base::Status begin() override { return response_.begin(200, "text/event-stream"); }
  base::Status write(const FeedEvent& event) override {
    std::string text = "id: " + event.cursor + "\n";
    for (const std::string& record : event.records) text.append("data: ").append(record).append("\n");
    return response_.write(text + "\n");
  }
  base::Status write_slow() override {
    return response_.write("event: slow\ndata: too slow to follow; what was missed comes from the store\n\n");
  }
  base::Status beat(const std::string& cursor) override { return response_.write(": alive\nid: " + cursor + "\n\n"); }
  bool client_there() override { return !response_.client_gone(); }

 private:
  http::Response& response_;
};

class WebSocketWriter final : public FeedWriter {
 public:
  WebSocketWriter(const http::Request& request, http::Response& response) : request_(request), socket_(response) {}

  base::Status begin() override { return socket_.accept(request_); }
  base::Status write(const FeedEvent& event) override {
    std::string text = R"({"cursor":")" + event.cursor + R"(","logs":[)";
    for (const std::string& record : event.records) text.append(&record == &event.records.front() ? "" : ",").append(record);
    return socket_.send_text(text + "]}");
  }
  base::Status write_slow() override { return socket_.send_text(R"({"slow":true})"); }
  base::Status beat(const std::string& cursor) override { return socket_.send_text(R"({"cursor":")" + cursor + R"(","logs":[]})"); }
  bool client_there() override { return socket_.listen(); }

 private:
  const http::Request& request_;
  http::WebSocket socket_;
};

class Follower {
 public:
  Follower(Call& call, const query::Query& query, FeedWriter& writer) : call_(call), query_(query), writer_(writer) {}

  base::Status run(std::optional<FeedCursors> from) {
    LOGMILL_RETURN_IF_ERROR(writer_.begin());
    while (true) {
      LOGMILL_ASSIGN_OR_RETURN(const auto subscription, call_.service.feed().subscribe(query_.text(), call_.grant.filter, LogIds::shown));
      if (from) LOGMILL_RETURN_IF_ERROR(catch_up(*std::move(from), subscription->start()));
      cursor_ = format_cursors(subscription->start());
      LOGMILL_ASSIGN_OR_RETURN(const bool too_slow, follow(*subscription));
      if (!too_slow) return {};
      LOGMILL_RETURN_IF_ERROR(writer_.write_slow());
      LOGMILL_ASSIGN_OR_RETURN(from, parse_cursors(cursor_, call_.service.stores().size()));
    }
  }

 private:
  bool stopping() const { return call_.service.io().stop.requested(); }

  base::Status write(const FeedEvent& event) {
    LOGMILL_RETURN_IF_ERROR(writer_.write(event));
    cursor_ = event.cursor;
    return {};
  }

  // True: the client was too slow. False: it has left, or the program ends.
  base::Result<bool> follow(LiveFeed::Subscription& subscription) {
    for (int silent = 0; !stopping();) {
      const auto event = subscription.next(kWaitMs);
      if (!writer_.client_there()) return false;
      if (event) {
        LOGMILL_RETURN_IF_ERROR(write(*event));
        silent = 0;
      } else if (subscription.too_slow()) {
        return true;
      } else if (++silent == kWaitsBetweenBeats) {
        LOGMILL_RETURN_IF_ERROR(writer_.beat(cursor_));
        silent = 0;
      }
    }
    return false;
  }

  // What lies between two cursors.
  base::Status catch_up(FeedCursors from, const FeedCursors& to) {
    LOGMILL_ASSIGN_OR_RETURN(const auto slot, call_.service.take_query_slot());
    for (std::size_t store = 0; store < from.size(); ++store) LOGMILL_RETURN_IF_ERROR(catch_up_with(store, from, to[store]));
    return {};
  }

  base::Status catch_up_with(std::size_t number, FeedCursors& from, const FeedCursor& to) {
    cli::Io& io = call_.service.io();
    ServedStore& store = call_.service.stores()[number];
    store::StoreView view(io.files, store.dir, INT64_MIN, INT64_MAX, io.reporter, store.segments);
    view.go_on_from(from[number].taken, from[number].all_before);
    LOGMILL_RETURN_IF_ERROR(view.refresh());
    LOGMILL_ASSIGN_OR_RETURN(const auto hidden, hidden_from(call_.grant.filter, view.tombstones(), io.clock.now()));
    for (store::StoreView::News& news : view.take_news()) {
      leave_out_behind(news, to);
      LOGMILL_RETURN_IF_ERROR(each_event(query_, LogIds::shown, hidden, news, from, number, io.stop, io.reporter,
                                         [this](const FeedEvent& event) { return write(event); }));
    }
    return {};
  }

  // What was joined from several is older than any feed.
  static void leave_out_behind(store::StoreView::News& news, const FeedCursor& to) {
    if (!news.segment->origin().parts.empty()) return;
    const std::uint64_t end = to.rows_of(news.segment->info().id);
    for (store::RowSpan& span : news.rows) span.last = std::min(span.last, end);
    std::erase_if(news.rows, [](const store::RowSpan& span) { return span.first >= span.last; });
  }

  Call& call_;
  const query::Query& query_;
  FeedWriter& writer_;
  std::string cursor_;
};

// Browsers send it as a header once they were cut off; whoever begins anew may say it in the address.
base::Result<std::optional<FeedCursors>> start_of(const Call& call) {
  std::string_view text = call.request.header("last-event-id");
  if (text.empty()) text = call.request.parameter("cursor").value_or("");
  if (text.empty()) return std::optional<FeedCursors>();
  LOGMILL_ASSIGN_OR_RETURN(FeedCursors cursors, parse_cursors(text, call.service.stores().size()));
  return std::optional(std::move(cursors));
}

base::Status answer_stream(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of(call));
  if (!query.each_row()) return base::Error{base::ErrorCode::invalid, "q: stages that count or order never end here"};
  LOGMILL_ASSIGN_OR_RETURN(auto from, start_of(call));
  if (http::WebSocket::wanted(call.request)) {
    WebSocketWriter writer(call.request, call.response);
    return Follower(call, query, writer).run(std::move(from));
  }
  SseWriter writer(call.response);
  LOGMILL_RETURN_IF_ERROR(Follower(call, query, writer).run(std::move(from)));
  return call.response.end();
}

constexpr std::array<Parameter, 1> kOfStream{{{"cursor", "The id of the last event: what came since then comes first."}}};

constexpr std::array<OtherAnswer, 1> kOfWebSocket{{{101, "a WebSocket was asked for: {\"cursor\", \"logs\"} in each text"}}};

}  // namespace

extern constexpr Endpoint kStream{.method = "GET",
                                  .path = "/logs/stream",
                                  .summary = "Records that match as they come: server-sent events, or a WebSocket.",
                                  .scope = Scope::read,
                                  .answer = answer_stream,
                                  .parameters = kOfStream,
                                  .searches = true,
                                  .gives = {"text/event-stream", "Text"},
                                  .others = kOfWebSocket};

}  // namespace logmill::logserve
