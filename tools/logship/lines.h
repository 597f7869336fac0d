// Sends lines, syslog messages or datagrams to receivers that acknowledge nothing.
#pragma once

#include "cli/statistics.h"
#include "logship/input_reader.h"
#include "logship/logship.h"

namespace logmill::logship {

base::Result<cli::Exit> send_lines(const Logship::Options& options, const transport::Address& address, InputReader& input, cli::Io& io,
                                   cli::Statistics& statistics);

}  // namespace logmill::logship
