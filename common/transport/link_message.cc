#include "transport/link_message.h"

#include <cstring>

#include "base/bytes.h"

namespace logmill::transport {
namespace {

using base::append_le;

// A message with its length, which is known only once its payload has been written.
class MessageWriter {
 public:
  MessageWriter(std::string& out, LinkType type) : out_(out) {
    append_le(out_, static_cast<std::uint32_t>(type));  // three zero bytes follow the type
    append_le(out_, std::uint32_t{0});
    payload_ = out_.size();
  }
  ~MessageWriter() { base::store_le(out_.data() + payload_ - 4, static_cast<std::uint32_t>(out_.size() - payload_)); }
  MessageWriter(const MessageWriter&) = delete;
  MessageWriter& operator=(const MessageWriter&) = delete;

 private:
  std::string& out_;
  std::size_t payload_;
};

void append_stream(std::string& out, const record::StreamId& stream) {
  out.append(reinterpret_cast<const char*>(stream.data()), stream.size());
}

record::StreamId read_stream(base::ByteReader& reader) {
  record::StreamId stream{};
  const std::string_view bytes = reader.read_bytes(stream.size());
  std::memcpy(stream.data(), bytes.data(), bytes.size());
  return stream;
}

base::Error damaged(std::string_view what) { return {base::ErrorCode::corrupt, "link: " + std::string(what) + " makes no sense"}; }

base::Status check_version(std::uint32_t version, std::uint32_t flags) {
  if (version == kLinkVersion && (flags & kLinkIncompatibleFlags) == 0) return {};
  return base::Error{base::ErrorCode::unsupported, "link: the other end speaks version " + std::to_string(version) + ", not 1"};
}

}  // namespace

void append_link_hello(std::string& out, const LinkHello& hello) {
  out += kLinkMagic;
  const MessageWriter message(out, LinkType::hello);
  append_le(out, hello.version);
  append_le(out, hello.flags);
  append_le(out, static_cast<std::uint32_t>(hello.streams.size()));
  for (const record::StreamId& stream : hello.streams) append_stream(out, stream);
}

void append_link_frontier(std::string& out, const LinkFrontier& frontier) {
  const MessageWriter message(out, LinkType::frontier);
  append_le(out, frontier.version);
  append_le(out, frontier.flags);
  append_le(out, frontier.frame_bytes_max);
  append_le(out, static_cast<std::uint32_t>(frontier.positions.size()));
  for (const LinkPosition& position : frontier.positions) {
    append_stream(out, position.stream);
    append_le(out, position.epoch);
    append_le(out, position.position);
  }
}

void append_link_data(std::string& out, std::string_view frame) {
  const MessageWriter message(out, LinkType::data);
  out += frame;
}

void append_link_ack(std::string& out, std::uint64_t frames) {
  const MessageWriter message(out, LinkType::ack);
  append_le(out, frames);
}

void append_link_refuse(std::string& out, LinkRefusal code, std::string_view text) {
  const MessageWriter message(out, LinkType::refuse);
  append_le(out, static_cast<std::uint32_t>(code));
  out += text;
}

void append_link_empty(std::string& out, LinkType type) { const MessageWriter message(out, type); }

base::Result<LinkHello> parse_link_hello(std::string_view payload) {
  base::ByteReader reader(payload);
  LinkHello hello;
  hello.version = reader.read<std::uint32_t>();
  hello.flags = reader.read<std::uint32_t>();
  if (!reader.failed()) LOGMILL_RETURN_IF_ERROR(check_version(hello.version, hello.flags));
  const auto count = reader.read<std::uint32_t>();
  // Before anything is allocated: the count must be what the bytes hold.
  if (reader.failed() || reader.remaining() != std::uint64_t{count} * sizeof(record::StreamId)) return damaged("a hello");
  for (std::uint32_t i = 0; i < count; ++i) hello.streams.push_back(read_stream(reader));
  return hello;
}

base::Result<LinkFrontier> parse_link_frontier(std::string_view payload) {
  constexpr std::uint64_t kPositionBytes = 28;
  base::ByteReader reader(payload);
  LinkFrontier frontier;
  frontier.version = reader.read<std::uint32_t>();
  frontier.flags = reader.read<std::uint32_t>();
  if (!reader.failed()) LOGMILL_RETURN_IF_ERROR(check_version(frontier.version, frontier.flags));
  frontier.frame_bytes_max = reader.read<std::uint32_t>();
  const auto count = reader.read<std::uint32_t>();
  if (reader.failed() || reader.remaining() != count * kPositionBytes) return damaged("a frontier");
  for (std::uint32_t i = 0; i < count; ++i) {
    LinkPosition& position = frontier.positions.emplace_back();
    position.stream = read_stream(reader);
    position.epoch = reader.read<std::uint32_t>();
    position.position = reader.read<std::uint64_t>();
  }
  return frontier;
}

base::Result<std::uint64_t> parse_link_ack(std::string_view payload) {
  if (payload.size() != sizeof(std::uint64_t)) return damaged("an acknowledgement");
  return base::load_le<std::uint64_t>(payload.data());
}

base::Result<LinkRefuse> parse_link_refuse(std::string_view payload) {
  base::ByteReader reader(payload);
  const auto code = reader.read<std::uint32_t>();
  if (reader.failed()) return damaged("a refusal");
  return LinkRefuse{static_cast<LinkRefusal>(code), payload.substr(sizeof code)};
}

base::Result<std::optional<LinkMessage>> first_link_message(std::string_view bytes) {
  if (bytes.size() < kLinkHeaderBytes) return std::optional<LinkMessage>();
  const auto type = base::load_le<std::uint32_t>(bytes.data());
  const auto length = base::load_le<std::uint32_t>(bytes.data() + 4);
  if (type < static_cast<std::uint32_t>(LinkType::hello) || type > static_cast<std::uint32_t>(LinkType::refuse))
    return damaged("a message");
  if (length > kLinkMessageBytesMax)
    return base::Error{base::ErrorCode::too_large, "link: a message of " + std::to_string(length) + " bytes"};
  if (bytes.size() - kLinkHeaderBytes < length) return std::optional<LinkMessage>();
  return std::optional(LinkMessage{static_cast<LinkType>(type), bytes.substr(kLinkHeaderBytes, length), kLinkHeaderBytes + length});
}

}  // namespace logmill::transport
