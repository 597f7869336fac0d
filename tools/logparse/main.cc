#include "logparse/logparse.h"

#include "cli/run_main.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logparse::Logparse>(argc, argv); }
