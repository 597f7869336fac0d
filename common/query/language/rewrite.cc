#include "query/language/rewrite.h"

#include <algorithm>
#include <charconv>
#include <re2/re2.h>

namespace logmill::query {
namespace {

bool may_name_group(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

Rewrite::Rewrite(std::unique_ptr<re2::RE2> regex) : regex_(std::move(regex)) {}
Rewrite::Rewrite(Rewrite&& other) noexcept = default;
Rewrite::~Rewrite() = default;

base::Result<Rewrite> Rewrite::make(const std::string& regex, std::string_view replacement) {
  auto compiled = std::make_unique<re2::RE2>("(?s:" + regex + ")", re2::RE2::Quiet);
  if (!compiled->ok()) return base::Error{base::ErrorCode::invalid, "the regular expression '" + regex + "': " + compiled->error()};
  Rewrite rewrite(std::move(compiled));
  while (!replacement.empty()) {
    const std::size_t dollar = std::min(replacement.find('$'), replacement.size());
    if (dollar > 0) rewrite.pieces_.push_back({.text = std::string(replacement.substr(0, dollar))});
    replacement.remove_prefix(dollar);
    if (replacement.empty()) break;
    replacement.remove_prefix(1);
    rewrite.pieces_.push_back(rewrite.take_group(replacement));
  }
  return rewrite;
}

Rewrite::Piece Rewrite::take_group(std::string_view& rest) const {
  if (rest.starts_with('$')) {
    rest.remove_prefix(1);
    return {.text = "$"};
  }
  const bool braced = rest.starts_with('{');
  std::size_t end = braced ? 1 : 0;
  while (end < rest.size() && may_name_group(rest[end])) ++end;
  const std::string_view name = rest.substr(braced ? 1 : 0, end - (braced ? 1 : 0));
  // What is no name is there as it is.
  if (name.empty() || (braced && (end == rest.size() || rest[end] != '}'))) return {.text = "$"};
  rest.remove_prefix(braced ? end + 1 : end);
  int group = 0;
  if (const auto parsed = std::from_chars(name.data(), name.data() + name.size(), group); parsed.ptr == name.data() + name.size())
    return group <= regex_->NumberOfCapturingGroups() ? Piece{.text = {}, .group = group} : Piece{};
  const auto found = regex_->NamedCapturingGroups().find(std::string(name));
  return found == regex_->NamedCapturingGroups().end() ? Piece{} : Piece{.text = {}, .group = found->second};
}

std::optional<std::string> Rewrite::apply(std::string_view text) const {
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1);
  const re2::StringPiece whole(text.data(), text.size());
  if (!regex_->Match(whole, 0, whole.size(), re2::RE2::ANCHOR_BOTH, groups.data(), static_cast<int>(groups.size()))) return std::nullopt;
  std::string out;
  for (const Piece& piece : pieces_) {
    out += piece.text;
    if (piece.group >= 0)
      out.append(groups[static_cast<std::size_t>(piece.group)].data(), groups[static_cast<std::size_t>(piece.group)].size());
  }
  return out;
}

}  // namespace logmill::query
