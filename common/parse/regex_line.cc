#include "parse/regex_line.h"

#include <re2/re2.h>

#include <optional>

#include "parse/known_field.h"
#include "parse/stamp.h"
#include "record/fields.h"
#include "record/known_names.h"
#include "text/time.h"

namespace logmill::parse {
namespace {

// Times in regular expressions come in all forms, also those that need a reference.
bool set_written_time(record::RowWriter& row, std::string_view text, const ParseContext& context) {
  Cursor cursor(text);
  std::string_view rest;
  auto time = take_common_stamp(cursor, context);
  if (!time) time = text::parse_bsd_prefix(text, context.reference, rest);
  if (!time) time = take_stamp(cursor, "%a %b %d %T %Y", context.reference);
  if (time) row.set_time(*time);
  return time.has_value();
}

}  // namespace

RegexLine::RegexLine() = default;
RegexLine::~RegexLine() = default;
RegexLine::RegexLine(RegexLine&&) noexcept = default;

base::Result<RegexLine> RegexLine::compile(std::string_view pattern) {
  re2::RE2::Options options(re2::RE2::Latin1);  // bytes: lines need not be UTF-8
  options.set_log_errors(false);
  RegexLine line;
  line.pattern_ = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!line.pattern_->ok()) return base::Error{base::ErrorCode::invalid, "regex: " + line.pattern_->error()};
  line.names_.resize(static_cast<std::size_t>(line.pattern_->NumberOfCapturingGroups()) + 1);
  for (const auto& [number, name] : line.pattern_->CapturingGroupNames()) line.names_[static_cast<std::size_t>(number)] = name;
  if (line.pattern_->CapturingGroupNames().empty())
    return base::Error{base::ErrorCode::invalid, "regex: no named group: fields are written (?P<name>…), as in (?P<user>[a-z]+)"};
  return line;
}

Outcome RegexLine::parse(std::string_view line, record::RowWriter& row, const ParseContext& context) const {
  std::vector<re2::StringPiece> groups(names_.size());
  const re2::StringPiece text(line.data(), line.size());
  if (!pattern_->Match(text, 0, line.size(), re2::RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size())))
    return {1, "what the pattern says"};
  bool has_message = false;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (names_[i].empty() || groups[i].data() == nullptr) continue;
    const std::string_view value(groups[i].data(), groups[i].size());
    const record::Role role = record::known_name(names_[i]).role;
    has_message |= role == record::Role::message;
    if (role == record::Role::time && set_written_time(row, value, context)) continue;
    set_known_field(row, names_[i], value, Quoted::no, context);
  }
  if (!has_message) row.set(record::kMessage, record::Value::string(line));
  return {};
}

}  // namespace logmill::parse
