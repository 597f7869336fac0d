// The names behind the '?' of an address.
#pragma once

#include <span>
#include <string>

#include "logserve/api/endpoint.h"

namespace logmill::logserve {

// Of endpoints that search.
std::span<const Parameter> search_parameters();

// Why a request names what nobody reads; empty if it does not. A parameter that is misspelt would make a search one for all there is. The
// page, whose address holds what its script reads, and the dialects of others, whose clients send what they like, may have any.
std::string unknown_parameter(const Endpoint& endpoint, const http::Request& request);

}  // namespace logmill::logserve
