#include "cli/run_main.h"
#include "logquery/logquery.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logquery::Logquery>(argc, argv); }
