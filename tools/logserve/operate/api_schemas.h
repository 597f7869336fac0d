// What requests and answers hold, for programs: JSON Schema, as OpenAPI 3.1 has it. A test compares answers with it.
#pragma once

#include <span>
#include <string_view>

namespace logmill::logserve {

struct ApiSchema {
  std::string_view name;
  std::string_view json;
};

// Endpoints name them.
std::span<const ApiSchema> api_schemas();

}  // namespace logmill::logserve
