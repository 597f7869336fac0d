// Who runs this program.
#pragma once

namespace logmill::sys {

// The real user's number.
unsigned user_id();

}  // namespace logmill::sys
