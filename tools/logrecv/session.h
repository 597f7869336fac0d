// One connection: what the peer speaks is found out by its first bytes, and everything it sends
// goes to the intake.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logrecv/intake.h"
#include "transport/transport.h"

namespace logmill::logrecv {

// What the peer speaks.
class Dialogue {
 public:
  virtual ~Dialogue() = default;
  // Takes what arrived. Answers are appended to `reply`. An error ends the connection: it was the
  // peer's, unless its code is io.
  virtual base::Status take(std::string_view bytes, std::string& reply) = 0;
  // The peer sends no more.
  virtual base::Status finish(std::string& reply) = 0;
  // All that was taken so far is committed now.
  virtual void committed(std::string& reply) = 0;
  // Whether the connection is to be closed once the reply is sent.
  virtual bool done() const { return false; }
};

// How a dialogue begins; the table is in dialogue_table.cc.
struct DialogueContext {
  Intake& intake;
  cli::Io& io;
  const Logrecv::Options& options;
  std::string peer;  // host only; empty if unknown
};
// null: the bytes do not tell yet. `no_more`: there will not be any other.
std::unique_ptr<Dialogue> detect_dialogue(std::string_view first_bytes, bool no_more, const DialogueContext& context);

std::unique_ptr<Dialogue> make_link_dialogue(const DialogueContext& context);
std::unique_ptr<Dialogue> make_frames_dialogue(const DialogueContext& context);
std::unique_ptr<Dialogue> make_lines_dialogue(const DialogueContext& context);

// Who is at the other end, without the port.
std::string host_of(std::string_view peer);

class Session {
 public:
  Session(std::unique_ptr<transport::Connection> connection, DialogueContext context, std::int64_t now_ns);

  // Reads and handles what is there, at most kTurnBytes, so that one peer cannot keep the others
  // waiting. True: there is more at once, without the descriptor becoming readable. An error ends
  // the session.
  base::Result<bool> read(std::int64_t now_ns);
  base::Status committed();
  // Sends as much of the replies as goes; true while some are left.
  base::Result<bool> send_replies();

  bool done() const;
  bool waits_to_write() const { return !reply_.empty() || wants_write_; }
  std::int64_t heard_ns() const { return heard_ns_; }
  int fd() const { return connection_->fd(); }
  const std::string& peer() const { return connection_->peer(); }

  static constexpr std::size_t kTurnBytes = 1 << 20;

 private:
  base::Status take(std::string_view bytes, bool no_more);

  std::unique_ptr<transport::Connection> connection_;
  DialogueContext context_;
  std::unique_ptr<Dialogue> dialogue_;
  std::string first_bytes_;  // until the dialogue is known
  std::string reply_;
  std::int64_t heard_ns_;
  bool wants_write_ = false;  // TLS wants to, before it can read
  bool peer_ended_ = false;
};

}  // namespace logmill::logrecv
