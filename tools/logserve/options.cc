#include <CLI/CLI.hpp>
#include <algorithm>

#include "logserve/service/access.h"
#include "logserve/logserve.h"
#include "transport/address.h"

namespace logmill::logserve {
namespace {

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

constexpr std::string_view kHttps = "https://";

bool is_local(std::string_view address) {
  if (address.starts_with("unix:")) return true;
  if (const std::size_t scheme = address.find("://"); scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  return is_this_machine(address);
}

base::Status check_address(const std::string& address, const Logserve::Options& options) {
  if (!transport::parse_address(transport_address(address)))
    return invalid("--listen " + address + ": HOST:PORT, https://HOST:PORT or unix:PATH is expected");
  const bool tls = address.starts_with(kHttps);
  if (tls && options.tls.cert.empty()) return invalid("--listen " + address + ": --cert is needed too");
  if (!tls && !options.tls.client_ca.empty() && !address.starts_with("unix:"))
    return invalid("--listen " + address + ": --client-ca is for https:// only");
  const bool guarded = !options.token_file.empty() || !options.tls.client_ca.empty() || options.insecure;
  if (is_local(address) || guarded) return {};
  return invalid("--listen " + address + ": other machines could reach it; --token-file or --client-ca is needed, or --insecure");
}

void add_network_options(CLI::App& app, Logserve::Options& options) {
  app.add_option("--listen", options.listen,
                 "Where to listen: HOST:PORT, https://HOST:PORT or unix:PATH. May be repeated. Default: 127.0.0.1:8514.")
      ->type_name("ADDRESS")
      ->allow_extra_args(false)
      ->group("Network");
  app.add_option("--ready-fd", options.ready_fd, "Write the addresses to this descriptor once all are listened on, and close it.")
      ->type_name("FD")
      ->group("Network");
  app.add_flag("--print-address", options.print_address, "Write the addresses to standard error; port 0 shows as the real one.")
      ->group("Network");
  app.add_option("--cert", options.tls.cert, "Our certificate chain (PEM), for https://.")->type_name("FILE")->group("Network");
  app.add_option("--key", options.tls.key, "Its private key (PEM). Default: in the same file.")->type_name("FILE")->group("Network");
  app.add_option("--client-ca", options.tls.client_ca, "Only take clients with a certificate by this authority (PEM).")
      ->type_name("FILE")
      ->group("Network");
}

void add_access_options(CLI::App& app, Logserve::Options& options) {
  app.add_option("--token-file", options.token_file, "Who may do what: lines of NAME TOKEN SCOPES [FILTER].")
      ->type_name("FILE")
      ->group("Access");
  app.add_flag("--insecure", options.insecure, "Let everybody in, also from other machines.")->group("Access");
}

void add_limit_options(CLI::App& app, Logserve::Options& options) {
  cli::add_count(app, "--max-connections", options.connections_max, "Refuse more than this at a time. Default: 1000.")->group("Limits");
  cli::add_size(app, "--max-body", options.body_bytes_max, "Refuse larger requests. Default: 64MiB.")->group("Limits");
  cli::add_size(app, "--max-queue", options.queue_bytes_max,
                "Of records that wait to be committed; more are refused (429). Default: 64MiB.")
      ->group("Limits");
  cli::add_overload(app, options.overload,
                    "As the queue fills: take all while there is room (block), or drop more and more (sample) or all (shed) records below "
                    "WARN, and say so in the stream. Default: block.")
      ->group("Limits");
  cli::add_duration(app, "--idempotency-age", options.key_age_ns, "How long a request is known again by its Idempotency-Key. Default: 1d.")
      ->group("Limits");
  cli::add_duration(app, "--max-query-time", options.query_time_max_ns, "Answer in part after this long. Default: 30s.")->group("Limits");
  cli::add_size(app, "--max-query-memory", options.query_memory_max,
                "What a query may hold; more goes to temporary files. Default: 256MiB.")
      ->group("Limits");
  cli::add_count(app, "--max-queries", options.queries_max, "So many at once; others wait a moment. Default: 8.")->group("Limits");
  app.add_option("--temp-dir", options.temporary_directory, "Where temporary files are. Default: $TMPDIR, else /tmp.")
      ->type_name("DIR")
      ->envname("TMPDIR")
      ->group("Limits");
}

}  // namespace

void Logserve::add_options(CLI::App& app, Options& options) {
  app.add_option("-d,--dir", options.stores, "The store's folder. May be repeated: all are searched, the first is written to.")
      ->type_name("DIR")
      ->envname("LOGMILL_STORE")
      ->allow_extra_args(false)
      ->group("Store");
  options.key.add(app, cli::KeyOptions::Use::store);
  add_network_options(app, options);
  add_access_options(app, options);
  add_limit_options(app, options);
  app.add_option("--export-dir", options.export_dir, "Where POST /logs/export may write files; without it exports are downloads only.")
      ->type_name("DIR")
      ->group("Exports");
  app.add_option("--alerts", options.alerts_file, "Also serve what logalert keeps in this file (its --state).")
      ->type_name("FILE")
      ->group("Alerts");
  app.add_option("--metrics-dir", options.metrics_dir, "Also serve what the other programs write there with --metrics DIR/NAME.prom.")
      ->type_name("DIR")
      ->group("Statistics");
  options.stats.add(app);
}

std::string transport_address(std::string_view text) {
  constexpr std::string_view kHttp = "http://";
  if (text.starts_with(kHttp)) return "tcp://" + std::string(text.substr(kHttp.size()));
  if (text.starts_with(kHttps)) return "tls://" + std::string(text.substr(kHttps.size()));
  return text.find("://") == std::string_view::npos && !text.starts_with("unix:") ? "tcp://" + std::string(text) : std::string(text);
}

base::Status Logserve::check(const Options& options) {
  if (options.stores.empty()) return invalid("which store? -d DIR");
  for (auto store = options.stores.begin(); store != options.stores.end(); ++store) {
    if (store->empty()) return invalid("which store? -d DIR");
    if (std::find(options.stores.begin(), store, *store) != store) return invalid("-d " + *store + " is given twice");
  }
  for (const std::string& address : options.listen) LOGMILL_RETURN_IF_ERROR(check_address(address, options));
  return {};
}

}  // namespace logmill::logserve
