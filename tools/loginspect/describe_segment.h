// The structures of a segment as docs/formats/segment.md names them.
#pragma once

#include "base/result.h"
#include "loginspect/structure.h"
#include "sys/file_system.h"

namespace logmill::loginspect {

// In the order of the file; of a damaged one all that can be found, each damage as a structure of
// its own. `sealed`: it should have a footer.
base::Status describe_segment(const sys::File& file, bool sealed, const Show& show);

}  // namespace logmill::loginspect
