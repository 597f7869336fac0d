#include "cli/run_main.h"
#include "logcollect/logcollect.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logcollect::Logcollect>(argc, argv); }
