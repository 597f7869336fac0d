// Sends over the native link: every record is held until the receiver has acknowledged it.
#pragma once

#include "cli/statistics.h"
#include "logship/input_reader.h"
#include "logship/logship.h"

namespace logmill::logship {

base::Result<cli::Exit> send_frames(const Logship::Options& options, const transport::Address& address, InputReader& input, cli::Io& io,
                                    cli::Statistics& statistics);

}  // namespace logmill::logship
