#include "cli/store_config.h"

#include <CLI/CLI.hpp>

#include <fstream>

#include "store/store_layout.h"
#include "sys/file_system.h"
#include "text/suggest.h"

namespace logmill::cli {
namespace {

base::Error unknown(const CLI::App& app, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    if (!option->get_lnames().empty()) names.push_back(option->get_lnames().front());
  std::string what = "unknown option '" + name + "'";
  const std::string_view near = text::nearest(name, {names.begin(), names.end()});
  if (!near.empty()) what += "; did you mean '" + std::string(near) + "'?";
  return {base::ErrorCode::invalid, what};
}

base::Status apply_item(CLI::App& app, const CLI::ConfigItem& item) {
  // CLI11 marks where a [section] begins and ends; there are none here.
  if (item.name == "++" || item.name == "--") return {};
  CLI::Option* option = app.get_option_no_throw("--" + item.name);
  const bool allowed = option != nullptr && item.name != "dir" && item.name != "config" && item.parents.empty();
  if (!allowed) return unknown(app, item.fullname());
  if (option->count() > 0) return {};
  const bool flag = option->get_type_size() == 0;
  for (const std::string& input : item.inputs) option->add_result(flag ? option->get_flag_value(item.name, input) : input);
  option->run_callback();
  return {};
}

}  // namespace

base::Status apply_store_config(CLI::App& app) {
  const CLI::Option* dir = app.get_option_no_throw("--dir");
  if (dir == nullptr || dir->count() == 0) return {};
  const std::string path = sys::join(dir->as<std::string>(), store::kConfigName);
  std::ifstream file(path);
  if (!file) return {};
  try {
    for (const CLI::ConfigItem& item : app.get_config_formatter()->from_config(file))
      if (auto applied = apply_item(app, item); !applied) return std::move(applied).error().with_context(path);
  } catch (const CLI::Error& error) {
    return base::Error{base::ErrorCode::invalid, path + ": " + error.what()};
  }
  return {};
}

}  // namespace logmill::cli
