#include <zstd.h>

#include "codec/frame_format.h"
#include "codec/frame_payload.h"
#include "codec/formats.h"

namespace logmill::codec {
namespace {

using record::FrameCodec;
using record::FrameHeader;
using record::FrameType;

// The fastest of the ordinary levels: a frame is on its way, not in a store.
constexpr int kFrameZstdLevel = 1;

struct ZstdFree {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

class FrameWriter final : public Writer {
 public:
  explicit FrameWriter(Compress compress) : zstd_(compress == Compress::yes ? ZSTD_createCCtx() : nullptr) {}

  base::Status append(const record::Batch& batch, std::string& out) override {
    return append_rows(batch, 0, batch.rows(), batch.range(), out);
  }
  void append_end(std::string& out) override {
    FrameHeader header;
    header.type = FrameType::end;
    record::append_frame(out, header, {});
  }

 private:
  base::Status append_rows(const record::Batch& batch, std::size_t first, std::size_t last, const record::Range& range, std::string& out) {
    if (last - first > record::kFrameRecordsMax || (last - first) * batch.columns().size() > kFrameCellsMax)
      return append_halves(batch, first, last, range, out);
    payload_.clear();
    append_frame_payload(batch, first, last, payload_);
    if (payload_.size() > record::kFramePayloadMax) return append_halves(batch, first, last, range, out);

    FrameHeader header;
    header.records = static_cast<std::uint32_t>(last - first);
    header.range = range;
    header.raw_bytes = static_cast<std::uint32_t>(payload_.size());
    const bool compressed = zstd_ && compress();
    header.codec = compressed ? FrameCodec::zstd : FrameCodec::none;
    record::append_frame(out, header, compressed ? compressed_ : payload_);
    return {};
  }

  // The range is cut where the first record of the second half begins; without positions the second
  // half decides it all.
  base::Status append_halves(const record::Batch& batch, std::size_t first, std::size_t last, const record::Range& range,
                             std::string& out) {
    if (last - first < 2) return base::Error{base::ErrorCode::too_large, "a record of more than 64 MiB does not fit into a frame"};
    const std::size_t middle = first + (last - first) / 2;
    record::Range front = range, back = range;
    front.to = back.from = batch.positions().size() == batch.rows() ? batch.range().from + batch.positions()[middle] : range.from;
    const auto first_half = append_rows(batch, first, middle, front, out);
    const auto second_half = append_rows(batch, middle, last, back, out);
    return first_half ? second_half : first_half;
  }

  // False if that would not make it smaller.
  bool compress() {
    compressed_.resize(ZSTD_compressBound(payload_.size()));
    const std::size_t size =
        ZSTD_compressCCtx(zstd_.get(), compressed_.data(), compressed_.size(), payload_.data(), payload_.size(), kFrameZstdLevel);
    if (ZSTD_isError(size) || size >= payload_.size()) return false;
    compressed_.resize(size);
    return true;
  }

  std::unique_ptr<ZSTD_CCtx, ZstdFree> zstd_;
  std::string payload_, compressed_;
};

}  // namespace

std::unique_ptr<Writer> make_frame_writer(Compress compress) { return std::make_unique<FrameWriter>(compress); }

}  // namespace logmill::codec
