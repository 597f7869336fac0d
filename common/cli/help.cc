#include "cli/help.h"

#include <algorithm>

namespace logmill::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kHelpColumn = 26;
constexpr std::size_t kArgumentShown = 18;  // longer lists of choices go into the help text

std::string_view first_sentence(std::string_view help) {
  const std::size_t end = help.find(". ");
  return end == std::string_view::npos ? help : help.substr(0, end + 1);
}

void append_wrapped(std::string& out, std::string_view words, std::size_t column) {
  std::size_t used = column;
  while (!words.empty()) {
    const std::size_t space = std::min(words.find(' '), words.size());
    if (used > column && used + 1 + space > kWidth) {
      out += '\n' + std::string(column, ' ');
      used = column;
    }
    if (used > column) {
      out += ' ';
      ++used;
    }
    out += words.substr(0, space);
    used += space;
    words.remove_prefix(std::min(space + 1, words.size()));
  }
  out += '\n';
}

void append_option(std::string& out, OptionInfo option, HelpLength length) {
  std::string help(length == HelpLength::brief ? first_sentence(option.help) : option.help);
  if (option.argument.size() > kArgumentShown && !option.choices().empty()) {
    if (length == HelpLength::full) help += " One of: " + option.argument + ".";
    option.argument = "NAME";
  }
  if (length == HelpLength::full && !option.env.empty() && option.env == "LOGMILL_STORE") help += " Default: $LOGMILL_STORE.";
  const bool aligned = option.shorts.empty() && option.positional.empty();
  std::string left = std::string(aligned ? 6 : 2, ' ') + option.spelling();
  if (left.size() + 2 > kHelpColumn)
    left += '\n' + std::string(kHelpColumn, ' ');
  else
    left.resize(kHelpColumn, ' ');
  out += left;
  append_wrapped(out, help, kHelpColumn);
}

void append_group(std::string& out, const std::vector<OptionInfo>& options, const std::string& group, HelpLength length) {
  out += "\n" + group + ":\n";
  for (const OptionInfo& option : options)
    if (option.group == group) append_option(out, option, length);
}

}  // namespace

std::string format_help(const ToolSpec& spec, const std::vector<OptionInfo>& options, HelpLength length) {
  std::string out = std::string(spec.name) + ": " + std::string(spec.summary) + "\n\nUsage: " + std::string(spec.name) + " " +
                    std::string(spec.usage) + "\n";
  std::vector<std::string> groups;
  for (const OptionInfo& option : options)
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  for (const std::string& group : groups)
    if (length == HelpLength::full || group != "Common") append_group(out, options, group, length);
  if (!spec.examples.empty()) out += "\nExamples:\n" + std::string(spec.examples);
  if (length == HelpLength::brief) out += "\nMore: " + std::string(spec.name) + " --help, man " + std::string(spec.name) + "\n";
  return out;
}

}  // namespace logmill::cli
