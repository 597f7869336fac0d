#include "logrecv/server.h"

#include <algorithm>

#include "sys/fd.h"
#include "text/units.h"

namespace logmill::logrecv {
namespace {

// Keys of the poller: the stop first, the output, then the ports, then sessions.
constexpr std::uint64_t kStopKey = 0;
constexpr std::uint64_t kOutputKey = 1;
constexpr std::uint64_t kFirstPortKey = 2;
// How often to see to the store, the statistics and idle peers when nothing comes in.
constexpr int kTickMs = 1'000;
// After an accept that failed: whoever waits to be accepted keeps the listener readable all the time.
constexpr int kDeafMs = 100;
// Datagrams of one turn: as with sessions, others want to be heard too.
constexpr std::size_t kDatagramsATurn = 4'096;

}  // namespace

Server::Server(const Logrecv::Options& options, Intake& intake, cli::Io& io, cli::Statistics& statistics, sys::Poller poller)
    : options_(options),
      intake_(intake),
      io_(io),
      statistics_(statistics),
      poller_(std::move(poller)),
      next_key_(kFirstPortKey + options.listen.size()) {}

base::Result<std::unique_ptr<Server>> Server::listen(const Logrecv::Options& options, Intake& intake, cli::Io& io,
                                                     cli::Statistics& statistics) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Poller poller, sys::Poller::make());
  std::unique_ptr<Server> server(new Server(options, intake, io, statistics, std::move(poller)));
  LOGMILL_RETURN_IF_ERROR(server->poller_.add(io.stop.fd(), kStopKey, sys::Poller::readable));
  // Tells when the reader of a pipe has gone, so that `logrecv | head` ends with head. A plain file
  // refuses: none can go.
  if (options.store.dir.empty()) [[maybe_unused]]
    const auto added = server->poller_.add(io.out, kOutputKey, sys::Poller::none);
  for (const std::string& url : options.listen) {
    LOGMILL_ASSIGN_OR_RETURN(const auto address, transport::parse_address(url));
    auto listener = transport::listen(address, {.tls = options.tls});
    if (!listener) return std::move(listener).error().with_context("cannot listen on " + url);
    const std::uint64_t key = kFirstPortKey + server->ports_.size();
    LOGMILL_RETURN_IF_ERROR(server->poller_.add((*listener)->fd(), key, sys::Poller::readable));
    std::unique_ptr<LineBatch> lines;
    if ((*listener)->datagrams() != nullptr) lines = std::make_unique<LineBatch>(intake);
    server->ports_.push_back({*std::move(listener), std::move(lines)});
  }
  return server;
}

std::string Server::addresses() const {
  std::string list;
  for (const Port& port : ports_) {
    if (!list.empty()) list += ' ';
    list += port.listener->address();
  }
  return list;
}

base::Status Server::run() {
  while (!io_.stop.requested()) {
    LOGMILL_ASSIGN_OR_RETURN([[maybe_unused]] const bool busy, turn(wait_ms()));
    statistics_.tick();
    close_idle();
  }
  return drain();
}

int Server::wait_ms() const {
  if (!unfinished_.empty()) return 0;
  const bool deaf = std::any_of(ports_.begin(), ports_.end(), [](const Port& port) { return port.deaf_until_ns != 0; });
  return deaf ? kDeafMs : kTickMs;
}

base::Result<bool> Server::turn(int timeout_ms) {
  LOGMILL_RETURN_IF_ERROR(accept_again());
  LOGMILL_ASSIGN_OR_RETURN(const auto* events, poller_.wait(timeout_ms));
  std::set<std::uint64_t> readable = std::exchange(unfinished_, {});
  for (const auto& event : *events) {
    if (event.key == kStopKey) continue;
    if (event.key == kOutputKey) return base::Error{base::ErrorCode::io, std::string(sys::kBrokenPipe)};
    if (event.key < kFirstPortKey + ports_.size())
      LOGMILL_RETURN_IF_ERROR(serve_port(ports_[event.key - kFirstPortKey]));
    else
      readable.insert(event.key);
  }
  for (const std::uint64_t key : readable) read_session(key);
  LOGMILL_RETURN_IF_ERROR(failure_);
  LOGMILL_RETURN_IF_ERROR(intake_.commit());
  acknowledge();
  return !readable.empty();
}

base::Status Server::serve_port(Port& port) { return port.lines ? take_datagrams(port) : accept_all(port); }

base::Status Server::accept_all(Port& port) {
  while (true) {
    auto accepted = port.listener->accept();
    if (!accepted) return pause_accepting(port, accepted.error());
    if (*accepted == nullptr) return {};
    if (sessions_.size() >= options_.connections_max) {
      io_.reporter.warn(
          "too_many", (*accepted)->peer() + ": refused, " + std::to_string(sessions_.size()) + " connections are open (--max-connections)");
      continue;
    }
    const std::uint64_t key = next_key_++;
    auto session = std::make_unique<Session>(*std::move(accepted), DialogueContext{intake_, io_, options_, {}}, io_.clock.steady_ns());
    LOGMILL_RETURN_IF_ERROR(poller_.add(session->fd(), key, sys::Poller::readable));
    sessions_.emplace(key, std::move(session));
  }
}

std::uint64_t Server::key_of(const Port& port) const { return kFirstPortKey + static_cast<std::uint64_t>(&port - ports_.data()); }

// Out of descriptors, most likely: those who wait stay in the queue.
base::Status Server::pause_accepting(Port& port, const base::Error& why) {
  io_.reporter.warn("accept", port.listener->address() + ": " + why.what + "; who wants to connect has to wait");
  port.deaf_until_ns = io_.clock.steady_ns() + kDeafMs * base::kNsPerMs;
  return poller_.change(port.listener->fd(), key_of(port), sys::Poller::none);
}

base::Status Server::accept_again() {
  for (Port& port : ports_) {
    if (port.deaf_until_ns == 0 || io_.clock.steady_ns() < port.deaf_until_ns) continue;
    port.deaf_until_ns = 0;
    LOGMILL_RETURN_IF_ERROR(poller_.change(port.listener->fd(), key_of(port), sys::Poller::readable));
  }
  return {};
}

base::Status Server::take_datagrams(Port& port) {
  sys::DatagramReader& reader = *port.listener->datagrams();
  for (std::size_t taken = 0; taken < kDatagramsATurn;) {
    LOGMILL_ASSIGN_OR_RETURN(const auto* datagrams, reader.read());
    if (datagrams->empty()) break;
    taken += datagrams->size();
    for (const auto& datagram : *datagrams) {
      statistics_.counters.bytes_in += datagram.bytes.size();
      std::string_view line = datagram.bytes;
      while (line.ends_with('\n') || line.ends_with('\0') || line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) LOGMILL_RETURN_IF_ERROR(port.lines->add(line, false, host_of(datagram.peer)));
    }
  }
  if (reader.dropped() > port.drops_reported) {
    const std::uint64_t lost = reader.dropped() - port.drops_reported;
    port.drops_reported = reader.dropped();
    io_.reporter.warn("udp_drops", port.listener->address() + ": the kernel dropped " + text::format_count(lost) +
                                       " datagrams: they came faster than they were taken");
    // They never became records of ours: counted as come in and dropped.
    statistics_.counters.records_in += lost;
    statistics_.counters.drop("kernel", lost);
  }
  return port.lines->hand_over();
}

void Server::read_session(std::uint64_t key) {
  const auto at = sessions_.find(key);
  if (at == sessions_.end()) return;
  const auto more = at->second->read(io_.clock.steady_ns());
  if (!more) {
    drop_session(key, &more.error());
    return;
  }
  if (*more) unfinished_.insert(key);
}

void Server::acknowledge() {
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto here = at++;  // sending may end the session
    if (auto status = here->second->committed(); !status)
      drop_session(here->first, &status.error());
    else
      send_replies(here->first, *here->second);
  }
}

void Server::send_replies(std::uint64_t key, Session& session) {
  const auto left = session.send_replies();
  if (!left || session.done()) {
    drop_session(key, left ? nullptr : &left.error());
    return;
  }
  const unsigned interest = session.waits_to_write() ? sys::Poller::readable | sys::Poller::writable : sys::Poller::readable;
  if (auto changed = poller_.change(session.fd(), key, interest); !changed) drop_session(key, &changed.error());
}

void Server::drop_session(std::uint64_t key, const base::Error* why) {
  const auto at = sessions_.find(key);
  if (why != nullptr) {
    const std::string& peer = at->second->peer();
    io_.reporter.warn("connection", (peer.empty() ? std::string("a local connection") : peer) + ": " + why->what);
  }
  unfinished_.erase(key);
  sessions_.erase(at);
}

void Server::close_idle() {
  const std::int64_t now = io_.clock.steady_ns();
  if (options_.idle_timeout_ns == 0 || now < next_idle_look_ns_) return;
  next_idle_look_ns_ = now + std::min(options_.idle_timeout_ns / 4, base::kNsPerSecond);
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto here = at++;
    if (now - here->second->heard_ns() <= options_.idle_timeout_ns) continue;
    const base::Error idle{base::ErrorCode::again, "closed, it said nothing for " + text::format_duration(options_.idle_timeout_ns)};
    drop_session(here->first, &idle);
  }
}

// What peers have sent already is taken in, committed and acknowledged; the rest they keep.
base::Status Server::drain() {
  bool busy = true;
  while (busy && !io_.stop.out_of_grace() && intake_.has_room()) {
    LOGMILL_ASSIGN_OR_RETURN(busy, turn(0));
    busy = busy && !sessions_.empty();
    for (Port& port : ports_)
      if (port.lines) LOGMILL_RETURN_IF_ERROR(take_datagrams(port));
  }
  return {};
}

}  // namespace logmill::logrecv
