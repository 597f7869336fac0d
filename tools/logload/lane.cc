#include "logload/lane.h"

#include "transport/address.h"

namespace logmill::logload {

TargetKind kind_of(const std::string& to) {
  if (to == "-" || to.starts_with("ring:")) return TargetKind::stream;
  const auto address = transport::parse_address(to);
  if (!address) return TargetKind::store;
  return address->transport->carries == transport::TransportSpec::Carries::datagrams ? TargetKind::datagrams : TargetKind::link;
}

std::string_view promise_of(TargetKind kind) {
  switch (kind) {
    case TargetKind::store: return "committed";
    case TargetKind::link: return "by the receiver";
    case TargetKind::datagrams: return "handed to the network";
    case TargetKind::stream: return "handed over";
  }
  return {};
}

base::Result<std::unique_ptr<Lane>> open_lane(const Logload::Options& options, cli::Io& io) {
  switch (kind_of(options.to)) {
    case TargetKind::store: return open_store_lane(options, io);
    case TargetKind::link: return open_link_lane(options, io);
    case TargetKind::datagrams: return open_datagram_lane(options, io);
    case TargetKind::stream: break;
  }
  return open_stream_lane(options, io);
}

}  // namespace logmill::logload
