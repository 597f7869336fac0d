#include "cli/run_main.h"
#include "logload/logload.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logload::Logload>(argc, argv); }
