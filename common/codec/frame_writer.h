// Batches to frames: docs/formats/frame.md.
#pragma once

#include <memory>
#include <string>

#include "base/out_buffer.h"
#include "codec/writer.h"
#include "record/range.h"

struct ZSTD_CCtx_s;

namespace logmill::codec {

// Of payloads: not needed where bytes cannot change on their way, or have another.
enum class Checksums { no, yes };

class FrameWriter final : public Writer {
 public:
  explicit FrameWriter(Compress compress, Checksums checksums = Checksums::yes);
  ~FrameWriter() override;

  base::Status append(const record::Batch& batch, std::string& out) override;
  // The same: frames are made where they are to lie, without a copy.
  base::Status append(const record::Batch& batch, base::OutBuffer& out);
  void append_end(std::string& out) override;

 private:
  struct Rows {
    std::size_t first, last;
    record::Range range;
  };
  base::Status append_rows(const record::Batch& batch, const Rows& rows, base::OutBuffer& out);
  base::Status append_halves(const record::Batch& batch, const Rows& rows, base::OutBuffer& out);
  bool append_compressed(base::OutBuffer& out);

  struct ZstdFree {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  const Checksums checksums_;
  std::unique_ptr<ZSTD_CCtx_s, ZstdFree> zstd_;  // null: frames are not compressed
  base::OutBuffer payload_;                      // to be compressed
  base::OutBuffer frames_;                       // for whom wants a string
};

}  // namespace logmill::codec
