// What the beginning of a query may go on as, for completion in shells.
#pragma once

#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "logquery/logquery.h"

namespace logmill::logquery {

// Prints one possibility a line, each with options.complete in front of it. Looks at footers and at the latest blocks of the store, or at
// the head of the first file; of what cannot be read nothing is known, and nobody is told: it is not the time for messages.
base::Result<cli::Exit> complete_query(const Options& options, cli::Io& io);

}  // namespace logmill::logquery
