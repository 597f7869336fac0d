#include "maintain/rekey.h"

#include <algorithm>

#include "store/store_layout.h"

namespace logmill::maintain {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

class Rekeying {
 public:
  Rekeying(crypt::EncryptedFileSystem& files, const std::function<bool()>& stopped) : files_(files), stopped_(stopped) {}

  // The folder, and those in it.
  base::Status rekey_folder(const std::string& folder) {
    LOGMILL_ASSIGN_OR_RETURN(const auto names, files_.list(folder));
    for (const std::string& name : names) {
      if (stopped_()) return base::Error{base::ErrorCode::again, "stopped; start it again to go on"};
      const std::string path = sys::join(folder, name);
      const auto info = files_.info(path);
      if (!info) continue;  // went meanwhile
      if (info->is_directory)
        LOGMILL_RETURN_IF_ERROR(rekey_folder(path));
      else if (info->is_regular && !path.ends_with(store::kTemporarySuffix))
        LOGMILL_RETURN_IF_ERROR(rekey_file(path));
    }
    return {};
  }

  const Rekeyed& counts() const { return counts_; }

 private:
  base::Status rekey_file(const std::string& path) {
    const auto current = files_.is_current(path);
    if (!current) return current.error().code == base::ErrorCode::not_found ? base::Status() : current.error();
    if (*current) return {};
    if (path.ends_with(store::kLiveSuffix)) return ++counts_.live, base::Status();
    const std::string temporary = path + std::string(store::kTemporarySuffix);
    if (files_.info(temporary)) LOGMILL_RETURN_IF_ERROR(files_.remove(temporary));
    LOGMILL_RETURN_IF_ERROR(copy(path, temporary));
    LOGMILL_RETURN_IF_ERROR(files_.rename(temporary, path));
    ++counts_.files;
    return files_.sync_directory(sys::parent(path));
  }

  base::Status copy(const std::string& from, const std::string& to) {
    LOGMILL_ASSIGN_OR_RETURN(const auto source, files_.open(from, sys::OpenMode::read));
    LOGMILL_ASSIGN_OR_RETURN(const auto target, files_.open(to, sys::OpenMode::create));
    std::string piece(kPieceBytes, '\0');
    for (std::uint64_t offset = 0;; offset += kPieceBytes) {
      LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, source->read_at(offset, piece.data(), piece.size()));
      LOGMILL_RETURN_IF_ERROR(target->append(std::string_view(piece).substr(0, got)));
      counts_.bytes += got;
      if (got < piece.size()) return target->sync();
    }
  }

  crypt::EncryptedFileSystem& files_;
  const std::function<bool()>& stopped_;
  Rekeyed counts_;
};

}  // namespace

base::Result<Rekeyed> rekey_store(crypt::EncryptedFileSystem& files, const std::string& store, const MaintenanceLock&,
                                  const std::function<bool()>& stopped) {
  Rekeying rekeying(files, stopped);
  LOGMILL_RETURN_IF_ERROR(rekeying.rekey_folder(store));
  return rekeying.counts();
}

}  // namespace logmill::maintain
