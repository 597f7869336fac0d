#include "query/output/style.h"

#include "record/severity.h"
#include "text/utf8.h"

namespace logmill::query {
namespace {

// Select Graphic Rendition (ECMA-48, 8.3.117). Only the eight colours that every terminal's palette
// makes readable.
std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::plain: return "";
    case Paint::faint: return "\x1b[2m";
    case Paint::name: return "\x1b[1m";
    case Paint::key: return "\x1b[36m";
    case Paint::hit: return "\x1b[1;31m";
    case Paint::good: return "\x1b[32m";
    case Paint::note: return "\x1b[33m";
    case Paint::bad: return "\x1b[31m";
    case Paint::worst: return "\x1b[1;35m";
  }
  return "";
}

}  // namespace

Paint paint_of_level(std::string_view level) {
  switch (record::severity_from_text(level).value_or(record::Severity::none)) {
    case record::Severity::none: return Paint::plain;
    case record::Severity::trace:
    case record::Severity::debug: return Paint::faint;
    case record::Severity::info: return Paint::good;
    case record::Severity::warn: return Paint::note;
    case record::Severity::error: return Paint::bad;
    case record::Severity::fatal: return Paint::worst;
  }
  return Paint::plain;
}

void Style::append(std::string& out, Paint paint, std::string_view content) const {
  const std::string_view code = color && !content.empty() ? code_of(paint) : "";
  out += code;
  if (terminal)
    text::append_escaped_for_terminal(out, content);
  else
    out += content;
  if (!code.empty()) out += "\x1b[0m";
}

}  // namespace logmill::query
