// How far an export has come: --cursor-file. A text file, replaced at once, that names the export's
// file, how many bytes of it hold, and how many rows of each segment are in them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/store_view.h"
#include "sys/file_system.h"

namespace logmill::logquery {

struct ExportCursor {
  std::string query;  // what was asked: another query cannot go on from here
  std::string file;
  std::uint64_t bytes = 0;
  std::vector<std::string> columns;  // of csv and tsv
  store::StoreView::Taken taken;

  // A cursor at the start if there is no such file.
  static base::Result<ExportCursor> read(sys::FileSystem& files, const std::string& path);
  base::Status write(sys::FileSystem& files, const std::string& path) const;
};

}  // namespace logmill::logquery
