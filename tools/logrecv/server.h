// The loop: listens, reads whoever has something, commits once for all of them, then acknowledges.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "cli/io.h"
#include "logrecv/intake.h"
#include "logrecv/line_batch.h"
#include "logrecv/session.h"
#include "sys/poller.h"

namespace logmill::logrecv {

class Server {
 public:
  // All references must outlive the server.
  static base::Result<std::unique_ptr<Server>> listen(const Logrecv::Options& options, Intake& intake, cli::Io& io,
                                                      cli::Statistics& statistics);

  // "tcp://127.0.0.1:40123 udp://…": what is really listened on, in the order of the options.
  std::string addresses() const;
  // Until a stop is requested; then takes in what is on its way, for the time of grace.
  base::Status run();

 private:
  struct Port {
    std::unique_ptr<transport::Listener> listener;
    std::unique_ptr<LineBatch> lines;  // of datagrams
    std::uint64_t drops_reported = 0;
    std::int64_t deaf_until_ns = 0;  // 0: it listens
  };
  Server(const Logrecv::Options& options, Intake& intake, cli::Io& io, cli::Statistics& statistics, sys::Poller poller);
  // One round over all that is ready; returns whether anything was.
  base::Result<bool> turn(int timeout_ms);
  base::Status serve_port(Port& port);
  base::Status accept_all(Port& port);
  base::Status pause_accepting(Port& port, const base::Error& why);
  base::Status accept_again();
  std::uint64_t key_of(const Port& port) const;
  base::Status take_datagrams(Port& port);
  void read_session(std::uint64_t key);
  void acknowledge();
  void send_replies(std::uint64_t key, Session& session);
  void drop_session(std::uint64_t key, const base::Error* why);
  void close_idle();
  base::Status drain();
  int wait_ms() const;

  const Logrecv::Options& options_;
  Intake& intake_;
  cli::Io& io_;
  cli::Statistics& statistics_;
  sys::Poller poller_;
  std::vector<Port> ports_;
  std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::uint64_t next_key_;
  std::set<std::uint64_t> unfinished_;  // sessions with more to read at once
  std::int64_t next_idle_look_ns_ = 0;
  base::Status failure_;  // of the intake, which ends everything
};

}  // namespace logmill::logrecv
