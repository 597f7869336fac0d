#include "crypt/encrypted_file.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "base/hash.h"
#include "sys/entropy.h"

namespace logmill::crypt {
namespace {

constexpr std::uint16_t kFileVersion = 1;
// How much is looked through at once for the page behind a gap.
constexpr std::size_t kSearchBytes = 1 << 20;

Salt random_salt() {
  Salt salt;
  sys::fill_random(salt.data(), salt.size());
  return salt;
}

}  // namespace

std::string make_file_header(const FileHeader& header) {
  std::string covered;
  base::append_le(covered, kFileVersion);
  base::append_le(covered, std::uint16_t{0});
  base::append_le(covered, std::uint32_t{0});
  covered.append(header.key.begin(), header.key.end());
  covered.append(header.salt.begin(), header.salt.end());
  covered.resize(kFileHeaderBytes - 16, '\0');
  std::string bytes(kFileMagic);
  base::append_le(bytes, base::xxh3_64(covered));
  return bytes + covered;
}

base::Result<FileHeader> parse_file_header(std::string_view bytes) {
  if (bytes.size() < kFileHeaderBytes || !bytes.starts_with(kFileMagic))
    return base::Error{base::ErrorCode::corrupt, "not an encrypted file"};
  base::ByteReader from(bytes.substr(kFileMagic.size(), kFileHeaderBytes - kFileMagic.size()));
  if (from.read<std::uint64_t>() != base::xxh3_64(bytes.substr(16, kFileHeaderBytes - 16)))
    return base::Error{base::ErrorCode::corrupt, "header of an encrypted file: checksum mismatch"};
  const auto version = from.read<std::uint16_t>();
  from.read<std::uint16_t>();
  const auto flags = from.read<std::uint32_t>();
  if (version > kFileVersion || flags != 0) return base::Error{base::ErrorCode::unsupported, "encrypted by a newer version"};
  FileHeader header;
  for (std::uint8_t& byte : header.key) byte = from.read<std::uint8_t>();
  for (std::uint8_t& byte : header.salt) byte = from.read<std::uint8_t>();
  return header;
}

EncryptedFile::EncryptedFile(std::unique_ptr<sys::File> file, const Key& key, const FileHeader& header)
    : file_(std::move(file)), key_id_(key.id), salt_(header.salt), cipher_(key, salt_), header_written_(true) {}

EncryptedFile::EncryptedFile(std::unique_ptr<sys::File> file, const Key& key)
    : file_(std::move(file)), key_id_(key.id), salt_(random_salt()), cipher_(key, salt_), header_written_(false) {}

// --- reading ---

base::Result<std::size_t> EncryptedFile::read_at(std::uint64_t offset, char* to, std::size_t size) const {
  const std::lock_guard lock(mutex_);
  if (offset + size > content_bytes()) LOGMILL_RETURN_IF_ERROR(find_pages());
  std::size_t done = 0;
  auto extent = std::ranges::upper_bound(extents_, offset, {}, &Extent::offset);
  if (extent != extents_.begin()) --extent;
  for (; extent != extents_.end() && done < size; ++extent) {
    const std::uint64_t within = offset + done - extent->offset;
    if (within >= extent->bytes) break;  // behind the end
    const std::size_t count = std::min<std::uint64_t>(size - done, extent->bytes - within);
    LOGMILL_ASSIGN_OR_RETURN(const std::string_view content, content_of(*extent));
    std::memcpy(to + done, content.data() + within, count);
    done += count;
  }
  return done;
}

base::Result<sys::FileInfo> EncryptedFile::info() const {
  LOGMILL_ASSIGN_OR_RETURN(sys::FileInfo info, file_->info());
  const std::lock_guard lock(mutex_);
  LOGMILL_RETURN_IF_ERROR(find_pages());
  info.size = content_bytes();
  return info;
}

base::Result<std::string_view> EncryptedFile::content_of(const Extent& extent) const {
  if (content_disk_offset_ == extent.disk_offset) return std::string_view(content_);
  if (extent.page)
    LOGMILL_RETURN_IF_ERROR(read_page(extent.disk_offset, extent.bytes));
  else
    content_.assign(extent.bytes, '\0');
  content_disk_offset_ = extent.disk_offset;
  return std::string_view(content_);
}

base::Result<bool> EncryptedFile::read_page(std::uint64_t disk_offset, std::size_t bytes) const {
  content_disk_offset_ = 0;
  content_.assign(bytes, '\0');
  page_.resize(bytes + kPageOverhead);
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_->read_at(disk_offset, page_.data(), page_.size()));
  return got == page_.size() && cipher_.open_page(page_, disk_offset, content_.data());
}

base::Status EncryptedFile::find_pages() const {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo disk, file_->info());
  while (disk_end_ + kPageOverhead < disk.size) {
    std::array<char, kPageHeadBytes> head;
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_->read_at(disk_end_, head.data(), head.size()));
    const std::size_t bytes = got == head.size() ? page_content_bytes({head.data(), head.size()}) : 0;
    if (bytes > 0 && disk_end_ + kPageOverhead + bytes <= disk.size) {
      extents_.push_back({content_bytes(), disk_end_, static_cast<std::uint32_t>(bytes), true});
      disk_end_ += kPageOverhead + bytes;
      continue;
    }
    LOGMILL_RETURN_IF_ERROR(drop_page_of_wrong_length());
    LOGMILL_ASSIGN_OR_RETURN(const auto next, next_page(disk_end_ + 1, disk.size));
    if (!next) break;  // being written, or torn
    add_gap(*next);
  }
  return {};
}

// A damaged length leads to where no page begins: then it is the page before that has to be taken
// for none.
base::Status EncryptedFile::drop_page_of_wrong_length() const {
  if (extents_.empty() || !extents_.back().page) return {};
  const Extent last = extents_.back();
  LOGMILL_ASSIGN_OR_RETURN(const bool intact, read_page(last.disk_offset, last.bytes));
  if (intact) return {};
  disk_end_ = last.disk_offset;
  extents_.pop_back();
  return {};
}

void EncryptedFile::add_gap(std::uint64_t next_page) const {
  std::uint64_t bytes = next_page - disk_end_;
  bytes -= std::min<std::uint64_t>(bytes, kPageOverhead);
  for (std::uint64_t disk_offset = disk_end_; bytes > 0; ++disk_offset) {
    const auto piece = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, kPageContentMax));
    extents_.push_back({content_bytes(), disk_offset, piece, false});
    bytes -= piece;
  }
  disk_end_ = next_page;
}

// A page whose tag fits: the magic alone may stand anywhere.
base::Result<std::optional<std::uint64_t>> EncryptedFile::next_page(std::uint64_t from, std::uint64_t disk_bytes) const {
  std::string window;
  for (; from + kPageOverhead < disk_bytes; from += kSearchBytes) {
    window.resize(std::min<std::uint64_t>(kSearchBytes + kPageHeadBytes, disk_bytes - from));
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_->read_at(from, window.data(), window.size()));
    window.resize(got);
    for (std::size_t at = 0; (at = window.find(kPageMagic, at)) < kSearchBytes; ++at) {
      const std::string_view head = std::string_view(window).substr(at);
      const std::size_t bytes = head.size() >= kPageHeadBytes ? page_content_bytes(head) : 0;
      if (bytes == 0) continue;
      LOGMILL_ASSIGN_OR_RETURN(const bool intact, read_page(from + at, bytes));
      if (intact) return std::optional(from + at);
    }
  }
  return std::optional<std::uint64_t>();
}

// --- writing ---

base::Status EncryptedFile::append(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  LOGMILL_RETURN_IF_ERROR(find_pages());
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo disk, file_->info());
  const std::uint64_t end = header_written_ ? disk_end_ : 0;
  if (disk.size != end) LOGMILL_RETURN_IF_ERROR(file_->truncate(end));  // torn: pages know their place
  std::string out;
  out.reserve(kFileHeaderBytes + bytes.size() + (bytes.size() / kPageContentMax + 1) * kPageOverhead);
  if (!header_written_) out = make_file_header({key_id_, salt_});
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPageContentMax)))
    cipher_.append_page(out, bytes.substr(0, kPageContentMax), end + out.size());
  LOGMILL_RETURN_IF_ERROR(file_->append(out));
  header_written_ = true;
  return find_pages();
}

base::Status EncryptedFile::truncate(std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  LOGMILL_RETURN_IF_ERROR(find_pages());
  if (size > content_bytes()) return base::Error{base::ErrorCode::invalid, "an encrypted file cannot be extended"};
  // The part of a page that stays is written again, as a page of its own.
  std::string kept;
  while (!extents_.empty() && content_bytes() > size) {
    const Extent last = extents_.back();
    if (last.offset < size) {
      LOGMILL_ASSIGN_OR_RETURN(const std::string_view content, content_of(last));
      kept = content.substr(0, size - last.offset);
    }
    extents_.pop_back();
    disk_end_ = last.disk_offset;
  }
  content_disk_offset_ = 0;
  if (size == 0) header_written_ = false;
  LOGMILL_RETURN_IF_ERROR(file_->truncate(size == 0 ? 0 : disk_end_));
  if (kept.empty()) return {};
  std::string page;
  cipher_.append_page(page, kept, disk_end_);
  LOGMILL_RETURN_IF_ERROR(file_->append(page));
  return find_pages();
}

}  // namespace logmill::crypt
