#include "query/stages/lookup_file.h"

#include <algorithm>

#include "record/json_object.h"

namespace logmill::query {
namespace {

// A table to look things up in is small; more is a query of its own.
constexpr std::uint64_t kFileBytesMax = 256 << 20;

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

// Takes the cells of the next row off `rest`: RFC 4180, where quotes may hold separators and ends
// of lines.
base::Result<std::vector<std::string>> take_row(std::string_view& rest, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (quoted) {
      if (c != '"') {
        cells.back().push_back(c);
      } else if (rest.starts_with('"')) {
        cells.back().push_back('"');
        rest.remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (c == '"' && separator == ',' && cells.back().empty()) {
      quoted = true;
    } else if (c == separator) {
      cells.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  if (quoted) return invalid("a quote is not closed");
  return cells;
}

bool is_separated(std::string_view path, char& separator) {
  separator = path.ends_with(".tsv") ? '\t' : ',';
  return path.ends_with(".csv") || path.ends_with(".tsv");
}

void append_key(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out.append(":").append(text);
}

}  // namespace

base::Result<LookupFile> LookupFile::open(sys::FileSystem& files, const std::string& path, const std::vector<std::string>& fields) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string content, files.read_file(path, kFileBytesMax));
  LookupFile file;
  file.key_fields_ = fields;
  char separator = ',';
  base::Status read = is_separated(path, separator) ? file.read_separated(content, separator) : file.read_objects(content);
  if (read) read = file.make_keys();
  if (!read) return std::move(read).error().with_context(path);
  return file;
}

base::Status LookupFile::read_separated(std::string_view content, char separator) {
  LOGMILL_ASSIGN_OR_RETURN(const auto head, take_row(content, separator));
  if (key_fields_.empty()) key_fields_.push_back(head.front());
  while (!content.empty()) {
    LOGMILL_ASSIGN_OR_RETURN(const auto cells, take_row(content, separator));
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() != head.size())
      return invalid("row " + std::to_string(rows_.rows() + 1) + " has " + std::to_string(cells.size()) + " cells, the head line " +
                     std::to_string(head.size()));
    const std::size_t row = rows_.add_row();
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!cells[i].empty()) rows_.set(head[i], row, record::value_from_text(rows_.own(cells[i])));
  }
  return {};
}

base::Status LookupFile::read_objects(std::string_view content) {
  if (key_fields_.empty()) return invalid("name the field that both have: join FILE by FIELD");
  record::JsonObjectReader reader;
  record::RowWriter writer(rows_);
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    writer.add_row();
    if (auto read = reader.read(rows_.own(line), writer); !read)
      return std::move(read).error().with_context("row " + std::to_string(rows_.rows()));
  }
  return {};
}

base::Status LookupFile::make_keys() {
  for (const std::string& field : key_fields_)
    if (!rows_.find(field) && rows_.rows() > 0) return invalid("has no field " + field);
  std::vector<std::string> key;
  for (std::size_t row = 0; row < rows_.rows(); ++row) {
    key.clear();
    for (const std::string& field : key_fields_) record::append_plain(key.emplace_back(), rows_.get(field, row));
    std::string text;
    for (const std::string& part : key) append_key(text, part);
    by_key_.emplace(std::move(text), static_cast<int>(row));
  }
  return {};
}

std::size_t LookupFile::memory_bytes() const {
  constexpr std::size_t kNodeBytes = 72;  // of the map, without a long text
  std::size_t bytes = rows_.memory_bytes() + by_key_.bucket_count() * sizeof(void*);
  for (const auto& [key, row] : by_key_) bytes += kNodeBytes + key.capacity();
  return bytes;
}

int LookupFile::find(const std::vector<std::string>& key) const {
  std::string text;
  for (const std::string& part : key) append_key(text, part);
  const auto found = by_key_.find(text);
  return found == by_key_.end() ? -1 : found->second;
}

}  // namespace logmill::query
