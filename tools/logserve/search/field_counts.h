// Which fields rows have, and how many have each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "query/pipeline/stage.h"

namespace logmill::logserve {

struct CountedField {
  std::string name;
  std::uint64_t records = 0;
};

class FieldCounts final : public query::Stage {
 public:
  base::Status push(const query::Rows& rows) override;
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }

  // In the order in which they came.
  std::vector<CountedField>& fields() { return fields_; }

 private:
  CountedField& of(std::string_view name);

  std::vector<CountedField> fields_;
};

}  // namespace logmill::logserve
