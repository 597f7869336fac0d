#include "logcollect/journal_sequence.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <systemd/sd-journal.h>

#include "record/fields.h"
#include "sys/fd.h"

namespace logmill::logcollect {
namespace {

int open_journal_files(const std::vector<JournalFile>& files, sd_journal** journal) {
  std::vector<const char*> paths;
  for (const JournalFile& file : files) paths.push_back(file.path.c_str());
  paths.push_back(nullptr);
  return sd_journal_open_files(journal, paths.data(), 0);
}

}  // namespace

void JournalSequence::Close::operator()(sd_journal* journal) const { sd_journal_close(journal); }

base::Error JournalSequence::failure(int result, std::string_view what) const {
  return sys::error_from_errno(-result, "journal " + id_ + ": " + std::string(what));
}

void JournalSequence::set_files(std::vector<JournalFile> files) {
  if (journal_ && files == files_) return;
  files_ = std::move(files);
  files_changed_ = true;
}

// One file that is damaged, or just gone, makes opening them together fail.
JournalSequence::Handle JournalSequence::open_readable_files() {
  sd_journal* opened = nullptr;
  if (open_journal_files(files_, &opened) >= 0) return Handle(opened);
  std::vector<JournalFile> readable;
  for (const JournalFile& file : files_) {
    const int result = open_journal_files({file}, &opened);
    if (result >= 0) {
      sd_journal_close(opened);
      readable.push_back(file);
    } else if (result != -ENOENT) {
      reporter_->warn("unreadable", sys::error_from_errno(-result, file.path).what);
    }
  }
  return !readable.empty() && open_journal_files(readable, &opened) >= 0 ? Handle(opened) : Handle();
}

void JournalSequence::reopen(std::uint64_t number) {
  files_changed_ = false;
  journal_ = open_readable_files();
  if (!journal_) return;
  sd_journal_set_data_threshold(journal_.get(), 0);  // values as they are, whatever their size
  char digits[2 * sizeof number];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, 16);
  const std::string cursor = "s=" + id_ + ";i=" + std::string(digits, end);
  const int result = number == 0 ? sd_journal_seek_head(journal_.get()) : sd_journal_seek_cursor(journal_.get(), cursor.c_str());
  if (result < 0) reporter_->warn("journal", failure(result, "seek").what);
}

base::Result<std::uint64_t> JournalSequence::end() {
  if (!journal_) return 0;
  if (const int result = sd_journal_seek_tail(journal_.get()); result < 0) return failure(result, "seek");
  const int found = sd_journal_previous(journal_.get());
  if (found < 0) return failure(found, "read");
  if (found == 0) return 0;
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t last, number());
  return last + 1;
}

base::Result<std::optional<std::uint64_t>> JournalSequence::next() {
  constexpr std::optional<std::uint64_t> kNone;
  if (!journal_) return kNone;
  const int found = sd_journal_next(journal_.get());
  if (found < 0) return failure(found, "read");
  if (found == 0) return kNone;
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t at, number());
  return std::optional(at);
}

// libsystemd 252 has no call for it, but the cursor does: "s=ID;i=NUMBER;b=…".
base::Result<std::uint64_t> JournalSequence::number() const {
  char* text = nullptr;
  if (const int result = sd_journal_get_cursor(journal_.get(), &text); result < 0) return failure(result, "cursor");
  const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
  const std::string_view cursor(text);
  std::uint64_t number = 0;
  const std::size_t at = cursor.find(";i=");
  if (at != std::string_view::npos && std::from_chars(text + at + 3, text + cursor.size(), number, 16).ec == std::errc()) return number;
  return base::Error{base::ErrorCode::unsupported, "journal " + id_ + ": a cursor without a number: " + std::string(cursor)};
}

base::Result<std::size_t> JournalSequence::read(record::Batch& batch, JournalEntry& entry) {
  std::uint64_t us = 0;
  if (const int result = sd_journal_get_realtime_usec(journal_.get(), &us); result < 0) return failure(result, "time");
  entry.begin(batch, static_cast<base::TimeNs>(us) * base::kNsPerUs);
  std::size_t bytes = 0, size = 0;
  const void* data = nullptr;
  sd_journal_restart_data(journal_.get());
  int found = 0;
  while ((found = sd_journal_enumerate_data(journal_.get(), &data, &size)) > 0) {
    entry.add({static_cast<const char*>(data), size});
    bytes += size;
  }
  const std::size_t row = batch.rows();
  entry.finish();
  if (found < 0) {
    const std::string what = failure(found, "an entry that cannot be read in full").what;
    reporter_->warn("journal", what);
    batch.set(record::kParseError, row, record::Value::string(batch.own(what)));
  }
  return bytes;
}

}  // namespace logmill::logcollect
