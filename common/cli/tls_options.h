// --ca-cert, --cert, --key and --tls-skip-verify of whoever connects to a receiver.
#pragma once

#include "base/result.h"
#include "transport/transport.h"

namespace CLI {
class App;
}

namespace logmill::cli {

void add_tls_options(CLI::App& app, transport::TlsOptions& tls);
base::Status check_tls_options(const transport::TlsOptions& tls);

}  // namespace logmill::cli
