#include "logserve/api/parameters.h"

#include <algorithm>
#include <array>
#include <vector>

#include "text/suggest.h"

namespace logmill::logserve {

std::span<const Parameter> search_parameters() {
  static constexpr std::array<Parameter, 7> kParameters{{{"q", "A query, as logquery takes it."},
                                                         {"service", "Only of this service."},
                                                         {"level", "Only of this level."},
                                                         {"log_id", "Only the record that was acknowledged under this id."},
                                                         {"keywords", "Only with all of these words."},
                                                         {"timestamp_from", "Not before: a time, or how long ago (2h)."},
                                                         {"timestamp_to", "Not after."}}};
  return kParameters;
}

std::string unknown_parameter(const Endpoint& endpoint, const http::Request& request) {
  if (endpoint.dialect != Dialect::own || endpoint.scope == Scope::none || (!endpoint.searches && endpoint.parameters.empty())) return {};
  std::vector<std::string_view> known;
  if (endpoint.searches)
    for (const Parameter& parameter : search_parameters()) known.push_back(parameter.name);
  for (const Parameter& parameter : endpoint.parameters) known.push_back(parameter.name);
  for (const auto& [name, value] : request.target.parameters) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string_view near = text::nearest(name, known);
    return "'" + name + "': there is no such parameter" + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?");
  }
  return {};
}

}  // namespace logmill::logserve
