// One file through its cipher. Format: docs/formats/encrypted-file.md.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "crypt/key_ring.h"
#include "crypt/page_cipher.h"
#include "sys/file_system.h"

namespace logmill::crypt {

inline constexpr std::string_view kFileMagic = "LMCRYPT\n";
inline constexpr std::size_t kFileHeaderBytes = 64;

// What the header says.
struct FileHeader {
  KeyId key;
  Salt salt;
};

std::string make_file_header(const FileHeader& header);
// Fails with corrupt, or unsupported for a newer version.
base::Result<FileHeader> parse_file_header(std::string_view bytes);

// Offsets and sizes are those of the content, in `info` too. Others may append to the same file
// meanwhile: what they wrote is seen at the next `info` or `read_at`. There are no maps.
class EncryptedFile final : public sys::File {
 public:
  // Of a file with a header. `path` is for messages.
  EncryptedFile(std::unique_ptr<sys::File> file, const Key& key, const FileHeader& header);
  // Of an empty file that this handle will write: its header comes with the first append.
  EncryptedFile(std::unique_ptr<sys::File> file, const Key& key);

  base::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override;
  base::Status append(std::string_view bytes) override;
  base::Status truncate(std::uint64_t size) override;
  base::Status sync() override { return file_->sync(); }
  base::Result<sys::FileInfo> info() const override;
  base::Result<std::string_view> map() override { return std::string_view{}; }
  base::Result<bool> try_lock() override { return file_->try_lock(); }

 private:
  // A page, or a gap that is none and reads as zeros.
  struct Extent {
    std::uint64_t offset;       // of the content
    std::uint64_t disk_offset;  // of the page
    std::uint32_t bytes;        // of the content
    bool page;
  };

  std::uint64_t content_bytes() const { return extents_.empty() ? 0 : extents_.back().offset + extents_.back().bytes; }
  // Takes in pages that were appended since. Hold `mutex_`.
  base::Status find_pages() const;
  base::Status drop_page_of_wrong_length() const;
  void add_gap(std::uint64_t next_page) const;
  // Where a page begins behind a gap; nullopt if none does.
  base::Result<std::optional<std::uint64_t>> next_page(std::uint64_t from, std::uint64_t disk_bytes) const;
  // Into `content_`; whether it is what was written.
  base::Result<bool> read_page(std::uint64_t disk_offset, std::size_t bytes) const;
  // Valid until the next call.
  base::Result<std::string_view> content_of(const Extent& extent) const;

  std::unique_ptr<sys::File> file_;
  KeyId key_id_;
  Salt salt_;
  PageCipher cipher_;
  bool header_written_;

  mutable std::mutex mutex_;
  mutable std::vector<Extent> extents_;
  mutable std::uint64_t disk_end_ = kFileHeaderBytes;  // behind the last extent
  // The page that was read last: columns of a block are smaller than pages, and read one after the
  // other.
  mutable std::string page_, content_;
  mutable std::uint64_t content_disk_offset_ = 0;  // 0: none
};

}  // namespace logmill::crypt
