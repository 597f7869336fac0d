// What Elasticsearch says at /.
#pragma once

#include "logserve/api/endpoint.h"

namespace logmill::logserve {

// Whether it is asked for rather than the page: by who would take JSON but no text of whatever kind. Browsers ask for text/html, curl takes
// anything; Beats ask for JSON, and Logstash does not say.
bool wants_elastic_banner(const http::Request& request);
base::Status send_elastic_banner(Call& call);

}  // namespace logmill::logserve
