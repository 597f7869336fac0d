// How far the sink at the end of a pipeline has each stream: --resume.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/io.h"
#include "store/reader.h"
#include "transport/transport.h"

namespace logmill::cli {

// `sink` is a store, a flat file, a spool (or "spool:DIR"), the URL of a logrecv, or empty. What does not exist yet holds nothing; a
// receiver that cannot be reached is an error, `again`.
base::Result<std::vector<store::Frontier>> read_frontiers(const std::string& sink, const transport::TlsOptions& tls, Io& io);
bool is_url(std::string_view sink);

}  // namespace logmill::cli
