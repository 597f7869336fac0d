// GET /metrics: Prometheus text, of this program and of those that write --metrics FILE into a folder.
#include <map>

#include "cli/counters.h"
#include "logserve/api/endpoint.h"
#include "logserve/service/options.h"
#include "logserve/operate/metrics_text.h"
#include "store/segment_list.h"
#include "text/utf8.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kMetricsFileBytesMax = 1 << 20;

void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  out.append("# HELP logmill_").append(name).append(" ").append(help);
  out.append("\n# TYPE logmill_").append(name).append(" ").append(type);
  out.append("\nlogmill_").append(name).append("{program=\"logserve\"} ").append(std::to_string(value)).append("\n");
}

// Of any bytes: the text is a label, and whoever reads it takes UTF-8.
std::string label_value(std::string_view text) {
  std::string plain, value;
  text::append_escaped_for_terminal(plain, text);
  for (const char c : plain) {
    if (c == '\\' || c == '"') value += '\\';
    value += c;
  }
  return value;
}

// Whoever sees only some records does not learn of which services there are others.
void append_drops(std::string& out, const Ingester::Drops& drops, bool by_service) {
  std::map<std::string, std::uint64_t> samples;
  for (const auto& [of, records] : drops) {
    std::string labels = "level=\"" + std::string(record::severity_name(of.first)) + "\"";
    if (by_service) labels += ",service=\"" + label_value(of.second) + "\"";
    samples[labels] += records;
  }
  out +=
      "# HELP logmill_ingest_dropped_total Records below WARN that were dropped because of overload.\n"
      "# TYPE logmill_ingest_dropped_total counter\n";
  for (const auto& [labels, records] : samples)
    out.append("logmill_ingest_dropped_total{program=\"logserve\",")
        .append(labels)
        .append("} ")
        .append(std::to_string(records))
        .append("\n");
}

// What the segments of the stores have on disk. One that goes meanwhile was joined with others, or is kept no longer.
base::Status append_store(std::string& out, Service& service) {
  std::uint64_t sealed = 0, live = 0, bytes = 0;
  for (const ServedStore& store : service.stores()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto segments, store::list_segment_files(service.io().files, store.dir));
    for (const store::SegmentFile& segment : segments) {
      const auto info = service.io().files.info(segment.path);
      if (!info) continue;
      ++(segment.sealed ? sealed : live);
      bytes += info->size;
    }
  }
  append_metric(out, "store_bytes", "gauge", "Of the segments, on disk.", bytes);
  append_metric(out, "store_sealed_segments", "gauge", "Segments that do not grow.", sealed);
  append_metric(out, "store_live_segments", "gauge", "Segments that are written to, or were when their writer ended.", live);
  return {};
}

base::Status answer_metrics(Call& call) {
  Service& service = call.service;
  std::string text = cli::format_metrics(kProgramName, service.counts());
  text += service.io().metrics.messages();
  append_metric(text, "http_requests_total", "counter", "Requests.", service.counters.requests);
  append_metric(text, "http_refused_total", "counter", "Requests without a token, or with one that may not.", service.counters.refused);
  append_metric(text, "queries_total", "counter", "Searches.", service.counters.queries);
  append_metric(text, "ingest_queue_bytes", "gauge", "Of records that wait to be committed.", service.ingester().waiting_bytes());
  append_metric(text, "ingest_queue_requests", "gauge", "That wait for their records to be committed.",
                service.ingester().waiting_requests());
  append_metric(text, "stream_clients", "gauge", "Who follows the live stream.", service.feed().subscribers());
  append_metric(text, "stream_slow_total", "counter", "How often one who follows was sent to the store because it was too slow.",
                service.feed().given_up());
  append_metric(text, "queries_partial_total", "counter", "Searches that did not look at everything.", service.counters.queries_partial);
  append_drops(text, service.ingester().drops(), call.grant.filter.empty());
  LOGMILL_RETURN_IF_ERROR(append_store(text, service));
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

extern constexpr Endpoint kMetrics{.method = "GET",
                                   .path = "/metrics",
                                   .summary = "Counters, for Prometheus.",
                                   .scope = Scope::read,
                                   .answer = answer_metrics,
                                   .gives = {kPlainType, "Text"}};

}  // namespace logmill::logserve
