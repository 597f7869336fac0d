#include "store/recovery.h"

#include "store/sealer.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// The handle that holds the lock, or nullptr if a writer has it. The file may have gone since it
// was listed, and is then created again, empty: whoever asks removes it.
base::Result<std::unique_ptr<sys::File>> lock_if_free(sys::FileSystem& fs, const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(auto file, fs.open(path, sys::OpenMode::append));
  LOGMILL_ASSIGN_OR_RETURN(const bool locked, file->try_lock());
  if (!locked) file.reset();
  return file;
}

base::Status recover_live(sys::FileSystem& fs, const std::string& path, const BuildOptions& options, base::Reporter& reporter,
                          RecoveryResult& result) {
  LOGMILL_ASSIGN_OR_RETURN(const auto locked, lock_if_free(fs, path));
  if (!locked) return {};
  // Killed between publishing the sealed file and removing this one, or sealed since we listed it.
  if (fs.info(with_suffix(path, kSealedSuffix))) return fs.remove_if_there(path);
  base::WorkerPool alone(0);
  const auto sealed = seal_segment(fs, path, options, alone, reporter);
  if (!sealed) {
    // What this version cannot read is left for one that can; a full disk leaves it for later.
    // Neither keeps a writer from its work.
    if (sealed.error().code == base::ErrorCode::io) return sealed.error();
    reporter.warn("recovery", sealed.error().what);
    return {};
  }
  if (sealed->path.empty()) return {};
  ++result.segments_sealed;
  result.records += sealed->rows;
  return {};
}

base::Status remove_temporary(sys::FileSystem& fs, const std::string& path) {
  if (path.ends_with(std::string(kSealedSuffix) + std::string(kTemporarySuffix))) {
    // Being written as long as there is a live segment to be sealed, and then its writer's
    // business.
    if (fs.info(with_suffix(path, kLiveSuffix))) return {};
    return fs.remove_if_there(path);
  }
  LOGMILL_ASSIGN_OR_RETURN(const auto locked, lock_if_free(fs, path));
  return locked ? fs.remove_if_there(path) : base::Status();
}

}  // namespace

base::Result<RecoveryResult> recover_store(sys::FileSystem& fs, const std::string& store, const BuildOptions& options,
                                           base::Reporter& reporter) {
  RecoveryResult result;
  LOGMILL_ASSIGN_OR_RETURN(const auto files, list_partition_files(fs, store));
  for (const PartitionFile& file : files) {
    const std::string path = sys::join(sys::join(store, file.partition), file.name);
    if (file.name.ends_with(kLiveSuffix))
      LOGMILL_RETURN_IF_ERROR(recover_live(fs, path, options, reporter, result));
    else if (file.name.ends_with(kTemporarySuffix))
      LOGMILL_RETURN_IF_ERROR(remove_temporary(fs, path));
  }
  return result;
}

}  // namespace logmill::store
