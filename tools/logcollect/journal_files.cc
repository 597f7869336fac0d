#include "logcollect/journal_files.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <systemd/sd-id128.h>

#include "sys/file_system.h"
#include "sys/held_file.h"

namespace logmill::logcollect {
namespace {

constexpr std::string_view kJournalMagic = "LPKSHHRH";
constexpr std::size_t kSequenceIdOffset = 72, kSequenceIdBytes = 16;

std::string id_text(std::string_view bytes) {
  sd_id128_t id;
  std::memcpy(id.bytes, bytes.data(), kSequenceIdBytes);
  char text[SD_ID128_STRING_MAX];
  return sd_id128_to_string(id, text);
}

bool is_journal_name(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".journal" || extension == ".journal~";
}

void add_journal_file(const std::string& path, JournalFiles& found) {
  const auto file = sys::HeldFile::open(path);
  if (!file) {
    const base::ErrorCode code = file.error().code;
    if (code != base::ErrorCode::not_found && code != base::ErrorCode::invalid) found.refused.push_back(path);
    return;
  }
  char head[kJournalHeadBytes];
  const auto info = file->info();
  const auto got = file->read_at(0, head, sizeof head);
  if (!info || !got) return found.refused.push_back(path);
  if (const auto sequence = journal_sequence_of({head, *got}))
    found.sequences[*sequence].push_back({path, info->device, info->inode});
  else
    found.unready = true;
}

void add_journal_folder(const std::string& folder, bool with_subfolders, JournalFiles& found) {
  std::error_code error;
  auto entry = std::filesystem::directory_iterator(folder, error);
  if (error) {
    if (error != std::errc::no_such_file_or_directory) found.refused.push_back(folder);
    return;
  }
  found.folders.push_back(folder);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string path = entry->path().string();
    std::error_code ignored;
    if (is_journal_name(entry->path()))
      add_journal_file(path, found);
    else if (with_subfolders && entry->is_directory(ignored))
      add_journal_folder(path, false, found);
  }
}

}  // namespace

std::vector<std::string> own_journal_folders() {
  sd_id128_t machine;
  if (sd_id128_get_machine(&machine) < 0) return {};
  char name[SD_ID128_STRING_MAX];
  sd_id128_to_string(machine, name);
  return {sys::join("/var/log/journal", name), sys::join("/run/log/journal", name)};
}

JournalFiles find_journal_files(const std::vector<std::string>& paths) {
  JournalFiles found;
  for (const std::string& path : paths) {
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) {
      add_journal_file(path, found);
      found.folders.push_back(sys::parent(path));
    } else {
      add_journal_folder(path, true, found);
    }
  }
  for (auto& [sequence, files] : found.sequences) {
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
  }
  return found;
}

std::optional<std::string> journal_sequence_of(std::string_view head) {
  if (head.size() < kJournalHeadBytes || !head.starts_with(kJournalMagic)) return std::nullopt;
  const std::string_view id = head.substr(kSequenceIdOffset, kSequenceIdBytes);
  if (id.find_first_not_of('\0') == std::string_view::npos) return std::nullopt;
  return id_text(id);
}

}  // namespace logmill::logcollect
