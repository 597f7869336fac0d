// Each entry is written, and synced if commits are, before the bytes that it names; a commit begins
// only when the one before has succeeded. So after a crash
//
// - an entry holds if its bytes are there, or if another one begins behind them;
// - one that does not hold was the last, or was tried again by those behind it, which begin at the
// same place. Nobody was told
//   that it succeeded; what there is of it is cut off.
//
// Without syncing, a power cut may also take bytes of commits before the last: then only bytes
// prove an entry.
//
// The file is found by its inode: it may have been renamed, by a rotation of ours that a crash cut
// short or by another program.
#include "flat/judgement.h"

#include <optional>

#include "base/hash.h"
#include "flat/flat_format.h"
#include "flat/positions_file.h"

namespace logmill::flat {
namespace {

constexpr std::uint64_t kPositionsBytesMax = 1 << 30;
// Far more than a commit has.
constexpr std::uint64_t kCommitBytesMax = 1 << 30;

struct DataFile {
  std::string path;
  std::unique_ptr<sys::File> file;
  std::uint64_t bytes = 0;
};

std::optional<DataFile> open_if_inode(sys::FileSystem& fs, const std::string& path, std::optional<std::uint64_t> inode) {
  const auto info = fs.info(path);
  if (!info || !info->is_regular || (inode && info->inode != *inode)) return std::nullopt;
  auto file = fs.open(path, sys::OpenMode::read);
  if (!file) return std::nullopt;
  return DataFile{path, *std::move(file), info->size};
}

std::optional<DataFile> find_data(sys::FileSystem& fs, const std::string& path, std::uint64_t inode) {
  if (auto found = open_if_inode(fs, path, inode)) return found;
  const auto names = fs.list(sys::parent(path));
  if (!names) return std::nullopt;
  // Whoever renames app.log keeps the front of its name.
  const std::string_view own = std::string_view(path).substr(path.rfind('/') + 1);
  const std::string_view stem = own.substr(0, own.find('.', 1));
  for (const std::string& name : *names) {
    if (!name.starts_with(stem) || name.ends_with(kPositionsSuffix)) continue;
    if (auto found = open_if_inode(fs, sys::join(sys::parent(path), name), inode)) return found;
  }
  return std::nullopt;
}

bool bytes_are_there(const PositionEntry& entry, const DataFile& data) {
  if (entry.to > data.bytes || entry.to - entry.from > kCommitBytesMax) return false;
  std::string bytes(entry.to - entry.from, '\0');
  const auto got = data.file->read_at(entry.from, bytes.data(), bytes.size());
  return got && *got == bytes.size() && base::xxh3_64(bytes) == entry.hash;
}

// Whether a later commit shows that this one succeeded.
bool has_successor(const Positions& positions, std::size_t index) {
  const PositionEntry& entry = positions.entries[index];
  for (std::size_t i = index + 1; i < positions.entries.size(); ++i)
    if (positions.entries[i].inode != entry.inode || positions.entries[i].from >= entry.to) return true;
  return false;
}

struct Evidence {
  std::optional<DataFile> data;
  bool by_inode = false;  // it is the file that the commits went to
};

bool holds(const Positions& positions, std::size_t index, const Evidence& evidence) {
  const PositionEntry& entry = positions.entries[index];
  if (entry.from == entry.to) return true;
  if ((positions.synced || !evidence.by_inode) && has_successor(positions, index)) return true;
  return evidence.data && entry.inode == positions.entries.back().inode && bytes_are_there(entry, *evidence.data);
}

}  // namespace

base::Result<Judgement> judge_positions(sys::FileSystem& fs, const std::string& path) {
  Judgement judgement;
  const std::string beside = positions_path(path);
  const auto content = fs.read_file(beside, kPositionsBytesMax);
  if (!content && content.error().code == base::ErrorCode::not_found) return judgement;
  if (!content) return content.error();
  auto parsed = parse_positions(*content);
  if (!parsed) {
    const std::string remedy = "; remove it to go on without: what is sent again then comes twice";
    return base::Error{parsed.error().code, beside + ": " + parsed.error().what + remedy};
  }
  const Positions& positions = *parsed;
  judgement.kept = true;

  const PositionEntry& last = positions.entries.back();
  Evidence evidence{.data = find_data(fs, path, last.inode), .by_inode = false};
  evidence.by_inode = evidence.data.has_value();
  // Restored from a copy, it has another inode and the same bytes.
  if (!evidence.data) evidence.data = open_if_inode(fs, path, std::nullopt);
  std::size_t held = 0;
  while (held + 1 < positions.entries.size() && holds(positions, held + 1, evidence)) ++held;

  for (std::size_t i = 0; i <= held; ++i) judgement.frontiers.advance_all(positions.entries[i].frontiers);
  if (held + 1 == positions.entries.size()) return judgement;
  const std::uint64_t cut_to = positions.entries[held + 1].from;
  judgement.last_is_lost = !evidence.by_inode;
  if (evidence.by_inode && evidence.data->bytes > cut_to) {
    judgement.cut_path = evidence.data->path;
    judgement.cut_to = cut_to;
    judgement.cut_bytes = evidence.data->bytes - cut_to;
  }
  return judgement;
}

base::Result<std::vector<store::Frontier>> read_frontiers(sys::FileSystem& fs, const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(const Judgement judgement, judge_positions(fs, path));
  return judgement.frontiers.list();
}

bool is_flat_file(sys::FileSystem& fs, const std::string& path) {
  const auto info = fs.info(path);
  return (info && info->is_regular) || fs.info(positions_path(path)).has_value();
}

std::string positions_path(const std::string& path) { return path + std::string(kPositionsSuffix); }

}  // namespace logmill::flat
