#include "sys/user_id.h"

#include <unistd.h>

namespace logmill::sys {

unsigned user_id() { return getuid(); }

}  // namespace logmill::sys
