#include "codec/inflate.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace logmill::codec {
namespace {

class GzipInflater final : public Inflater {
 public:
  GzipInflater() : Inflater(Container::gzip) { inflateInit2(&stream_, MAX_WBITS + 16); }
  ~GzipInflater() override { inflateEnd(&stream_); }

  bool step(std::string_view& in, std::span<char> out, std::size_t& written) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    int status = Z_OK;
    while (status == Z_OK && stream_.avail_out > 0 && (stream_.avail_in > 0 || !complete_)) {
      if (complete_) inflateReset(&stream_);
      status = ::inflate(&stream_, Z_NO_FLUSH);
      complete_ = status == Z_STREAM_END;
      if (complete_) status = Z_OK;
      if (at_member_end()) break;
    }
    in.remove_prefix(in.size() - stream_.avail_in);
    written = out.size() - stream_.avail_out;
    return status == Z_OK || status == Z_BUF_ERROR;
  }

 private:
  z_stream stream_{};
};

class ZstdInflater final : public Inflater {
 public:
  ZstdInflater() : Inflater(Container::zstd) {}
  ~ZstdInflater() override { ZSTD_freeDStream(stream_); }

  bool load(std::string_view dictionary) { return !ZSTD_isError(ZSTD_DCtx_loadDictionary(stream_, dictionary.data(), dictionary.size())); }

  bool step(std::string_view& in, std::span<char> out, std::size_t& written) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    bool good = true;
    // Goes on without input as long as it gives output: the decoder holds some back.
    for (bool moved = true; good && moved && to.pos < to.size;) {
      const std::size_t taken = from.pos, given = to.pos;
      if (complete_ && from.pos == from.size) break;
      const std::size_t status = ZSTD_decompressStream(stream_, &to, &from);
      good = !ZSTD_isError(status);
      complete_ = status == 0;
      moved = from.pos > taken || to.pos > given;
      if (at_member_end()) break;
    }
    in.remove_prefix(from.pos);
    written = to.pos;
    return good;
  }

 private:
  ZSTD_DStream* stream_ = ZSTD_createDStream();
};

class XzInflater final : public Inflater {
 public:
  // Files of xz -9 need 65 MiB; more would let a small file take all memory.
  static constexpr std::uint64_t kMemoryMax = 128 << 20;

  XzInflater() : Inflater(Container::xz) { start(); }
  ~XzInflater() override { lzma_end(&stream_); }

  bool step(std::string_view& in, std::span<char> out, std::size_t& written) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    lzma_ret status = LZMA_OK;
    while (status == LZMA_OK && stream_.avail_out > 0 && !(complete_ && stream_.avail_in == 0)) {
      if (complete_) start();
      status = lzma_code(&stream_, LZMA_RUN);
      complete_ = status == LZMA_STREAM_END;
      if (complete_) status = LZMA_OK;
      if (at_member_end()) break;
    }
    in.remove_prefix(in.size() - stream_.avail_in);
    written = out.size() - stream_.avail_out;
    return status == LZMA_OK || status == LZMA_BUF_ERROR;
  }

 private:
  // A stream may be started again where it ended.
  void start() { [[maybe_unused]] const auto status = lzma_stream_decoder(&stream_, kMemoryMax, 0); }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class Bzip2Inflater final : public Inflater {
 public:
  Bzip2Inflater() : Inflater(Container::bzip2) { BZ2_bzDecompressInit(&stream_, 0, 0); }
  ~Bzip2Inflater() override { BZ2_bzDecompressEnd(&stream_); }

  bool step(std::string_view& in, std::span<char> out, std::size_t& written) override {
    stream_.next_in = const_cast<char*>(in.data());
    stream_.avail_in = static_cast<unsigned>(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<unsigned>(out.size());
    int status = BZ_OK;
    while (status == BZ_OK && stream_.avail_out > 0) {
      if (complete_ && stream_.avail_in == 0) break;
      if (complete_) restart();
      const auto in_before = stream_.avail_in, out_before = stream_.avail_out;
      status = BZ2_bzDecompress(&stream_);
      complete_ = status == BZ_STREAM_END;
      if (complete_) status = BZ_OK;
      if (at_member_end()) break;
      if (stream_.avail_in == in_before && stream_.avail_out == out_before) break;
    }
    in.remove_prefix(in.size() - stream_.avail_in);
    written = out.size() - stream_.avail_out;
    return status == BZ_OK;
  }

 private:
  // bzip2 has no reset.
  void restart() {
    bz_stream fresh{};
    fresh.next_in = stream_.next_in;
    fresh.avail_in = stream_.avail_in;
    fresh.next_out = stream_.next_out;
    fresh.avail_out = stream_.avail_out;
    BZ2_bzDecompressEnd(&stream_);
    stream_ = fresh;
    BZ2_bzDecompressInit(&stream_, 0, 0);
  }

  bz_stream stream_{};
};

class Lz4Inflater final : public Inflater {
 public:
  Lz4Inflater() : Inflater(Container::lz4) { LZ4F_createDecompressionContext(&context_, LZ4F_VERSION); }
  ~Lz4Inflater() override { LZ4F_freeDecompressionContext(context_); }

  bool step(std::string_view& in, std::span<char> out, std::size_t& written) override {
    while (written < out.size()) {
      std::size_t took = in.size(), wrote = out.size() - written;
      const std::size_t status = LZ4F_decompress(context_, out.data() + written, &wrote, in.data(), &took, nullptr);
      if (LZ4F_isError(status)) return false;
      if (took == 0 && wrote == 0) break;
      complete_ = status == 0;
      in.remove_prefix(took);
      written += wrote;
      if (at_member_end()) break;
    }
    return true;
  }

 private:
  LZ4F_dctx* context_ = nullptr;
};

template <class T>
std::unique_ptr<Inflater> make() {
  return std::make_unique<T>();
}

struct ContainerSpec {
  Container container;
  std::string_view name;
  std::unique_ptr<Inflater> (*make)();
};

constexpr ContainerSpec kContainers[] = {
    {Container::gzip, "gzip", make<GzipInflater>}, {Container::zstd, "zstd", make<ZstdInflater>},
    {Container::xz, "xz", make<XzInflater>},       {Container::bzip2, "bzip2", make<Bzip2Inflater>},
    {Container::lz4, "lz4", make<Lz4Inflater>},
};

}  // namespace

base::Result<std::size_t> Inflater::inflate(std::string_view& in, std::span<char> out) {
  std::size_t written = 0;
  damaged_ = damaged_ || !step(in, out, written);
  if (!damaged_ || written > 0) return written;
  return base::Error{base::ErrorCode::corrupt, "damaged " + std::string(container_name(container_)) + " data"};
}

base::Result<std::size_t> Inflater::inflate_member(std::string_view& in, std::span<char> out) {
  one_member_ = true;
  auto written = inflate(in, out);
  one_member_ = false;
  return written;
}

std::unique_ptr<Inflater> make_inflater(Container container) {
  for (const ContainerSpec& spec : kContainers)
    if (spec.container == container) return spec.make();
  return nullptr;
}

std::unique_ptr<Inflater> make_zstd_inflater(std::string_view dictionary) {
  auto inflater = std::make_unique<ZstdInflater>();
  if (!inflater->load(dictionary)) return nullptr;
  return inflater;
}

std::string_view container_name(Container container) {
  for (const ContainerSpec& spec : kContainers)
    if (spec.container == container) return spec.name;
  return "none";
}

}  // namespace logmill::codec
