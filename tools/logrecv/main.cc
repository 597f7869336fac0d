#include "cli/run_main.h"
#include "logrecv/logrecv.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logrecv::Logrecv>(argc, argv); }
