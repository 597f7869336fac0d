// GET /metrics: Prometheus text, of this program and of those that write --metrics FILE into a folder.
#include "cli/counters.h"
#include "logserve/endpoint.h"
#include "logserve/logserve.h"
#include "logserve/metrics_text.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kMetricsFileBytesMax = 1 << 20;

void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  out.append("# HELP logmill_").append(name).append(" ").append(help);
  out.append("\n# TYPE logmill_").append(name).append(" ").append(type);
  out.append("\nlogmill_").append(name).append("{program=\"logserve\"} ").append(std::to_string(value)).append("\n");
}

base::Status answer_metrics(Call& call) {
  Service& service = call.service;
  std::string text = cli::format_metrics(Logserve::kName, service.counts());
  append_metric(text, "http_requests_total", "counter", "Requests.", service.counters.requests);
  append_metric(text, "http_refused_total", "counter", "Requests without a token, or with one that may not.", service.counters.refused);
  append_metric(text, "queries_total", "counter", "Searches.", service.counters.queries);
  append_metric(text, "ingest_queue_bytes", "gauge", "Of records that wait to be committed.", service.ingester().waiting_bytes());
  append_metric(text, "stream_clients", "gauge", "Who follows the live stream.", service.feed().subscribers());
  MetricsText all;
  all.add(text);
  const std::string& folder = service.options().metrics_dir;
  if (!folder.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto names, service.io().files.list(folder));
    for (const std::string& name : names) {
      if (!name.ends_with(".prom")) continue;
      const auto content = service.io().files.read_file(sys::join(folder, name), kMetricsFileBytesMax);
      if (content) all.add(*content);
    }
  }
  return call.response.send(200, "text/plain; version=0.0.4; charset=utf-8", all.text());
}

}  // namespace

extern constexpr Endpoint kMetrics{
    .method = "GET", .path = "/metrics", .summary = "Counters, for Prometheus.", .scope = Scope::read, .answer = answer_metrics};

}  // namespace logmill::logserve
