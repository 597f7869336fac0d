// Tokens by sixteen bytes at once: lower case and a bit for each byte of a token first, then the
// runs of bits.
#include "index/span_keys.h"

#include <algorithm>
#include <bit>

#include <cstring>

#include "base/byte_lanes.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "codec/format.h"
#include "index/sidecar_format.h"
#include "text/last_line_end.h"
#include "text/tokens.h"

namespace logmill::index {
namespace {

using base::Bytes16;

// Cached from one step to the next.
constexpr std::size_t kPieceBytes = 16 << 10;
// Loads may reach behind the text.
constexpr std::size_t kSlackBytes = 64;

// `to` receives the bytes in lower case; the result has a bit for each byte of a token.
std::uint64_t fold_lane(const char* from, char* to) {
  const Bytes16 bytes = base::load_lane(from);
  const Bytes16 upper = static_cast<Bytes16>((bytes - std::uint8_t{'A'}) < std::uint8_t{26});
  const Bytes16 lower = bytes | (upper & std::uint8_t{0x20});
  std::memcpy(to, &lower, sizeof lower);
  const Bytes16 letters = static_cast<Bytes16>((lower - std::uint8_t{'a'}) < std::uint8_t{26});
  const Bytes16 digits = static_cast<Bytes16>((bytes - std::uint8_t{'0'}) < std::uint8_t{10});
  const Bytes16 high = static_cast<Bytes16>(bytes >= std::uint8_t{0x80});
  return base::bits_of(letters | digits | high);
}

}  // namespace

std::uint64_t span_token_key(std::string_view token) { return base::xxh3_64(token); }

std::vector<std::uint64_t> whole_token_keys(std::string_view text, bool goes_on_before, bool goes_on_behind) {
  if (goes_on_before)
    while (!text.empty() && text::is_token_byte(text.front())) text.remove_prefix(1);
  if (goes_on_behind)
    while (!text.empty() && text::is_token_byte(text.back())) text.remove_suffix(1);
  std::vector<std::uint64_t> keys;
  text::for_each_token(text, [&keys](std::string_view token) {
    if (token.size() >= kSpanTokenBytesMin) keys.push_back(span_token_key(token));
  });
  return keys;
}

void SpanKeys::add(std::string_view lines) {
  while (!lines.empty()) {
    // Pieces end with lines, save in lines that are longer than a piece: those are one.
    std::size_t size = lines.size();
    if (size > kPieceBytes) {
      const std::size_t end = text::last_line_end(lines.substr(0, kPieceBytes));
      size = std::min(end != lines.npos ? end : lines.find('\n'), lines.size() - 1) + 1;
    }
    add_piece(lines.substr(0, size));
    lines.remove_prefix(size);
  }
}

void SpanKeys::add_piece(std::string_view lines) {
  const std::size_t words = lines.size() / 64 + 1;
  lower_.resize(words * 64 + kSlackBytes);
  std::copy(lines.begin(), lines.end(), lower_.begin());
  std::fill(lower_.begin() + static_cast<std::ptrdiff_t>(lines.size()), lower_.end(), '\n');
  mask_.assign(words, 0);
  for (std::size_t word = 0; word < words; ++word) {
    std::uint64_t bits = 0;
    for (std::size_t lane = 0; lane < 4; ++lane) {
      char* const at = lower_.data() + word * 64 + lane * 16;
      bits |= fold_lane(at, at) << (16 * lane);
    }
    mask_[word] = bits;
  }
  const std::string_view lower = std::string_view(lower_).substr(0, lines.size());
  opaque_ = opaque_ || lower.find('\x1b') != lower.npos || lower.find("\\u00") != lower.npos || lower.find(codec::kUtf8Bom) != lower.npos;
  // From the first byte of a run to the one behind it, over the bits' ends.
  std::size_t word = 0;
  std::uint64_t bits = mask_[0];
  while (true) {
    while (bits == 0) {
      if (++word == words) return;
      bits = mask_[word];
    }
    const std::size_t begin = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    bits |= bits - 1;  // all below the run as the run
    while (bits == ~std::uint64_t{0} && word + 1 < words) bits = mask_[++word];
    const auto run = static_cast<std::size_t>(std::countr_one(bits));
    const std::size_t end = word * 64 + run;
    bits = run == 64 ? 0 : bits & (~std::uint64_t{0} << run);
    if (end - begin >= kSpanTokenBytesMin) add_token({lower_.data() + begin, end - begin}, begin > 0 && lower_[begin - 1] == '\\');
  }
}

// Names of fields and words that come in every line are of a few bytes: those are not hashed again and again. At least eight bytes may
// be read from where the token begins.
bool SpanKeys::added_lately(std::string_view token) {
  constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
  if (token.size() > kWordBytes) return false;
  // No byte of a token is zero, so that its length is in it.
  const std::uint64_t word = base::load_le<std::uint64_t>(token.data()) & (~std::uint64_t{0} >> (8 * (kWordBytes - token.size())));
  std::uint64_t& latest = lately_[(word * 0x9e3779b97f4a7c15) >> (64 - kLatelyBits)];
  return std::exchange(latest, word) == word;
}

void SpanKeys::add_token(std::string_view token, bool after_backslash) {
  if (!added_lately(token)) keys_.insert(span_token_key(token));
  if (!after_backslash) return;
  const auto add_rest = [&](std::size_t skipped) {
    if (token.size() >= skipped + kSpanTokenBytesMin) keys_.insert(span_token_key(token.substr(skipped)));
  };
  add_rest(1);
  if (token.front() == 'u') add_rest(5);
}

}  // namespace logmill::index
