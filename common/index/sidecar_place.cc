#include "index/sidecar_place.h"

#include <filesystem>
#include <optional>

#include "base/hash.h"
#include "index/sidecar_format.h"

namespace logmill::index {
namespace {

// A folder may hold sidecars of very many files: then a renamed one is not found.
constexpr std::size_t kSidecarsLookedAtMax = 4'096;

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Of the absolute path, so that files of the same name share a folder.
std::string path_tag(const std::string& path) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t hash = base::xxh3_64(std::filesystem::absolute(path).lexically_normal().string());
  std::string tag;
  for (int i = 0; i < 8; ++i, hash >>= 4) tag += kDigits[hash & 15];
  return tag;
}

}  // namespace

std::string sidecar_path(const std::string& file, const std::string& folder) {
  const std::string name(base_name(file));
  if (folder.empty()) return sys::join(sys::parent(file), "." + name + std::string(kSidecarSuffix));
  return sys::join(folder, name + "-" + path_tag(file) + std::string(kSidecarSuffix));
}

base::Result<FoundSidecar> find_sidecar(sys::FileSystem& fs, const std::string& path, const sys::File& file, const std::string& folder) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, file.info());
  const std::string own = sidecar_path(path, folder);
  std::optional<base::Error> problem;
  const auto look = [&](const std::string& at) -> FoundSidecar {
    auto sidecar = Sidecar::open(fs, at);
    if (!sidecar && at == own && sidecar.error().code != base::ErrorCode::not_found) problem = sidecar.error();
    if (!sidecar) return {};
    const Fit fit = fit_of((*sidecar)->reader().stamp(), file, info);
    if (fit == Fit::other && at == own) problem = base::Error{base::ErrorCode::invalid, own + ": stale: the file has changed since"};
    if (fit == Fit::other) return {};
    return {.sidecar = *std::move(sidecar), .fit = fit, .path = at};
  };
  if (auto found = look(own); found.sidecar) return found;
  const std::string directory = sys::parent(own);
  const auto names = fs.list(directory);
  std::size_t looked_at = 0;
  for (std::size_t i = 0; names && i < names->size() && looked_at < kSidecarsLookedAtMax; ++i) {
    const std::string at = sys::join(directory, (*names)[i]);
    if (!(*names)[i].ends_with(kSidecarSuffix) || at == own) continue;
    ++looked_at;
    if (auto found = look(at); found.sidecar) return found;
  }
  if (problem) return *problem;
  return FoundSidecar{};
}

}  // namespace logmill::index
