// The files of the page, as the build put them into the program (cmake/page.py). None when it was built without npm.
#pragma once

#include <span>
#include <string_view>

namespace logmill::logserve {

struct PageFile {
  std::string_view name;
  std::string_view content_type;
  std::string_view version;  // of the content: another content has another
  std::span<const unsigned char> gzip;
};

std::span<const PageFile> page_files();

}  // namespace logmill::logserve
