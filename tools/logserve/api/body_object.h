// The body of a request that says what is wanted: one JSON object.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "record/batch.h"

namespace logmill::logserve {

// Thread-compatible.
class BodyObject {
 public:
  // Fails with invalid if it is no object.
  static base::Result<BodyObject> parse(std::string_view json);
  // Empty if it is not there.
  std::string text(std::string_view name) const;

 private:
  record::Batch batch_;
};

}  // namespace logmill::logserve
