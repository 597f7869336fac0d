// docs/formats/link.md: the messages of the native link, made and read. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/range.h"

namespace logmill::transport {

inline constexpr std::string_view kLinkMagic = "\x89LMLINK\n";
inline constexpr std::uint32_t kLinkVersion = 1;
inline constexpr std::uint32_t kLinkIncompatibleFlags = 0xffff0000;
// The largest frame with its header.
inline constexpr std::uint32_t kLinkMessageBytesMax = 65 << 20;
inline constexpr std::size_t kLinkHeaderBytes = 8;

enum class LinkType : std::uint8_t {
  hello = 1,
  frontier = 2,
  data = 3,
  ack = 4,
  end = 5,
  ping = 6,
  pong = 7,
  refuse = 8,
};

struct LinkHello {
  static constexpr std::uint32_t kWantsAcks = 1;
  static constexpr std::uint32_t kAllStreams = 2;  // positions of all streams are wanted, not only of those that are listed
  std::uint32_t version = kLinkVersion;
  std::uint32_t flags = kWantsAcks;
  std::vector<record::StreamId> streams{};
};

// How far the receiver holds a stream.
struct LinkPosition {
  record::StreamId stream{};
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
  friend bool operator==(const LinkPosition&, const LinkPosition&) = default;
};

// Of one frontier message.
inline constexpr std::size_t kLinkPositionsMax = 2'000'000;

struct LinkFrontier {
  static constexpr std::uint32_t kCommits = 1;
  std::uint32_t version = kLinkVersion;
  std::uint32_t flags = 0;
  std::uint32_t frame_bytes_max = kLinkMessageBytesMax;
  std::vector<LinkPosition> positions{};
};

enum class LinkRefusal : std::uint32_t { gap = 1, damaged = 2, too_large = 3, later = 4, protocol = 5 };
struct LinkRefuse {
  LinkRefusal code = LinkRefusal::protocol;
  std::string_view text;
};

void append_link_hello(std::string& out, const LinkHello& hello);  // with the magic
void append_link_frontier(std::string& out, const LinkFrontier& frontier);
void append_link_data(std::string& out, std::string_view frame);
void append_link_ack(std::string& out, std::uint64_t frames);
void append_link_refuse(std::string& out, LinkRefusal code, std::string_view text);
// Of end, ping and pong.
void append_link_empty(std::string& out, LinkType type);

// Fail with corrupt, or unsupported for a version or flag that we do not know.
base::Result<LinkHello> parse_link_hello(std::string_view payload);
base::Result<LinkFrontier> parse_link_frontier(std::string_view payload);
base::Result<std::uint64_t> parse_link_ack(std::string_view payload);
base::Result<LinkRefuse> parse_link_refuse(std::string_view payload);

// Cuts a stream of bytes (after the magic) into messages.
struct LinkMessage {
  LinkType type{};
  std::string_view payload;
  std::size_t bytes = 0;  // with the header: what to remove from the front
};
// The message at the front of `bytes`; nullopt if it is not complete yet. A length beyond the
// maximum fails at once with too_large, an unknown type with corrupt.
base::Result<std::optional<LinkMessage>> first_link_message(std::string_view bytes);

}  // namespace logmill::transport
