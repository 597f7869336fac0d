#include "alert/setting.h"

// What is wrong in a file is told by an exception. The library's checks of itself would end the program for some of it, and stand in front
// of the same ones for what comes from outside.
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>

#include "text/suggest.h"
#include "text/units.h"

namespace logmill::alert {
namespace {

Setting setting_of(const toml::node& node, std::string_view key, std::size_t line);

void add_children(Setting& setting, const toml::table& table) {
  for (const auto& [key, child] : table) setting.children.push_back(setting_of(child, key.str(), key.source().begin.line));
  // toml++ sorts by name; messages and lists of rules follow the file.
  std::ranges::stable_sort(setting.children, {}, &Setting::line);
}

Setting setting_of(const toml::node& node, std::string_view key, std::size_t line) {
  Setting setting{.key = std::string(key), .line = line};
  if (const auto* boolean = node.as_boolean()) {
    setting.kind = Setting::Kind::boolean;
    setting.boolean = boolean->get();
  } else if (const auto* integer = node.as_integer()) {
    setting.kind = Setting::Kind::integer;
    setting.integer = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    setting.kind = Setting::Kind::real;
    setting.real = real->get();
  } else if (const auto* text = node.as_string()) {
    setting.kind = Setting::Kind::text;
    setting.text = text->get();
  } else if (const auto* list = node.as_array()) {
    setting.kind = Setting::Kind::list;
    for (const toml::node& child : *list) setting.children.push_back(setting_of(child, {}, child.source().begin.line));
  } else if (const auto* table = node.as_table()) {
    setting.kind = Setting::Kind::table;
    add_children(setting, *table);
  }
  return setting;
}

std::string quoted(std::string_view key) { return "'" + std::string(key) + "'"; }

}  // namespace

const Setting* Setting::find(std::string_view name) const {
  const auto found = std::ranges::find(children, name, &Setting::key);
  return found == children.end() ? nullptr : &*found;
}

base::Error error_at_line(std::size_t line, std::string_view what) {
  return {base::ErrorCode::invalid, "line " + std::to_string(line) + ": " + std::string(what)};
}

base::Result<Setting> parse_toml(std::string_view text) {
  try {
    Setting root = setting_of(toml::parse(text), {}, 1);
    return root;
  } catch (const toml::parse_error& error) {
    return error_at_line(error.source().begin.line, error.description());
  }
}

const Setting* TableReader::next(std::string_view key, Setting::Kind kind, std::string_view expected) {
  taken_.push_back(key);
  const Setting* const setting = table_.find(key);
  if (!setting || setting->kind == kind) return setting;
  refuse(key, "expected " + std::string(expected));
  return nullptr;
}

void TableReader::take(std::string_view key, std::string& value) {
  if (const Setting* setting = next(key, Setting::Kind::text, "text in quotes")) value = setting->text;
}

void TableReader::take(std::string_view key, bool& value) {
  if (const Setting* setting = next(key, Setting::Kind::boolean, "true or false")) value = setting->boolean;
}

void TableReader::take(std::string_view key, std::vector<std::string>& value) {
  const Setting* const setting = next(key, Setting::Kind::list, "a list of texts: [\"a\", \"b\"]");
  if (!setting) return;
  value.clear();
  for (const Setting& child : setting->children) {
    if (child.kind != Setting::Kind::text) return refuse(key, "expected a list of texts: [\"a\", \"b\"]");
    value.push_back(child.text);
  }
}

void TableReader::take(std::string_view key, Labels& value) {
  const Setting* const setting = next(key, Setting::Kind::table, "names and texts: { team = \"shop\" }");
  if (!setting) return;
  for (const Setting& child : setting->children) {
    if (child.kind != Setting::Kind::text) return refuse(key, "expected names and texts: { team = \"shop\" }");
    value[child.key] = child.text;
  }
}

void TableReader::take(std::string_view key, std::uint64_t& value) {
  const Setting* const setting = next(key, Setting::Kind::integer, "a whole number");
  if (!setting) return;
  if (setting->integer < 0) return refuse(key, "must not be negative");
  value = static_cast<std::uint64_t>(setting->integer);
}

void TableReader::take(std::string_view key, std::optional<double>& value) {
  taken_.push_back(key);
  const Setting* const setting = table_.find(key);
  if (!setting) return;
  if (setting->kind == Setting::Kind::integer) {
    value = static_cast<double>(setting->integer);
  } else if (setting->kind == Setting::Kind::real) {
    value = setting->real;
  } else {
    char* end = nullptr;
    const double number = std::strtod(setting->text.c_str(), &end);
    if (setting->kind != Setting::Kind::text || end == setting->text.c_str() || std::string_view(end) != "%")
      return refuse(key, "expected a number, or a share like \"5%\"");
    value = number / 100;
  }
}

void TableReader::take_duration(std::string_view key, std::int64_t& value) {
  const Setting* const setting = next(key, Setting::Kind::text, "a duration in quotes: \"5m\"");
  if (!setting) return;
  const auto duration = text::parse_duration(setting->text);
  if (!duration) return refuse(key, duration.error().what);
  if (*duration == 0) return refuse(key, "must be more than 0");
  value = *duration;
}

void TableReader::refuse(std::string_view key, std::string_view why) {
  const Setting* const setting = table_.find(key);
  std::optional<base::Error>& error = setting ? error_ : missing_;
  if (error) return;
  std::string text = what_;
  if (!key.empty()) text += ": " + quoted(key);
  error = error_at_line(setting ? setting->line : table_.line, text + ": " + std::string(why));
}

base::Status TableReader::finish() {
  for (const Setting& child : table_.children) {
    if (error_ || std::ranges::find(taken_, child.key) != taken_.end()) continue;
    std::string why = "is not known here";
    const std::string_view near = text::nearest(child.key, taken_);
    if (!near.empty()) why += "; did you mean " + quoted(near) + "?";
    refuse(child.key, why);
  }
  if (!error_) error_ = missing_;
  return error_ ? base::Status(*error_) : base::Status();
}

}  // namespace logmill::alert
