#include "cli/tls_options.h"

#include <CLI/CLI.hpp>

namespace logmill::cli {

void add_tls_options(CLI::App& app, transport::TlsOptions& tls) {
  app.add_option("--ca-cert", tls.ca_cert, "Authorities to trust (PEM). Default: the system's.")->type_name("FILE")->group("TLS");
  app.add_option("--cert", tls.cert, "Our certificate chain (PEM), for receivers that ask for one.")->type_name("FILE")->group("TLS");
  app.add_option("--key", tls.key, "Its private key (PEM). Default: in the same file.")->type_name("FILE")->group("TLS");
  app.add_flag("--tls-skip-verify", tls.skip_verify, "Trust any receiver: anyone on the way can read and change the records.")
      ->group("TLS");
}

base::Status check_tls_options(const transport::TlsOptions& tls) {
  const auto invalid = [](std::string what) { return base::Error{base::ErrorCode::invalid, std::move(what)}; };
  if (tls.skip_verify && !tls.ca_cert.empty()) return invalid("--tls-skip-verify and --ca-cert contradict each other");
  if (!tls.key.empty() && tls.cert.empty()) return invalid("--key needs --cert");
  return {};
}

}  // namespace logmill::cli
