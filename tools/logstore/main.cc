#include "cli/run_main.h"
#include "logstore/logstore.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logstore::Logstore>(argc, argv); }
