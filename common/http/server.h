// Listens, and serves each client in a thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/reporter.h"
#include "base/result.h"
#include "http/session.h"
#include "sys/stop.h"
#include "transport/transport.h"

namespace logmill::http {

struct ServerOptions {
  std::vector<std::string> addresses;  // as transport::parse_address takes them
  transport::TlsOptions tls{};
  std::size_t connections_max = 1'000;  // more are answered with 503
  SessionLimits limits{};
};

class Server {
 public:
  // `stop` and `reporter` must outlive the server.
  static base::Result<std::unique_ptr<Server>> listen(ServerOptions options, const sys::Stop& stop, base::Reporter& reporter);

  // In the form of the options, with the ports that were given.
  const std::vector<std::string>& addresses() const { return addresses_; }

  // Until a stop is requested; then it waits for the sessions, whose waits end. `handler` is called by many threads at once.
  // `tick` is called by the caller's thread, now and then.
  base::Status run(const Handler& handler, const std::function<void()>& tick);

 private:
  Server(ServerOptions options, const sys::Stop& stop, base::Reporter& reporter)
      : options_(std::move(options)), stop_(stop), reporter_(reporter) {}
  void accept_all(transport::Listener& listener, const Handler& handler);
  void start_session(std::unique_ptr<transport::Connection> connection, const Handler& handler);
  void join_ended(bool all);

  struct Client {
    std::thread thread;
    std::atomic<bool> ended = false;
  };

  const ServerOptions options_;
  const sys::Stop& stop_;
  base::Reporter& reporter_;
  std::vector<std::unique_ptr<transport::Listener>> listeners_;
  std::vector<std::string> addresses_;
  std::atomic<std::uint64_t> held_ = 0;
  std::list<Client> clients_;
};

}  // namespace logmill::http
