// STORE/store.toml: defaults of a program's options that go with a store, wherever it is used from.
#pragma once

#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace logmill::cli {

// After `app` has parsed everything else: gives the options that were not given the values of the
// file store.toml in the folder that --dir names. Fine if there is none. Fails with invalid, naming
// file and option.
base::Status apply_store_config(CLI::App& app);

}  // namespace logmill::cli
