#include "loginspect/loginspect.h"

#include "cli/run_main.h"

int main(int argc, char** argv) { return logmill::cli::run_main<logmill::loginspect::Loginspect>(argc, argv); }
