// Where reading of a descriptor goes on, if it is a regular file.
#pragma once

#include <cstdint>
#include <optional>

namespace logmill::sys {

struct FilePlace {
  std::uint64_t position = 0;
  std::uint64_t size = 0;  // of the file, now
};

// nullopt of anything else: a pipe, a device.
std::optional<FilePlace> place_in_file(int fd);
void skip_in_file(int fd, std::uint64_t size);

}  // namespace logmill::sys
