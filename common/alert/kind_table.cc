#include "alert/rule.h"

#define RULE_KINDS(X) \
  X(kThreshold)       \
  X(kRatio)           \
  X(kChange)          \
  X(kSpike)           \
  X(kAbsence)         \
  X(kPattern)

namespace logmill::alert {

#define DECLARE(kind) extern const RuleKind kind;
RULE_KINDS(DECLARE)
#undef DECLARE

std::span<const RuleKind* const> rule_kinds() {
#define POINTER(kind) &kind,
  static constexpr const RuleKind* kKinds[] = {RULE_KINDS(POINTER)};
#undef POINTER
  return kKinds;
}

}  // namespace logmill::alert
