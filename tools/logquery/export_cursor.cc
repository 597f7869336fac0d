#include "logquery/export_cursor.h"

#include <algorithm>
#include <charconv>

#include "query/language/lexer.h"

namespace logmill::logquery {
namespace {

constexpr std::string_view kHead = "logmill export cursor 1";
constexpr std::uint64_t kBytesMax = 256 << 20;

base::Error damaged() { return {base::ErrorCode::corrupt, "is no cursor of an export, or of another version"}; }

void append_text(std::string& out, std::string_view key, std::string_view text) {
  out.append(key).append(" ");
  query::append_quoted(out, text);
  out.push_back('\n');
}

base::Result<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return damaged();
  return number;
}

base::Status read_line(std::string_view line, ExportCursor& cursor) {
  const std::string_view key = line.substr(0, line.find(' '));
  const std::string_view rest = line.substr(std::min(line.size(), key.size() + 1));
  if (key == "bytes") {
    LOGMILL_ASSIGN_OR_RETURN(cursor.bytes, number_of(rest));
    return {};
  }
  if (key == "segment") {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return damaged();
    LOGMILL_ASSIGN_OR_RETURN(cursor.taken[std::string(rest.substr(0, space))], number_of(rest.substr(space + 1)));
    return {};
  }
  query::Lexer lexer(rest);
  if (!lexer.next_is_quote()) return damaged();
  LOGMILL_ASSIGN_OR_RETURN(std::string text, lexer.take_quoted());
  if (key == "query") return cursor.query = std::move(text), base::Status{};
  if (key == "file") return cursor.file = std::move(text), base::Status{};
  if (key == "column") return cursor.columns.push_back(std::move(text)), base::Status{};
  return damaged();
}

}  // namespace

base::Result<ExportCursor> ExportCursor::read(sys::FileSystem& files, const std::string& path) {
  ExportCursor cursor;
  const auto content = files.read_file(path, kBytesMax);
  if (!content && content.error().code == base::ErrorCode::not_found) return cursor;
  if (!content) return content.error();
  std::string_view rest = *content;
  for (bool first = true; !rest.empty(); first = false) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (first && line != kHead) return damaged().with_context(path);
    if (first) continue;
    if (base::Status read = read_line(line, cursor); !read) return std::move(read).error().with_context(path);
  }
  if (cursor.file.empty()) return damaged().with_context(path);
  return cursor;
}

base::Status ExportCursor::write(sys::FileSystem& files, const std::string& path) const {
  std::string text(kHead);
  text.push_back('\n');
  append_text(text, "query", query);
  append_text(text, "file", file);
  text += "bytes " + std::to_string(bytes) + "\n";
  for (const std::string& column : columns) append_text(text, "column", column);
  for (const auto& [id, rows] : taken) text += "segment " + id + " " + std::to_string(rows) + "\n";
  return files.replace_file(path, text);
}

}  // namespace logmill::logquery
