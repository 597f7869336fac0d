#include "cli/run_main.h"
#include "loggen/loggen.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::loggen::Loggen>(argc, argv); }
