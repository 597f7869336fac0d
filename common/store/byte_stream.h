// The smallest piece of every encoding: a run of bytes, stored as it is, as one repeated byte, or
// as zstd, whichever is smallest. The reader knows from elsewhere how many bytes come out.
//
//   byte_stream(n) = nothing                          if n is 0
//                  | 0x00 byte{n}                     raw
//                  | 0x01 byte                        n times the same
//                  | 0x02 length:varint byte{length}  a zstd frame of n bytes
//                  | 0x03 length:varint byte{length}  a zstd frame of n bytes without its header: at most 4,096 bytes of one that says n in
//                  one byte,
//                                                     or in two
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/result.h"
#include "record/value.h"

struct ZSTD_CCtx_s;

namespace logmill::store {

// So little can be compressed as hard as it goes to see how small it gets.
inline constexpr std::size_t kTinyBytes = 4 << 10;  // also of a frame without header

// Compresses byte runs with one context. Thread-compatible.
class ByteStreamWriter {
 public:
  explicit ByteStreamWriter(int zstd_level);
  ByteStreamWriter(const ByteStreamWriter&) = delete;
  ByteStreamWriter& operator=(const ByteStreamWriter&) = delete;
  // Text that no encoding takes apart: at a higher level, if that makes a sample of it smaller.
  void append_text(std::string& out, std::string_view bytes);
  // The same of these texts, one behind the other, `bytes` together, without putting them together if they are huge.
  void append_texts(std::string& out, std::span<const record::Value> texts, std::size_t bytes);
  // At a much higher level, for what is seldom and holds many fields at once.
  void append_hard(std::string& out, std::string_view bytes);
  ~ByteStreamWriter();
  void append(std::string& out, std::string_view bytes);

 private:
  // A context keeps the memory of its level; one that changed levels would give it back and take it
  // anew each time.
  struct Compressor {
    ZSTD_CCtx_s* context;
    int level;
  };
  void append(std::string& out, std::string_view bytes, const Compressor& by);
  struct Trial {
    const Compressor& best;
    std::size_t bytes;  // of the sample with it
  };
  Trial try_levels(std::string_view sample);
  static void append_huge(std::string& out, std::string_view bytes, const Compressor& by);
  std::string_view compress(std::string_view bytes, const Compressor& by);

  Compressor fast_, text_;
  std::unique_ptr<char[]> frame_;
  std::size_t frame_capacity_ = 0;
};

// Exactly `size` bytes, in `arena` or still in the reader's own. Empty and `failed` if they are not
// there. `size` must be bounded by the caller.
std::string_view read_byte_stream(base::ByteReader& from, std::uint64_t size, base::Arena& arena, bool& failed);

// Whether reading it takes no work. It stays where it is.
bool is_stored_raw(base::ByteReader from);

// Passes over one without making anything of it.
void skip_byte_stream(base::ByteReader& from, std::uint64_t size, bool& failed);

}  // namespace logmill::store
