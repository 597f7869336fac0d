#include "logrecv/intake.h"
#include "logrecv/logrecv.h"
#include "logrecv/server.h"
#include "sys/fd.h"

namespace logmill::logrecv {
namespace {

base::Status announce(const Logrecv::Options& options, const std::string& addresses, cli::Io& io) {
  const std::string line = addresses + "\n";
  if (options.print_address) LOGMILL_RETURN_IF_ERROR(sys::write_all(io.err, line));
  if (options.ready_fd < 0) return {};
  const sys::Fd ready(options.ready_fd);
  auto written = sys::write_all(ready.get(), line);
  return written ? base::Status{} : std::move(written).error().with_context("--ready-fd");
}

}  // namespace

base::Result<cli::Exit> Logrecv::run(const Options& options, cli::Io& io) {
  // What is on its way is taken in for half of it; the rest is for commits and the reader.
  io.stop.set_grace_ns(options.grace.ns / 2);
  cli::Statistics statistics(kName, options.stats, io);
  LOGMILL_ASSIGN_OR_RETURN(const auto intake, Intake::open(options, io, statistics));
  LOGMILL_ASSIGN_OR_RETURN(const auto server, Server::listen(options, *intake, io, statistics));
  if (const std::string caveat = intake->caveat(); !caveat.empty()) io.reporter.warn("acknowledgement", caveat);
  LOGMILL_RETURN_IF_ERROR(announce(options, server->addresses(), io));
  LOGMILL_RETURN_IF_ERROR(server->run());
  LOGMILL_RETURN_IF_ERROR(intake->close());
  statistics.finish();
  return cli::Exit::done;
}

}  // namespace logmill::logrecv
