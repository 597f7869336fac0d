// What Elasticsearch says at /.
#pragma once

#include "logserve/api/endpoint.h"

namespace logmill::logserve {

// Whether it is asked for rather than the page: by who takes neither a page nor whatever there is. Browsers ask for text/html, curl takes
// anything; Beats ask for JSON, Elasticsearch's own clients for its form of JSON or text/plain, and Logstash does not say.
bool wants_elastic_banner(const http::Request& request);
base::Status send_elastic_banner(Call& call);

}  // namespace logmill::logserve
