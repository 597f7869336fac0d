#include "cli/run_main.h"
#include "logship/logship.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logship::Logship>(argc, argv); }
