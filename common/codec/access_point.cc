#include "codec/access_point.h"

#include <utility>
#include <zlib.h>

#include "codec/pointed_zstd.h"

namespace logmill::codec {
namespace {

constexpr int kRawDeflate = -MAX_WBITS, kGzip = MAX_WBITS + 16;
// Checksum and length at the end of a member.
constexpr std::size_t kGzipTrailerBytes = 8;
// What zlib says in data_type.
constexpr int kUnusedBits = 7, kLastBlock = 64, kBlockEnd = 128;

class PointedGzip final : public PointedInflater {
 public:
  explicit PointedGzip(const AccessPoint& start) : start_(start), raw_offset_(start.raw_offset), file_offset_(start.feed_offset()) {
    inflateInit2(&stream_, start.inside_member ? kRawDeflate : kGzip);
    raw_ = start.inside_member;
    at_start_ = raw_;
  }
  ~PointedGzip() override { inflateEnd(&stream_); }

  base::Result<std::size_t> inflate(std::string_view& in, std::span<char> out) override {
    if (at_start_ && !enter(in)) return std::size_t{0};
    if (!skip_trailer(in)) return std::size_t{0};
    if (complete_ && !in.empty()) begin_member();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int status = complete_ ? Z_BUF_ERROR : ::inflate(&stream_, Z_BLOCK);
    fed_ = fed_ || !in.empty();
    const std::size_t taken = in.size() - stream_.avail_in, written = out.size() - stream_.avail_out;
    in.remove_prefix(taken);
    file_offset_ += taken;
    raw_offset_ += written;
    if (status == Z_OK && (stream_.data_type & kBlockEnd) != 0 && (stream_.data_type & kLastBlock) == 0) end_block();
    if (status == Z_STREAM_END) end_member();
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return written;
    if (written > 0) return written;  // the next call fails
    return base::Error{base::ErrorCode::corrupt, "damaged gzip data"};
  }

  void find_points(std::uint64_t apart) override {
    apart_ = apart;
    last_point_ = raw_offset_;
  }

  // A point may be the end, too.
  bool complete() const override { return (complete_ && trailer_left_ == 0) || (!fed_ && !start_.inside_member); }

 private:
  // False if the byte that holds the first bits is still to come.
  bool enter(std::string_view& in) {
    if (start_.bits > 0) {
      if (in.empty()) return false;
      inflatePrime(&stream_, start_.bits, static_cast<unsigned char>(in.front()) >> (8 - start_.bits));
      in.remove_prefix(1);
      ++file_offset_;
    }
    inflateSetDictionary(&stream_, reinterpret_cast<const Bytef*>(start_.window.data()), static_cast<uInt>(start_.window.size()));
    at_start_ = false;
    return true;
  }

  // Where decompression began inside a member, zlib knows nothing of what ends it.
  bool skip_trailer(std::string_view& in) {
    const std::size_t size = std::min(trailer_left_, in.size());
    in.remove_prefix(size);
    trailer_left_ -= size;
    file_offset_ += size;
    return trailer_left_ == 0;
  }

  // Copies the text before it, and that is why not each is a point.
  void end_block() {
    if (raw_offset_ - last_point_ < apart_) return;
    AccessPoint point{.raw_offset = raw_offset_,
                      .file_offset = file_offset_,
                      .bits = static_cast<std::uint8_t>(stream_.data_type & kUnusedBits),
                      .inside_member = true,
                      .window = std::string(kWindowBytes, '\0')};
    uInt size = kWindowBytes;
    if (inflateGetDictionary(&stream_, reinterpret_cast<Bytef*>(point.window.data()), &size) != Z_OK) return;
    point.window.resize(size);
    last_point_ = raw_offset_;
    inside_ = std::move(point);
  }

  void end_member() {
    trailer_left_ = raw_ ? kGzipTrailerBytes : 0;
    complete_ = true;
  }

  void begin_member() {
    inflateReset2(&stream_, kGzip);
    raw_ = complete_ = false;
    member_start_ = AccessPoint{.raw_offset = raw_offset_, .file_offset = file_offset_, .window = {}};
    last_point_ = raw_offset_;
  }

  z_stream stream_{};
  const AccessPoint start_;
  std::uint64_t raw_offset_, file_offset_;
  bool raw_ = false;       // no header and trailer are expected
  bool at_start_ = false;  // nothing was fed yet
  bool fed_ = false;
  bool complete_ = false;
  std::size_t trailer_left_ = 0;
  std::uint64_t apart_ = UINT64_MAX, last_point_ = 0;
};

}  // namespace

std::optional<AccessPoint> PointedInflater::take_point() {
  auto& first = inside_ && (!member_start_ || inside_->raw_offset < member_start_->raw_offset) ? inside_ : member_start_;
  return std::exchange(first, std::nullopt);
}

std::unique_ptr<PointedInflater> make_pointed_inflater(Container container, const AccessPoint& start) {
  if (container == Container::gzip) return std::make_unique<PointedGzip>(start);
  if (container == Container::zstd) return make_pointed_zstd(start);
  return nullptr;
}

}  // namespace logmill::codec
