#include "store/byte_stream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <zstd.h>

#include "codec/zstd_frame.h"
#include "store/short_text.h"

namespace logmill::store {
namespace {

constexpr char kRaw = 0;
constexpr char kRepeated = 1;
constexpr char kZstd = 2;
constexpr char kZstdBlocks = 3;

// zstd cannot win on fewer bytes: its frame alone takes about ten.
constexpr std::size_t kCompressBytesMin = 24;

// What the text would be compressed with if it were not in a store.
constexpr int kTextLevel = 3;
constexpr std::size_t kSampleBytes = 16 << 10;
constexpr int kHardLevel = 9;
// Of few bytes it makes some percent less, in some 50 us, or more.
constexpr int kTinyLevel = 12;
// More than a usual column has. Such texts are not held once more, as a frame beside the block.
constexpr std::size_t kHugeBytes = 2 << 20;

bool all_equal(std::string_view bytes) { return std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0; }

void append_raw(std::string& out, std::string_view bytes) {
  out.push_back(kRaw);
  out.append(bytes);
}

// Of the middle of so many bytes.
std::size_t sample_start(std::size_t bytes) { return (bytes - std::min(bytes, kSampleBytes)) / 2; }

bool all_equal(std::span<const record::Value> texts) {
  std::string_view first;
  for (const record::Value& value : texts) {
    const std::string_view text = value.text();
    if (text.empty()) continue;
    if (first.empty()) first = text;
    if (text.front() != first.front() || !all_equal(text)) return false;
  }
  return true;
}

// The texts one behind the other, from a byte on.
std::string part_of(std::span<const record::Value> texts, std::size_t start, std::size_t bytes) {
  std::string part;
  part.reserve(bytes);
  for (std::size_t i = 0; i < texts.size() && part.size() < bytes; ++i) {
    prefetch_text(texts, i);
    const std::string_view text = texts[i].text();
    if (text.size() > start) part += text.substr(start, bytes - part.size());
    start -= std::min(start, text.size());
  }
  return part;
}

// How a frame of `bytes` starts: magic, a byte that says how the size is written, the size (RFC 8878, 3.1.1.1). Empty for more than that is
// told in two bytes.
std::string_view frame_head(std::size_t bytes, std::array<char, 7>& head) {
  constexpr std::size_t kTwoByteBase = 256;
  head = {'\x28', '\xb5', '\x2f', '\xfd', '\x20', static_cast<char>(bytes), 0};
  if (bytes < kTwoByteBase) return {head.data(), 6};
  if (bytes - kTwoByteBase > UINT16_MAX) return {};
  head[4] = '\x60';
  base::store_le(&head[5], static_cast<std::uint16_t>(bytes - kTwoByteBase));
  return {head.data(), 7};
}

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

// Room for the method and the longest length of a frame.
constexpr std::size_t kHeadRoom = 11;

// The length goes before the frame, but is known after it: room was left for the longest, and is closed up.
void close_up(std::string& out, std::size_t start, std::size_t frame_bytes) {
  std::string head(1, kZstd);
  base::append_varint(head, frame_bytes);
  std::memcpy(out.data() + start, head.data(), head.size());
  std::memmove(out.data() + start + head.size(), out.data() + start + kHeadRoom, frame_bytes);
  out.resize(start + head.size() + frame_bytes);
}

// A frame of the texts, made from where they lie; false, and `out` as before, if it would not be smaller. What it takes beside its output
// is the window of the level, for as long as it lasts.
bool append_stream(std::string& out, std::span<const record::Value> texts, std::size_t bytes, int level) {
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setPledgedSrcSize(context.get(), bytes);
  const std::size_t start = out.size();
  out.resize(start + kHeadRoom);
  std::size_t size = 0;
  std::string piece(ZSTD_CStreamOutSize(), '\0');
  const auto feed = [&](std::string_view text, ZSTD_EndDirective directive) {
    ZSTD_inBuffer from{text.data(), text.size(), 0};
    for (bool more = true; more;) {
      ZSTD_outBuffer to{piece.data(), piece.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context.get(), &to, &from, directive);
      if (ZSTD_isError(left)) return false;
      size += to.pos;
      if (size + 3 >= bytes) return false;
      out.append(piece.data(), to.pos);
      more = directive == ZSTD_e_end ? left > 0 : from.pos < from.size;
    }
    return true;
  };
  bool whole = true;
  for (std::size_t i = 0; i < texts.size() && whole; ++i) {
    prefetch_text(texts, i);
    whole = feed(texts[i].text(), ZSTD_e_continue);
  }
  whole = whole && feed({}, ZSTD_e_end);
  if (whole)
    close_up(out, start, size);
  else
    out.resize(start);
  return whole;
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
  const std::string_view sample = bytes.substr(sample_start(bytes.size()), kSampleBytes);
  append(out, bytes, try_levels(sample).best);
}

ByteStreamWriter::Trial ByteStreamWriter::try_levels(std::string_view sample) {
  const auto size_by = [&](const Compressor& by) {
    const std::string_view frame = compress(sample, by);
    return frame.empty() ? sample.size() : frame.size();
  };
  const std::size_t as_text = size_by(text_), fast = size_by(fast_);
  return as_text <= fast ? Trial{text_, as_text} : Trial{fast_, fast};
}

void ByteStreamWriter::append_texts(std::string& out, std::span<const record::Value> texts, std::size_t bytes) {
  const bool huge = bytes > kHugeBytes;
  if (huge && texts.size() == 1) return append_text(out, texts.front().text());
  if (huge && !all_equal(texts)) {
    const Trial trial = try_levels(part_of(texts, sample_start(bytes), kSampleBytes));
    const std::size_t start = out.size();
    // Room for what the sample promises: growing would take it twice.
    out.reserve(start + kHeadRoom + std::min(bytes, bytes / kSampleBytes * (trial.bytes + kSampleBytes / 16)));
    if (append_stream(out, texts, bytes, trial.best.level)) return;
    out.reserve(start + 1 + bytes);
    append_raw(out, {});
    for (const record::Value& text : texts) out += text.text();
    return;
  }
  append_text(out, part_of(texts, 0, bytes));
}

// With a context of its own: that of a high level is large.
void ByteStreamWriter::append_hard(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  const Compressor hard{ZSTD_createCCtx(), std::max(kHardLevel, text_.level)};
  append(out, bytes, hard);
  if (bytes.size() <= kTinyBytes) {
    std::string tiny;
    append(tiny, bytes, {hard.context, kTinyLevel});
    if (tiny.size() < out.size() - start) out.replace(start, std::string::npos, tiny);
  }
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
  std::array<char, 7> made;
  const std::string_view head = frame_head(bytes.size(), made);
  const bool bare = !head.empty() && frame.size() <= kTinyBytes && frame.starts_with(head);
  out.push_back(bare ? kZstdBlocks : kZstd);
  base::append_string(out, bare ? frame.substr(head.size()) : frame);
}

void ByteStreamWriter::append_huge(std::string& out, std::string_view bytes, const Compressor& by) {
  const std::size_t start = out.size();
  const std::size_t bound = ZSTD_compressBound(bytes.size());
  out.resize(start + kHeadRoom + bound);
  const std::size_t size = ZSTD_compressCCtx(by.context, out.data() + start + kHeadRoom, bound, bytes.data(), bytes.size(), by.level);
  if (ZSTD_isError(size) || size + 3 >= bytes.size()) {
    out.resize(start);
    return append_raw(out, bytes);
  }
  close_up(out, start, size);
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
  failed = from.failed() || method < kRaw || method > kZstdBlocks;
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
  std::string_view frame = from.read_string();
  std::array<char, 7 + kTinyBytes> whole;
  if (method == kZstdBlocks) {
    std::array<char, 7> made;
    const std::string_view head = frame_head(size, made);
    failed = head.empty() || frame.size() > kTinyBytes;
    if (failed) return {};
    std::ranges::copy(head, whole.begin());
    std::ranges::copy(frame, whole.begin() + head.size());
    frame = {whole.data(), head.size() + frame.size()};
  } else if (method != kZstd) {
    failed = true;
  }
  failed = failed || from.failed() || ZSTD_getFrameContentSize(frame.data(), frame.size()) != size;
  if (failed) return {};
  char* const to = arena.allocate(size);
  failed = !codec::decompress_zstd(frame, to, size);
  return failed ? std::string_view{} : std::string_view{to, size};
}

}  // namespace logmill::store
