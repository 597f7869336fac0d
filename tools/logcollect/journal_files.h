// The files of systemd's journal: where they are, and which belong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logmill::logcollect {

// Of a path: the same file under another name is the same entry.
struct JournalFile {
  std::string path;
  std::uint64_t device = 0, inode = 0;

  friend bool operator==(const JournalFile& a, const JournalFile& b) { return a.device == b.device && a.inode == b.inode; }
  friend bool operator<(const JournalFile& a, const JournalFile& b) { return a.inode != b.inode ? a.inode < b.inode : a.device < b.device; }
};

struct JournalFiles {
  // By the id of the sequence that their entries are numbered in, as 32 hex digits; files in order.
  std::map<std::string, std::vector<JournalFile>> sequences;
  std::vector<std::string> folders;  // in which others may appear
  // That may not be read: entries that are missing may be there.
  std::vector<std::string> refused;
  bool unready = false;  // a file that is just being made, or is no journal
};

// The folders of this machine's own journal.
std::vector<std::string> own_journal_folders();

// Files in these folders and in those in them, not deeper. A path may be a file, too. What is not there is left out.
JournalFiles find_journal_files(const std::vector<std::string>& paths);

// The id that the beginning of a journal file holds; nullopt if it is no journal file, or just being made.
// systemd's docs/JOURNAL_FILE_FORMAT.md has the layout.
inline constexpr std::size_t kJournalHeadBytes = 88;
std::optional<std::string> journal_sequence_of(std::string_view head);

}  // namespace logmill::logcollect
