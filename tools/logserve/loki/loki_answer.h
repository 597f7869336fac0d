// What answers to Loki's clients have in common.
#pragma once

#include <string>
#include <string_view>

#include "logserve/api/endpoint.h"

namespace logmill::logserve {

// {"status":"success","data":…}, with a warning where it is not all.
std::string loki_success(std::string_view data, bool partial);

inline constexpr Parameter kLokiStart{"start", "Nanoseconds since the epoch, seconds with a fraction, or RFC 3339."};
inline constexpr Parameter kLokiEnd{"end", "The same."};
inline constexpr Parameter kLokiSince{"since", "How long before the end it starts: 1h."};

constexpr Endpoint loki_search(std::string_view method, std::string_view path, std::string_view summary, base::Status (*answer)(Call&),
                               std::span<const Parameter> parameters, Content gives) {
  return {.method = method,
          .path = path,
          .summary = summary,
          .scope = Scope::read,
          .answer = answer,
          .parameters = parameters,
          .dialect = Dialect::loki,
          .takes = method == "POST" ? Content{"application/x-www-form-urlencoded", "LokiForm"} : Content{},
          .gives = gives};
}

}  // namespace logmill::logserve
