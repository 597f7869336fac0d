#include "codec/deflate.h"

#include <zlib.h>
#include <zstd.h>

namespace logmill::codec {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;

class GzipDeflater final : public Deflater {
 public:
  GzipDeflater() { deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY); }
  ~GzipDeflater() override { deflateEnd(&stream_); }

  void append(std::string_view bytes, std::string& out) override { run(bytes, Z_NO_FLUSH, out); }
  void finish(std::string& out) override {
    run({}, Z_FINISH, out);
    deflateReset(&stream_);
  }

 private:
  void run(std::string_view bytes, int flush, std::string& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      const std::size_t start = out.size();
      out.resize(start + kPieceBytes);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + start);
      stream_.avail_out = kPieceBytes;
      deflate(&stream_, flush);
      out.resize(out.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
};

class ZstdDeflater final : public Deflater {
 public:
  ZstdDeflater() { ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1); }
  ~ZstdDeflater() override { ZSTD_freeCCtx(context_); }

  void append(std::string_view bytes, std::string& out) override { run(bytes, ZSTD_e_continue, out); }
  void finish(std::string& out) override { run({}, ZSTD_e_end, out); }

 private:
  void run(std::string_view bytes, ZSTD_EndDirective directive, std::string& out) {
    ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
    std::size_t left = 0;
    do {
      const std::size_t start = out.size();
      out.resize(start + kPieceBytes);
      ZSTD_outBuffer to{out.data() + start, kPieceBytes, 0};
      left = ZSTD_compressStream2(context_, &to, &from, directive);
      out.resize(start + to.pos);
    } while (directive == ZSTD_e_end ? left > 0 : from.pos < from.size);
  }

  ZSTD_CCtx* context_ = ZSTD_createCCtx();
};

}  // namespace

std::unique_ptr<Deflater> make_deflater(Container container) {
  if (container == Container::gzip) return std::make_unique<GzipDeflater>();
  if (container == Container::zstd) return std::make_unique<ZstdDeflater>();
  return nullptr;
}

}  // namespace logmill::codec
