#include "alert/action.h"

#define ACTIONS(X) \
  X(kStdout)       \
  X(kCommand)      \
  X(kWebhook)      \
  X(kMail)

namespace logmill::alert {

#define DECLARE(kind) extern const ActionKind kind;
ACTIONS(DECLARE)
#undef DECLARE

std::span<const ActionKind* const> action_kinds() {
#define POINTER(kind) &kind,
  static constexpr const ActionKind* kKinds[] = {ACTIONS(POINTER)};
#undef POINTER
  return kKinds;
}

}  // namespace logmill::alert
