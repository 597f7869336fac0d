#include "cli/run_main.h"
#include "logalert/logalert.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::logalert::Logalert>(argc, argv); }
