#include "http/server.h"

#include <system_error>
#include <utility>

#include "sys/poller.h"
#include "transport/patient_connection.h"

namespace logmill::http {
namespace {

constexpr int kTickMs = 1'000;
// After an accept that failed.
constexpr int kDeafMs = 100;
constexpr int kRefusalMs = 100;
constexpr std::uint64_t kStopKey = 0;

std::string too_many() {
  std::string answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n";
  for (const auto& [name, value] : plain_text_headers()) answer.append(name).append(": ").append(value).append("\r\n");
  return answer + "Content-Length: 21\r\n\r\ntoo many connections\n";
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, const sys::Stop& stop, base::Reporter& reporter) {
  std::unique_ptr<Server> server(new Server(std::move(options), stop, reporter));
  for (const std::string& text : server->options_.addresses) {
    LOGMILL_ASSIGN_OR_RETURN(const auto address, transport::parse_address(text));
    auto listener = transport::listen(address, {.tls = server->options_.tls});
    if (!listener) return std::move(listener).error().with_context("cannot listen on " + text);
    server->addresses_.push_back((*listener)->address());
    server->listeners_.push_back(*std::move(listener));
  }
  return server;
}

base::Status Server::run(const Handler& handler, const std::function<void()>& tick) {
  LOGMILL_ASSIGN_OR_RETURN(sys::Poller poller, sys::Poller::make());
  LOGMILL_RETURN_IF_ERROR(poller.add(stop_.fd(), kStopKey, sys::Poller::readable));
  for (std::size_t i = 0; i < listeners_.size(); ++i)
    LOGMILL_RETURN_IF_ERROR(poller.add(listeners_[i]->fd(), kStopKey + 1 + i, sys::Poller::readable));
  while (!stop_.requested()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto* events, poller.wait(kTickMs));
    for (const auto& event : *events)
      if (event.key != kStopKey) accept_all(*listeners_[event.key - kStopKey - 1], handler);
    join_ended(false);
    tick();
  }
  listeners_.clear();
  join_ended(true);
  return {};
}

void Server::accept_all(transport::Listener& listener, const Handler& handler) {
  while (true) {
    auto accepted = listener.accept();
    if (!accepted) {
      // Out of descriptors, most likely. Those who wait stay in the queue, and keep the listener readable all the time.
      reporter_.warn("accept", listener.address() + ": " + accepted.error().what + "; who wants to connect has to wait");
      [[maybe_unused]] const auto ready = sys::wait_readable(stop_.fd(), kDeafMs, -1);
      return;
    }
    if (*accepted == nullptr) return;
    join_ended(false);
    if (clients_.size() >= options_.connections_max) {
      reporter_.warn("too_many", (*accepted)->peer() + ": refused, " + std::to_string(clients_.size()) + " connections are open");
      [[maybe_unused]] const auto told = transport::PatientConnection(*std::move(accepted), stop_.fd()).write(too_many(), kRefusalMs);
      continue;
    }
    start_session(*std::move(accepted), handler);
  }
}

void Server::start_session(std::unique_ptr<transport::Connection> connection, const Handler& handler) {
  Client& client = clients_.emplace_back();
  try {
    client.thread = std::thread([this, &client, &handler, connection = std::move(connection)]() mutable {
      serve_session(std::move(connection), options_.limits, held_, stop_.fd(), handler);
      client.ended = true;
    });
  } catch (const std::system_error& error) {
    reporter_.warn("no_thread", std::string("a client was turned away: ") + error.what());
    clients_.pop_back();
  }
}

void Server::join_ended(bool all) {
  std::erase_if(clients_, [all](Client& client) {
    if (!all && !client.ended) return false;
    client.thread.join();
    return true;
  });
}

}  // namespace logmill::http
