#include "cli/option_dump.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace logmill::cli {

std::vector<std::string> OptionInfo::choices() const {
  std::vector<std::string> words;
  if (argument.find('|') == std::string::npos) return words;
  std::size_t start = 0;
  while (start <= argument.size()) {
    const std::size_t end = std::min(argument.find('|', start), argument.size());
    words.push_back(argument.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

std::vector<std::string> OptionInfo::dashed() const {
  std::vector<std::string> names;
  for (const std::string& name : shorts) names.push_back("-" + name);
  for (const std::string& name : longs) names.push_back("--" + name);
  return names;
}

std::string OptionInfo::spelling() const {
  if (!positional.empty()) return many ? positional + "..." : positional;
  std::string text;
  for (const std::string& name : dashed()) text.append(text.empty() ? "" : ", ").append(name);
  if (!argument.empty()) text += " " + argument;
  return text;
}

std::vector<OptionInfo> dump_options(const CLI::App& app) {
  std::vector<OptionInfo> options;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden on purpose
    OptionInfo info;
    info.shorts = option->get_snames();
    info.longs = option->get_lnames();
    if (info.shorts.empty() && info.longs.empty()) info.positional = option->get_name(true);
    const bool flag = option->get_items_expected_max() == 0 || option->get_type_size_max() == 0;
    // CLI11 adds what its validators check, as in "auto|never:{auto,never}".
    const std::string type = option->get_type_name();
    if (!flag) info.argument = type.substr(0, type.find(":{"));
    info.group = option->get_group();
    info.help = option->get_description();
    info.env = option->get_envname();
    info.many = option->get_items_expected_max() > 1 || option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    options.push_back(std::move(info));
  }
  std::stable_partition(options.begin(), options.end(), [](const OptionInfo& info) { return info.group != "Common"; });
  return options;
}

std::string format_dump(const std::vector<OptionInfo>& options) {
  std::string text;
  for (const OptionInfo& option : options) text += option.spelling() + "\t" + option.group + "\t" + option.help + "\n";
  return text;
}

}  // namespace logmill::cli
