#include "store/byte_stream.h"

#include <algorithm>
#include <cstring>
#include <zstd.h>

#include "codec/zstd_frame.h"

namespace logmill::store {
namespace {

constexpr char kRaw = 0;
constexpr char kRepeated = 1;
constexpr char kZstd = 2;

// zstd cannot win on fewer bytes: its frame alone takes about ten.
constexpr std::size_t kCompressBytesMin = 24;

// What the text would be compressed with if it were not in a store.
constexpr int kTextLevel = 3;
constexpr std::size_t kSampleBytes = 16 << 10;
constexpr int kHardLevel = 9;
// More than a usual column has. Such texts are not held once more, as a frame beside the block.
constexpr std::size_t kHugeBytes = 2 << 20;

bool all_equal(std::string_view bytes) { return std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0; }

void append_raw(std::string& out, std::string_view bytes) {
  out.push_back(kRaw);
  out.append(bytes);
}

}  // namespace

ByteStreamWriter::ByteStreamWriter(int zstd_level)
    : fast_{ZSTD_createCCtx(), zstd_level}, text_{ZSTD_createCCtx(), std::max(zstd_level, kTextLevel)} {}

ByteStreamWriter::~ByteStreamWriter() {
  ZSTD_freeCCtx(fast_.context);
  ZSTD_freeCCtx(text_.context);
}

void ByteStreamWriter::append(std::string& out, std::string_view bytes) { append(out, bytes, fast_); }

void ByteStreamWriter::append_text(std::string& out, std::string_view bytes) {
  if (bytes.size() < kCompressBytesMin) return append(out, bytes, fast_);
  const std::string_view sample = bytes.substr((bytes.size() - std::min(bytes.size(), kSampleBytes)) / 2, kSampleBytes);
  const auto size_by = [&](const Compressor& by) {
    const std::string_view frame = compress(sample, by);
    return frame.empty() ? sample.size() : frame.size();
  };
  append(out, bytes, size_by(text_) <= size_by(fast_) ? text_ : fast_);
}

// With a context of its own: that of a high level is large.
void ByteStreamWriter::append_hard(std::string& out, std::string_view bytes) {
  const Compressor hard{ZSTD_createCCtx(), std::max(kHardLevel, text_.level)};
  append(out, bytes, hard);
  ZSTD_freeCCtx(hard.context);
}

// Into memory that nobody clears first. Valid until the next call; empty if it would not be smaller.
std::string_view ByteStreamWriter::compress(std::string_view bytes, const Compressor& by) {
  const std::size_t bound = ZSTD_compressBound(bytes.size());
  if (frame_capacity_ < bound) {
    frame_.reset();
    frame_ = std::make_unique_for_overwrite<char[]>(bound);
    frame_capacity_ = bound;
  }
  const std::size_t size = ZSTD_compressCCtx(by.context, frame_.get(), bound, bytes.data(), bytes.size(), by.level);
  return ZSTD_isError(size) || size + 3 >= bytes.size() ? std::string_view() : std::string_view(frame_.get(), size);
}

void ByteStreamWriter::append(std::string& out, std::string_view bytes, const Compressor& by) {
  if (bytes.empty()) return;
  if (all_equal(bytes)) {
    out.push_back(kRepeated);
    out.push_back(bytes.front());
    return;
  }
  if (bytes.size() < kCompressBytesMin) return append_raw(out, bytes);
  if (bytes.size() > kHugeBytes) return append_huge(out, bytes, by);
  const std::string_view frame = compress(bytes, by);
  if (frame.empty()) return append_raw(out, bytes);
  out.push_back(kZstd);
  base::append_string(out, frame);
}

// The length goes before the frame, but is known after it: room is left for the longest, and closed up.
void ByteStreamWriter::append_huge(std::string& out, std::string_view bytes, const Compressor& by) {
  constexpr std::size_t kHeadRoom = 11;
  const std::size_t start = out.size();
  const std::size_t bound = ZSTD_compressBound(bytes.size());
  out.resize(start + kHeadRoom + bound);
  const std::size_t size = ZSTD_compressCCtx(by.context, out.data() + start + kHeadRoom, bound, bytes.data(), bytes.size(), by.level);
  if (ZSTD_isError(size) || size + 3 >= bytes.size()) {
    out.resize(start);
    return append_raw(out, bytes);
  }
  std::string head(1, kZstd);
  base::append_varint(head, size);
  std::memcpy(out.data() + start, head.data(), head.size());
  std::memmove(out.data() + start + head.size(), out.data() + start + kHeadRoom, size);
  out.resize(start + head.size() + size);
}

bool is_stored_raw(base::ByteReader from) { return static_cast<char>(from.read<std::uint8_t>()) == kRaw; }

void skip_byte_stream(base::ByteReader& from, std::uint64_t size, bool& failed) {
  if (size == 0 || failed) return;
  const char method = static_cast<char>(from.read<std::uint8_t>());
  if (method == kRaw)
    from.read_bytes(size);
  else if (method == kRepeated)
    from.read<std::uint8_t>();
  else
    from.read_string();
  failed = from.failed() || method < kRaw || method > kZstd;
}

std::string_view read_byte_stream(base::ByteReader& from, std::uint64_t size, base::Arena& arena, bool& failed) {
  if (size == 0 || failed) return {};
  const char method = static_cast<char>(from.read<std::uint8_t>());
  if (method == kRaw) {
    const std::string_view bytes = from.read_bytes(size);
    failed = from.failed();
    return bytes;
  }
  if (method == kRepeated) {
    const auto byte = from.read<std::uint8_t>();
    failed = from.failed();
    if (failed) return {};
    char* const to = arena.allocate(size);
    std::memset(to, byte, size);
    return {to, size};
  }
  const std::string_view frame = from.read_string();
  failed = from.failed() || method != kZstd || ZSTD_getFrameContentSize(frame.data(), frame.size()) != size;
  if (failed) return {};
  char* const to = arena.allocate(size);
  failed = !codec::decompress_zstd(frame, to, size);
  return failed ? std::string_view{} : std::string_view{to, size};
}

}  // namespace logmill::store
