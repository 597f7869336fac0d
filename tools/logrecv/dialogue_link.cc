// The receiving end of the native link: docs/formats/link.md.
#include <algorithm>

#include "logrecv/session.h"
#include "stream/frame_unpacker.h"
#include "transport/link_message.h"

namespace logmill::logrecv {
namespace {

using transport::append_link_ack;
using transport::append_link_empty;
using transport::append_link_frontier;
using transport::append_link_refuse;
using transport::LinkMessage;
using transport::LinkRefusal;
using transport::LinkType;

class LinkDialogue final : public Dialogue {
 public:
  explicit LinkDialogue(const DialogueContext& context) : intake_(context.intake), io_(context.io) {}

  base::Status take(std::string_view bytes, std::string& reply) override {
    input_ += bytes;
    std::string_view rest = input_;
    if (!magic_seen_) {
      rest.remove_prefix(transport::kLinkMagic.size());  // it brought us here
      magic_seen_ = true;
    }
    while (!refused_) {
      const auto message = transport::first_link_message(rest);
      if (!message) return refuse(reply, refusal_of(message.error()), message.error().what);
      if (!*message) break;
      rest.remove_prefix((*message)->bytes);
      LOGMILL_RETURN_IF_ERROR(take_message(**message, reply));
    }
    input_.erase(0, input_.size() - rest.size());
    return {};
  }

  base::Status finish(std::string&) override {
    if (!end_received_ && !refused_) io_.reporter.info("link: a sender went without an end; it may come back");
    return {};
  }

  void committed(std::string& reply) override {
    if (wants_acks_ && acknowledged_ < frames_) {
      append_link_ack(reply, frames_);
      acknowledged_ = frames_;
    }
    if (!end_received_ || end_sent_) return;
    append_link_empty(reply, LinkType::end);
    end_sent_ = true;
  }

  bool done() const override { return refused_ || end_sent_; }

 private:
  base::Status take_message(const LinkMessage& message, std::string& reply) {
    const bool expected = greeted_ ? message.type == LinkType::data || message.type == LinkType::ping || message.type == LinkType::end
                                   : message.type == LinkType::hello;
    if (!expected || end_received_) return refuse(reply, LinkRefusal::protocol, "a message out of place");
    switch (message.type) {
      case LinkType::hello: return greet(message.payload, reply);
      case LinkType::data: return take_frames(message.payload, reply);
      case LinkType::ping: append_link_empty(reply, LinkType::pong); return {};
      default: end_received_ = true; return {};
    }
  }

  base::Status greet(std::string_view payload, std::string& reply) {
    const auto hello = transport::parse_link_hello(payload);
    if (!hello) return refuse(reply, LinkRefusal::protocol, hello.error().what);
    transport::LinkFrontier frontier;
    if (intake_.commits()) frontier.flags |= transport::LinkFrontier::kCommits;
    // What was taken before may not be committed yet, but is before the sender gets this answer's
    // first acknowledgement.
    LOGMILL_RETURN_IF_ERROR(intake_.commit());
    const auto add = [&](const store::Frontier& held) { frontier.positions.push_back({held.stream, held.epoch, held.position}); };
    if ((hello->flags & transport::LinkHello::kAllStreams) != 0) std::ranges::for_each(intake_.positions(), add);
    for (const record::StreamId& stream : hello->streams)
      if (const auto held = intake_.position_of(stream)) add(*held);
    if (frontier.positions.size() > transport::kLinkPositionsMax)
      return refuse(reply, LinkRefusal::too_large, "positions of more streams than one message holds");
    append_link_frontier(reply, frontier);
    wants_acks_ = (hello->flags & transport::LinkHello::kWantsAcks) != 0;
    greeted_ = true;
    return {};
  }

  base::Status take_frames(std::string_view payload, std::string& reply) {
    unpacker_.give(payload);
    while (unpacker_.next(batch_)) {
      LOGMILL_ASSIGN_OR_RETURN(const auto taken, intake_.take(batch_));
      if (taken == Intake::Taken::gap)
        return refuse(reply, LinkRefusal::gap, "records are missing before position " + std::to_string(batch_.range().from));
    }
    if (!unpacker_.damage().empty()) return refuse(reply, LinkRefusal::damaged, unpacker_.damage());
    ++frames_;
    return {};
  }

  base::Status refuse(std::string& reply, LinkRefusal code, std::string_view why) {
    append_link_refuse(reply, code, why);
    io_.reporter.warn("link_refused", std::string("link: refused a sender: ") + std::string(why));
    refused_ = true;
    return {};
  }

  static LinkRefusal refusal_of(const base::Error& error) {
    return error.code == base::ErrorCode::too_large ? LinkRefusal::too_large : LinkRefusal::protocol;
  }

  Intake& intake_;
  cli::Io& io_;
  stream::FrameUnpacker unpacker_;
  record::Batch batch_;
  std::string input_;
  std::uint64_t frames_ = 0, acknowledged_ = 0;
  bool magic_seen_ = false, greeted_ = false, wants_acks_ = false;
  bool end_received_ = false, end_sent_ = false, refused_ = false;
};

}  // namespace

std::unique_ptr<Dialogue> make_link_dialogue(const DialogueContext& context) { return std::make_unique<LinkDialogue>(context); }

}  // namespace logmill::logrecv
