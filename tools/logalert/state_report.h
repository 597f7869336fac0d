// What the state knows, for people and scripts; and silences.
#pragma once

#include "alert/state_file.h"
#include "cli/io.h"
#include "logalert/logalert.h"

namespace logmill::logalert {

// --list, --history, --silence and --unsilence.
bool asks_state(const Options& options);
base::Result<cli::Exit> answer_from_state(const Options& options, const std::string& path, cli::Io& io);

}  // namespace logmill::logalert
