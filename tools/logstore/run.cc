#include "logstore/logstore.h"

namespace logmill::logstore {

base::Result<cli::Exit> Logstore::run(const Options& options, cli::Io& io) {
  switch (options.action) {
    case Action::ingest: return ingest(options, io);
    case Action::seal: return seal_leftovers(options, io);
    case Action::retain: return options.flat ? retain_flat(options, io) : retain(options, io);
    case Action::compact: return compact(options, io);
    case Action::rekey: return rekey(options, io);
    case Action::repair: return repair(options, io);
    case Action::erase: return erase(options, io);
    case Action::cool: return cool(options, io);
  }
  return cli::Exit::failed;
}

}  // namespace logmill::logstore
