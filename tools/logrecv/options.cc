#include <CLI/CLI.hpp>

#include "cli/sink_frontiers.h"
#include "logrecv/logrecv.h"
#include "query/filter/filter.h"

namespace logmill::logrecv {
namespace {

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

std::string url_forms() {
  std::string forms;
  for (const transport::TransportSpec* spec : transport::transports()) {
    if (!forms.empty()) forms += ", ";
    forms += spec->syntax;
  }
  return forms;
}

void add_network_options(CLI::App& app, Logrecv::Options& options) {
  app.add_option("--listen", options.listen, "Where to listen: " + url_forms() + ". May be repeated.")
      ->type_name("URL")
      ->allow_extra_args(false)
      ->group("Network");
  app.add_option("--ready-fd", options.ready_fd, "Write the addresses to this descriptor once all are listened on, and close it.")
      ->type_name("FD")
      ->group("Network");
  app.add_flag("--print-address", options.print_address,
               "Write the addresses to standard error once all are listened on; port 0 shows as "
               "the real one.")
      ->group("Network");
  cli::add_count(app, "--max-connections", options.connections_max, "Refuse more than this at a time. Default: 1000.")->group("Network");
  cli::add_count(app, "--max-streams", options.streams_max, "Keep in mind how far so many streams came. Default: 100000.")
      ->group("Network");
  cli::add_size(app, "--max-line", options.line_bytes_max, "Cut longer lines into pieces. Default: 1MiB.")->group("Network");
  cli::add_duration(app, "--idle-timeout", options.idle_timeout_ns, "Close connections that say nothing for this long. Default: never.")
      ->group("Network");
}

void add_tls_options(CLI::App& app, transport::TlsOptions& tls) {
  app.add_option("--cert", tls.cert, "Our certificate chain (PEM), for tls://.")->type_name("FILE")->group("TLS");
  app.add_option("--key", tls.key, "Its private key (PEM). Default: in the same file.")->type_name("FILE")->group("TLS");
  app.add_option("--client-ca", tls.client_ca, "Only take clients with a certificate by this authority (PEM).")
      ->type_name("FILE")
      ->group("TLS");
}

void add_record_options(CLI::App& app, Logrecv::Options& options) {
  app.add_flag("!--no-parse", options.parse, "Keep syslog and other lines as they are, in the field raw.")->group("Records");
  app.add_option("--where", options.where, "Only records that match, as in: level>=warn NOT host=test1.")
      ->type_name("EXPR")
      ->group("Records");
}

}  // namespace

void Logrecv::add_options(CLI::App& app, Options& options) {
  add_network_options(app, options);
  add_tls_options(app, options.tls);
  add_record_options(app, options);
  options.store.add(app, cli::KeyOptions::Use::store);
  options.spool.add(app, "Without -d: acknowledge what is committed to this folder, and pass it on from there.");
  app.add_option("--resume", options.resume,
                 "Keep it in the spool until this store, flat file, spool or receiver at the end of the pipeline has it. Default: until "
                 "the reader of the output took it.")
      ->type_name("STORE|SPOOL|URL")
      ->group("Spool");
  options.output.add(app);
  options.stats.add(app);
  options.grace.add(app);
}

base::Status Logrecv::check(const Options& options) {
  if (options.listen.empty()) return invalid("nothing to listen on; try --listen tcp://127.0.0.1:5140");
  for (const std::string& url : options.listen) {
    auto address = transport::parse_address(url);
    if (!address) return std::move(address).error().with_context("--listen");
    if (address->transport->scheme == "tls" && options.tls.cert.empty()) return invalid("--listen " + url + ": --cert is needed too");
  }
  LOGMILL_RETURN_IF_ERROR(options.spool.check());
  if (!options.spool.dir.empty() && !options.store.dir.empty()) return invalid("--spool: the store commits by itself; leave out -d");
  if (!options.resume.empty() && options.spool.dir.empty())
    return invalid("--resume: is for what is kept in a spool; --spool is needed too");
  if (!options.resume.empty() && options.output.resolve(codec::Format::frames) != codec::Format::frames)
    return invalid("--resume: only frames say where records come from; leave out -o");
  if (cli::is_url(options.resume))
    if (auto address = transport::parse_address(options.resume); !address) return std::move(address).error().with_context("--resume");
  if (!options.where.empty())
    if (auto filter = query::Filter::parse(options.where, {}); !filter) return std::move(filter).error().with_context("--where");
  return {};
}

}  // namespace logmill::logrecv
