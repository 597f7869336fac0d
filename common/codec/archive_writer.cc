#include "codec/archive_writer.h"

#include <zstd.h>

#include <cassert>

#include "base/bytes.h"
#include "codec/deflate.h"

namespace logmill::codec {
namespace {

constexpr std::uint32_t kTableMagic = 0x184d2a5e;
constexpr std::uint32_t kTailMagic = 0x8f92eab1;
constexpr std::uint8_t kHasChecksums = 0x80;
constexpr std::uint8_t kReservedBits = 0x7c;
constexpr std::size_t kSkippableHeadBytes = 8;
// zstd's default: of the levels that keep up with a full disk, the smallest files.
constexpr int kArchiveZstdLevel = 3;

std::size_t entry_bytes(std::uint8_t descriptor) { return (descriptor & kHasChecksums) != 0 ? 12 : 8; }

class GzipArchive final : public ArchiveWriter {
 public:
  void append(std::string_view piece, std::string& out) override {
    deflater_->append(piece, out);
    deflater_->finish(out);
  }
  void finish(std::string&) override {}

 private:
  std::unique_ptr<Deflater> deflater_ = make_deflater(Container::gzip);
};

class ZstdArchive final : public ArchiveWriter {
 public:
  ZstdArchive() {
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kArchiveZstdLevel);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
  }
  ~ZstdArchive() override { ZSTD_freeCCtx(context_); }

  // At once, not as a stream: the frame's head then tells the size of its content.
  void append(std::string_view piece, std::string& out) override {
    assert(!piece.empty() && piece.size() <= kPieceBytesMax);
    const std::size_t start = out.size();
    out.resize(start + ZSTD_compressBound(piece.size()));
    const std::size_t got = ZSTD_compress2(context_, out.data() + start, out.size() - start, piece.data(), piece.size());
    assert(!ZSTD_isError(got));
    out.resize(start + got);
    entries_.push_back({static_cast<std::uint32_t>(got), static_cast<std::uint32_t>(piece.size())});
  }
  void finish(std::string& out) override {
    append_seek_table(out, entries_);
    entries_.clear();
  }

 private:
  ZSTD_CCtx* context_ = ZSTD_createCCtx();
  std::vector<SeekEntry> entries_;
};

}  // namespace

std::unique_ptr<ArchiveWriter> make_archive_writer(Container container) {
  if (container == Container::gzip) return std::make_unique<GzipArchive>();
  if (container == Container::zstd) return std::make_unique<ZstdArchive>();
  return nullptr;
}

void append_seek_table(std::string& out, const std::vector<SeekEntry>& entries) {
  base::append_le(out, kTableMagic);
  base::append_le(out, static_cast<std::uint32_t>(entries.size() * entry_bytes(0) + kSeekTailBytes));
  for (const SeekEntry& entry : entries) {
    base::append_le(out, entry.bytes);
    base::append_le(out, entry.raw_bytes);
  }
  base::append_le(out, static_cast<std::uint32_t>(entries.size()));
  base::append_le(out, std::uint8_t{0});
  base::append_le(out, kTailMagic);
}

std::optional<std::uint64_t> seek_table_bytes(std::string_view tail) {
  if (tail.size() != kSeekTailBytes) return std::nullopt;
  base::ByteReader from(tail);
  const auto count = from.read<std::uint32_t>();
  const auto descriptor = from.read<std::uint8_t>();
  if (from.read<std::uint32_t>() != kTailMagic || (descriptor & kReservedBits) != 0) return std::nullopt;
  return kSkippableHeadBytes + std::uint64_t{count} * entry_bytes(descriptor) + kSeekTailBytes;
}

base::Result<std::vector<SeekEntry>> parse_seek_table(std::string_view table) {
  const base::Error damaged{base::ErrorCode::corrupt, "damaged seek table"};
  if (table.size() < kSkippableHeadBytes + kSeekTailBytes) return damaged;
  const std::string_view tail = table.substr(table.size() - kSeekTailBytes);
  if (seek_table_bytes(tail) != table.size()) return damaged;
  base::ByteReader from(table);
  if (from.read<std::uint32_t>() != kTableMagic) return damaged;
  if (from.read<std::uint32_t>() != table.size() - kSkippableHeadBytes) return damaged;
  const bool checksums = (static_cast<std::uint8_t>(tail[4]) & kHasChecksums) != 0;
  std::vector<SeekEntry> entries(base::load_le<std::uint32_t>(tail.data()));
  for (SeekEntry& entry : entries) {
    entry.bytes = from.read<std::uint32_t>();
    entry.raw_bytes = from.read<std::uint32_t>();
    if (checksums) from.read<std::uint32_t>();
  }
  return entries;
}

}  // namespace logmill::codec
