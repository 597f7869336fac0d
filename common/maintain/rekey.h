// Encrypts a store anew after its first key has changed. docs/formats/encrypted-file.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "crypt/encrypted_file_system.h"
#include "maintain/maintenance_lock.h"

namespace logmill::maintain {

struct Rekeyed {
  std::uint64_t files = 0, bytes = 0;  // written anew, as they were before
  std::uint64_t live = 0;              // left: their writers have them, and will seal them
};

// Each file that is not current in `files` is replaced at once by a copy that is, its content
// unchanged. Stops after the file at which `stopped` says true; what was done stays done, and
// another run goes on.
base::Result<Rekeyed> rekey_store(crypt::EncryptedFileSystem& files, const std::string& store, const MaintenanceLock& lock,
                                  const std::function<bool()>& stopped);

}  // namespace logmill::maintain
