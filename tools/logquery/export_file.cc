#include "logquery/export_file.h"

#include <algorithm>

namespace logmill::logquery {
namespace {

constexpr std::size_t kFlushBytes = 256 << 10;

// Takes `ending` off the end of `name`.
bool take_ending(std::string& name, std::string_view ending) {
  if (!name.ends_with(ending)) return false;
  name.resize(name.size() - ending.size());
  return true;
}

}  // namespace

base::Result<ExportForm> ExportForm::from_path(const std::string& path, const std::string& output) {
  ExportForm form;
  std::string name = path.substr(path.rfind('/') + 1);
  if (take_ending(name, ".zst"))
    form.container = codec::Container::zstd;
  else if (take_ending(name, ".gz"))
    form.container = codec::Container::gzip;
  form.printer = output;
  if (!output.empty()) return form;
  const std::size_t dot = name.rfind('.');
  const std::string ending = dot == std::string::npos ? "" : name.substr(dot + 1);
  form.printer = ending == "jsonl" || ending.empty() ? "ndjson" : ending == "log" || ending == "txt" ? "raw" : ending;
  if (query::find_printer(form.printer)) return form;
  if (form.container != codec::Container::none) return ExportForm{"ndjson", form.container};
  return base::Error{base::ErrorCode::invalid, path +
                                                   ": its name does not say in which form; end it in .csv, .tsv, .ndjson, "
                                                   ".logfmt or .log, with .zst or .gz "
                                                   "behind if you like, or give -o"};
}

base::Result<std::unique_ptr<ExportFile>> ExportFile::open(sys::FileSystem& files, const std::string& path, const ExportForm& form,
                                                           std::uint64_t bytes, Fresh fresh, std::vector<std::string> columns,
                                                           cli::Io& io) {
  std::unique_ptr<ExportFile> made(new ExportFile(io));
  const auto mode = fresh == Fresh::yes ? sys::OpenMode::create : sys::OpenMode::append;
  LOGMILL_ASSIGN_OR_RETURN(made->file_, files.open(path, mode));
  LOGMILL_ASSIGN_OR_RETURN(const bool locked, made->file_->try_lock());
  if (!locked) return base::Error{base::ErrorCode::again, path + ": another export is writing it"};
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, made->file_->info());
  if (info.size < bytes) return base::Error{base::ErrorCode::corrupt, path + ": shorter than its cursor says; remove both to begin anew"};
  if (info.size > bytes) LOGMILL_RETURN_IF_ERROR(made->file_->truncate(bytes));
  made->bytes_ = bytes;
  made->deflater_ = codec::make_deflater(form.container);
  made->printer_ = query::find_printer(form.printer)->make({.utc = true, .columns = std::move(columns), .with_head = bytes == 0});
  return made;
}

base::Status ExportFile::push(const query::Rows& rows) {
  rows_ += rows.selected.size();
  LOGMILL_RETURN_IF_ERROR(printer_->print(rows, text_));
  return text_.size() >= kFlushBytes ? write() : base::Status{};
}

base::Status ExportFile::write() {
  std::string_view bytes = text_;
  if (deflater_ && !text_.empty()) {
    deflater_->append(text_, packed_);
    in_stream_ = true;
  }
  if (deflater_) bytes = packed_;
  if (!bytes.empty()) LOGMILL_RETURN_IF_ERROR(file_->append(bytes));
  bytes_ += bytes.size();
  text_.clear();
  packed_.clear();
  return {};
}

base::Status ExportFile::sync() {
  LOGMILL_RETURN_IF_ERROR(write());
  if (in_stream_) {
    deflater_->finish(packed_);
    in_stream_ = false;
    LOGMILL_RETURN_IF_ERROR(write());
  }
  return file_->sync();
}

base::Status ExportFile::finish() {
  LOGMILL_RETURN_IF_ERROR(printer_->finish(text_));
  std::string names;
  for (const std::string& name : printer_->left_out()) names += (names.empty() ? "" : ", ") + name;
  if (!names.empty()) io_.reporter.warn("left_out", names + ": not in the head line, left out; name the fields with --fields");
  LOGMILL_RETURN_IF_ERROR(sync());
  if (!deflater_ || bytes_ > 0) return {};
  // Nothing is no gzip nor zstd. It is not counted: an export that goes on begins with its first row.
  deflater_->finish(packed_);
  LOGMILL_RETURN_IF_ERROR(file_->append(packed_));
  packed_.clear();
  return {};
}

}  // namespace logmill::logquery
