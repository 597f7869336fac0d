// The body of Elasticsearch's _bulk: lines of JSON, an action and then, for most, the document that it is about.
// Elasticsearch, REST APIs, "Bulk index or delete documents".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logmill::logserve {

struct BulkItem {
  std::string action;         // "index", "create", "update", "delete"
  std::string index, id;      // empty: not said
  std::string_view document;  // of the body; empty: of none
  bool stores() const { return action == "index" || action == "create"; }
};

// More in a request are refused, as too_large: whoever sends them makes two of it.
constexpr std::size_t kBulkItemsMax = 100'000;

// In their order; their documents are views of `body`, and not looked at. Fails with invalid, naming the line, if one is no action, or one
// that is due does not come.
base::Result<std::vector<BulkItem>> parse_bulk(std::string_view body);

}  // namespace logmill::logserve
