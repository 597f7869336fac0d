// A folder of a test's own, removed with all in it at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace logmill::test {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "logmill-test.XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Each returns the path. Folders on the way are made.
  std::string write(std::string_view name, std::string_view content) const { return put(name, content, std::ios::trunc); }
  std::string append(std::string_view name, std::string_view content) const { return put(name, content, std::ios::app); }
  std::string make_directory(std::string_view name) const {
    std::filesystem::create_directories(path(name));
    return path(name);
  }

  std::string read(std::string_view name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void rename(std::string_view from, std::string_view to) const { std::filesystem::rename(path(from), path(to)); }
  void remove(std::string_view name) const { std::filesystem::remove_all(path(name)); }

 private:
  std::string put(std::string_view name, std::string_view content, std::ios::openmode mode) const {
    const std::string to = path(name);
    std::filesystem::create_directories(std::filesystem::path(to).parent_path());
    std::ofstream(to, std::ios::binary | mode) << content;
    return to;
  }
  std::string path_;
};

}  // namespace logmill::test
