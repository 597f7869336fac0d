#include "logship/input_reader.h"
#include "logship/lines.h"
#include "logship/logship.h"
#include "logship/native.h"

namespace logmill::logship {

base::Result<cli::Exit> Logship::run(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto address, transport::parse_address(options.url));
  if (options.tls.skip_verify)
    io.reporter.warn("tls", options.url +
                                ": the receiver's certificate is not verified: anyone on the way can read and "
                                "change the records (--tls-skip-verify)");
  io.stop.set_grace_ns(options.grace_ns);
  cli::Statistics statistics(kName, options.stats, io);
  LOGMILL_ASSIGN_OR_RETURN(const auto input, InputReader::open(options, io));
  const auto send = wire_of(options, address) == Wire::frames ? send_frames : send_lines;
  return send(options, address, *input, io, statistics);
}

}  // namespace logmill::logship
