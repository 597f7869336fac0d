#include "cli/sink_frontiers.h"

#include "flat/judgement.h"
#include "spool/spool.h"
#include "transport/link_question.h"

namespace logmill::cli {
namespace {

constexpr std::string_view kSpoolScheme = "spool:";

base::Result<std::vector<store::Frontier>> ask_receiver(const std::string& url, const transport::TlsOptions& tls, Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto address, transport::parse_address(url));
  LOGMILL_ASSIGN_OR_RETURN(const auto answer, transport::ask_frontier(address, {.tls = tls, .stop_fd = io.stop.fd()}));
  if ((answer.flags & transport::LinkFrontier::kCommits) == 0)
    io.reporter.warn("resume", url + ": has no store of its own: it says what it passed on since it was started");
  std::vector<store::Frontier> frontiers;
  for (const auto& held : answer.positions) frontiers.push_back({held.stream, held.epoch, held.position});
  return frontiers;
}

}  // namespace

bool is_url(std::string_view sink) { return sink.starts_with("unix:") || sink.find("://") != std::string_view::npos; }

base::Result<std::vector<store::Frontier>> read_frontiers(const std::string& sink, const transport::TlsOptions& tls, Io& io) {
  if (sink.empty()) return std::vector<store::Frontier>{};
  if (is_url(sink)) return ask_receiver(sink, tls, io);
  if (sink.starts_with(kSpoolScheme)) return spool::read_frontiers(io.files, sink.substr(kSpoolScheme.size()));
  if (spool::is_spool(io.files, sink)) return spool::read_frontiers(io.files, sink);
  if (flat::is_flat_file(io.files, sink)) {
    const auto info = io.files.info(sink);
    if (info && info->size > 0 && !io.files.info(flat::positions_path(sink)))
      io.reporter.warn("resume", sink + ": keeps no positions yet; reading from the beginning");
    return flat::read_frontiers(io.files, sink);
  }
  const auto info = io.files.info(sink);
  if (!info && info.error().code == base::ErrorCode::not_found) return std::vector<store::Frontier>{};
  if (!info) return info.error();
  return store::read_frontiers(io.files, sink, io.reporter);
}

}  // namespace logmill::cli
