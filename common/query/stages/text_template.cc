#include "query/stages/text_template.h"

namespace logmill::query {
namespace {

base::Error wrong(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

std::size_t word_end(std::string_view text) {
  const std::size_t end = text.find_first_of(" \t\r\n");
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

base::Result<TextTemplate> TextTemplate::parse(std::string_view pattern) {
  TextTemplate made;
  std::string literal;  // since the last place
  const auto end_literal = [&made, &literal] {
    (made.places_.empty() ? made.start_ : made.places_.back().literal) = std::move(literal);
    literal.clear();
  };
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool doubled = i + 1 < pattern.size() && pattern[i + 1] == c;
    if (c != '{' || doubled) {
      literal.push_back(c);
      i += (c == '{' || c == '}') && doubled;
      continue;
    }
    const std::size_t close = pattern.find('}', i);
    if (close == std::string_view::npos) return wrong("a { is not closed; {{ stands for a brace");
    if (!made.places_.empty() && literal.empty())
      return wrong("some text must stand between two places, or nobody knows where the first one ends");
    end_literal();
    made.add_place(pattern.substr(i + 1, close - i - 1));
    i = close;
  }
  end_literal();
  if (made.names_.empty()) return wrong("no {name} in it");
  for (const Place& place : made.places_)
    if (place.to_end && (!place.literal.empty() || &place != &made.places_.back()))
      return wrong("only the last place can take all that is left");
  return made;
}

void TextTemplate::add_place(std::string_view name) {
  Place place;
  place.to_end = name.ends_with('*');
  if (place.to_end) name.remove_suffix(1);
  if (!name.empty() && name != "_") {
    place.name = static_cast<int>(names_.size());
    names_.emplace_back(name);
  }
  places_.push_back(std::move(place));
}

bool TextTemplate::match(std::string_view text, std::vector<std::string_view>& found) const {
  found.assign(names_.size(), {});
  if (start_.empty()) return match_from(text, found);
  // Another start can only help if what followed this one did not fit; the text is walked once for
  // each.
  for (std::size_t at = text.find(start_); at != std::string_view::npos; at = text.find(start_, at + 1))
    if (match_from(text.substr(at + start_.size()), found)) return true;
  return false;
}

bool TextTemplate::match_from(std::string_view rest, std::vector<std::string_view>& found) const {
  for (const Place& place : places_) {
    std::size_t size = rest.size();
    if (!place.literal.empty()) {
      size = rest.find(place.literal);
      if (size == std::string_view::npos) return false;
    } else if (!place.to_end) {
      size = word_end(rest);
    }
    if (place.name >= 0) found[static_cast<std::size_t>(place.name)] = rest.substr(0, size);
    rest.remove_prefix(size + place.literal.size());
  }
  return true;
}

}  // namespace logmill::query
