// --open: the page of a logserve, at the address that shows what the query line asks for.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "logquery/logquery.h"

namespace logmill::logquery {

// Refuses what the page cannot show.
base::Status check_open(const Options& options);

// The page takes times without a zone for UTC: those of the query line that are meant as local are written out. "2h" stays what it is.
base::Result<std::string> page_address(const Options& options, base::TimeNs now);

// Shows it, if standard output is a terminal and something can; prints it otherwise. Fails with `again` if no logserve answers.
base::Result<cli::Exit> open_page(const Options& options, cli::Io& io);

}  // namespace logmill::logquery
