#include "codec/frame_writer.h"

#include <zstd.h>

#include "codec/formats.h"
#include "codec/frame_format.h"
#include "codec/frame_payload.h"

namespace logmill::codec {
namespace {

using record::FrameCodec;
using record::FrameHeader;
using record::FrameType;
using record::kFrameHeaderBytes;

// The fastest of the ordinary levels: a frame is on its way, not in a store.
constexpr int kFrameZstdLevel = 1;

}  // namespace

void FrameWriter::ZstdFree::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

FrameWriter::FrameWriter(Compress compress, Checksums checksums)
    : checksums_(checksums), zstd_(compress == Compress::yes ? ZSTD_createCCtx() : nullptr) {}
FrameWriter::~FrameWriter() = default;

base::Status FrameWriter::append(const record::Batch& batch, std::string& out) {
  frames_.clear();
  auto appended = append(batch, frames_);
  out.append(frames_.view());
  return appended;
}

base::Status FrameWriter::append(const record::Batch& batch, base::OutBuffer& out) {
  return append_rows(batch, {0, batch.rows(), batch.range()}, out);
}

void FrameWriter::append_end(std::string& out) {
  FrameHeader header;
  header.type = FrameType::end;
  record::append_frame(out, header, {});
}

base::Status FrameWriter::append_rows(const record::Batch& batch, const Rows& rows, base::OutBuffer& out) {
  const std::size_t count = rows.last - rows.first;
  if (count > record::kFrameRecordsMax || count * batch.columns().size() > kFrameCellsMax) return append_halves(batch, rows, out);
  const std::size_t start = out.size();
  out.extend(kFrameHeaderBytes);  // known after the payload
  base::OutBuffer& payload = zstd_ ? payload_ : out;
  if (zstd_) payload_.clear();
  const std::size_t payload_start = payload.size();
  append_frame_payload(batch, rows.first, rows.last, payload);
  const std::size_t raw_bytes = payload.size() - payload_start;
  if (raw_bytes > record::kFramePayloadMax) {
    out.cut_to(start);
    return append_halves(batch, rows, out);
  }

  FrameHeader header;
  header.records = static_cast<std::uint32_t>(count);
  header.range = rows.range;
  if (checksums_ == Checksums::no) header.flags_incompatible = record::kFrameUnchecked;
  header.raw_bytes = static_cast<std::uint32_t>(raw_bytes);
  if (zstd_) header.codec = append_compressed(out) ? FrameCodec::zstd : FrameCodec::none;
  record::store_frame_header(out.data() + start, header, out.view().substr(start + kFrameHeaderBytes));
  return {};
}

// The range is cut where the first record of the second half begins; without positions the second
// half decides it all.
base::Status FrameWriter::append_halves(const record::Batch& batch, const Rows& rows, base::OutBuffer& out) {
  if (rows.last - rows.first < 2) return base::Error{base::ErrorCode::too_large, "a record of more than 64 MiB does not fit into a frame"};
  const std::size_t middle = rows.first + (rows.last - rows.first) / 2;
  Rows front{rows.first, middle, rows.range}, back{middle, rows.last, rows.range};
  const bool positioned = batch.positions().size() == batch.rows();
  front.range.to = back.range.from = positioned ? batch.range().from + batch.positions()[middle] : rows.range.from;
  const auto first_half = append_rows(batch, front, out);
  const auto second_half = append_rows(batch, back, out);
  return first_half ? second_half : first_half;
}

// False, and the payload is appended as it is, if compressing would not make it smaller.
bool FrameWriter::append_compressed(base::OutBuffer& out) {
  const std::size_t start = out.size(), bound = ZSTD_compressBound(payload_.size());
  const std::size_t size = ZSTD_compressCCtx(zstd_.get(), out.extend(bound), bound, payload_.data(), payload_.size(), kFrameZstdLevel);
  const bool smaller = !ZSTD_isError(size) && size < payload_.size();
  out.cut_to(smaller ? start + size : start);
  if (!smaller) out.append(payload_.view());
  return smaller;
}

std::unique_ptr<Writer> make_frame_writer(Compress compress) { return std::make_unique<FrameWriter>(compress); }

}  // namespace logmill::codec
