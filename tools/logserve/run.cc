#include "cli/statistics.h"
#include "http/server.h"
#include "logserve/api/endpoint.h"
#include "logserve/export/export_jobs.h"
#include "logserve/logserve.h"
#include "logserve/service/service.h"
#include "sys/fd.h"

namespace logmill::logserve {
namespace {

// As a browser takes it.
std::string url_of(std::string_view address) {
  constexpr std::string_view kTcp = "tcp://", kTls = "tls://";
  if (address.starts_with(kTcp)) return "http://" + std::string(address.substr(kTcp.size()));
  if (address.starts_with(kTls)) return "https://" + std::string(address.substr(kTls.size()));
  return std::string(address);
}

base::Status announce(const Logserve::Options& options, const std::vector<std::string>& addresses, cli::Io& io) {
  std::string line;
  for (const std::string& address : addresses) line += (line.empty() ? "" : " ") + url_of(address);
  line += '\n';
  if (options.print_address || io.err_is_terminal) LOGMILL_RETURN_IF_ERROR(sys::write_all(io.err, "logserve: listening on " + line));
  if (options.ready_fd < 0) return {};
  const sys::Fd ready(options.ready_fd);
  auto written = sys::write_all(ready.get(), line);
  return written ? base::Status{} : std::move(written).error().with_context("--ready-fd");
}

}  // namespace

base::Result<cli::Exit> Logserve::run(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto service, Service::open(options, io));
  LOGMILL_ASSIGN_OR_RETURN(const auto exports, ExportJobs::open(options.export_dir, *service));
  service->set_exports(*exports);
  http::ServerOptions server_options;
  server_options.tls = options.tls;
  server_options.connections_max = options.connections_max;
  server_options.limits.body_bytes_max = options.body_bytes_max;
  for (const std::string& address : options.listen) server_options.addresses.push_back(transport_address(address));
  LOGMILL_ASSIGN_OR_RETURN(const auto server, http::Server::listen(std::move(server_options), io.stop, io.reporter));
  LOGMILL_RETURN_IF_ERROR(announce(options, server->addresses(), io));
  cli::Statistics statistics(Logserve::kName, options.stats, io);
  const auto tick = [&] {
    service->tick();
    statistics.counters = service->counts();
    statistics.tick();
  };
  LOGMILL_RETURN_IF_ERROR(
      server->run([&](const http::Request& request, http::Response& response) { answer(*service, request, response); }, tick));
  LOGMILL_RETURN_IF_ERROR(service->ingester().close());
  statistics.counters = service->counts();
  statistics.finish();
  return cli::Exit::done;
}

}  // namespace logmill::logserve
