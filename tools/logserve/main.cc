#include "cli/run_main.h"
#include "logserve/logserve.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logserve::Logserve>(argc, argv); }
