#include "cli/completion.h"

#include "cli/query_completion.h"

namespace logmill::cli {
namespace {

enum class Completes { nothing, words, files, directories, fields };

Completes what_completes(const OptionInfo& option) {
  if (!option.choices().empty()) return Completes::words;
  if (option.argument == "DIR") return Completes::directories;
  if (option.argument == "FILE" || option.argument == "PATH" || option.argument == "ENDPOINT") return Completes::files;
  if (takes_fields(option)) return Completes::fields;
  return Completes::nothing;
}

std::string join_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string first_sentence_quoted(const OptionInfo& option, std::string_view escape_too) {
  std::string text;
  for (const char c : option.help.substr(0, option.help.find(". "))) {
    if (c == '\'') {
      text += "'\\''";
      continue;
    }
    if (escape_too.find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

// Bash makes three words of --option=value.
constexpr const char* kTakesApart =
    "  if [[ $cur == = ]]; then\n    cur=\n  elif [[ $prev == = ]]; then\n    prev=${COMP_WORDS[COMP_CWORD-2]}\n  fi\n";

}  // namespace

// Names of files come one a line: they may hold spaces.
std::string bash_completion(std::string_view program, const std::vector<OptionInfo>& options) {
  const std::string name(program);
  std::string all, cases;
  for (const OptionInfo& option : options) {
    const std::vector<std::string> names = option.dashed();
    if (names.empty()) continue;
    all += (all.empty() ? "" : " ") + join_words(names);
    if (option.argument.empty()) continue;
    std::string pattern;
    for (const std::string& dash : names) pattern += (pattern.empty() ? "" : "|") + dash;
    cases += "    " + pattern + ")\n      ";
    switch (what_completes(option)) {
      case Completes::words: cases += "COMPREPLY=($(compgen -W '" + join_words(option.choices()) + "' -- \"$cur\"))"; break;
      case Completes::directories: cases += "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")"; break;
      case Completes::files: cases += "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"; break;
      case Completes::fields: cases += "_" + name + "_query '| fields '"; break;
      case Completes::nothing: cases += "COMPREPLY=()"; break;
    }
    cases += "\n      return ;;\n";
  }
  const bool queries = completes_queries(options);
  return "# bash completion for " + name + "; made by `" + name + " --generate complete-bash`\n" +
         (queries ? bash_query_functions(program, options) : "") + "_" + name + "() {\n  local cur=${COMP_WORDS[COMP_CWORD]}\n" +
         "  local prev=${COMP_WORDS[COMP_CWORD-1]}\n" + kTakesApart + "  case $prev in\n" + cases +
         "  esac\n  if [[ $cur == -* ]]; then\n    COMPREPLY=($(compgen -W '" + all + "' -- \"$cur\"))\n  el" +
         (queries ? "if ! _" + name + "_query ''; then" : "se") + "\n    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n  fi\n}\n" +
         "complete -o filenames -F _" + name + " " + name + "\n";
}

std::string zsh_completion(std::string_view program, const std::vector<OptionInfo>& options) {
  const std::string name(program);
  std::string out = "#compdef " + name + "\n# zsh completion for " + name + "; made by `" + name + " --generate complete-zsh`\n";
  const bool queries = completes_queries(options);
  if (queries) out += zsh_query_functions(program, options);
  out += "_arguments -s \\\n";
  for (const OptionInfo& option : options) {
    const std::vector<std::string> names = option.dashed();
    std::string action;
    switch (what_completes(option)) {
      case Completes::words: action = "(" + join_words(option.choices()) + ")"; break;
      case Completes::directories: action = "_files -/"; break;
      case Completes::files: action = "_files"; break;
      case Completes::fields: action = " _" + name + "_fields"; break;
      case Completes::nothing: break;
    }
    for (const std::string& dash : names) {
      out += "  '" + std::string(option.many ? "*" : "") + dash;
      if (!option.argument.empty() && dash.starts_with("--")) out += "=";
      out += "[" + first_sentence_quoted(option, "[]\\:") + "]";
      if (!option.argument.empty()) out += ":" + (option.choices().empty() ? option.argument : std::string("value")) + ":" + action;
      out += "' \\\n";
    }
  }
  if (queries) out += "  '1: :{ _" + name + "_query \"\" || _files }' \\\n";
  return out + "  '*:file:_files'\n";
}

std::string fish_completion(std::string_view program, const std::vector<OptionInfo>& options) {
  const std::string name(program);
  std::string out = "# fish completion for " + name + "; made by `" + name + " --generate complete-fish`\n";
  const bool queries = completes_queries(options);
  if (queries) out += fish_query_functions(program, options);
  for (const OptionInfo& option : options) {
    if (option.shorts.empty() && option.longs.empty()) continue;
    out += "complete -c " + name;
    for (const std::string& letter : option.shorts) out += " -s " + letter;
    for (const std::string& word : option.longs) out += " -l " + word;
    switch (what_completes(option)) {
      case Completes::words: out += " -x -a '" + join_words(option.choices()) + "'"; break;
      case Completes::directories: out += " -x -a '(__fish_complete_directories)'"; break;
      case Completes::files: out += " -r -F"; break;
      case Completes::fields: out += " -x -k -a '(__" + name + "_query \"| fields \")'"; break;
      case Completes::nothing:
        if (!option.argument.empty()) out += " -x";
        break;
    }
    out += " -d '" + first_sentence_quoted(option, "\\") + "'\n";
  }
  if (queries) out += "complete -c " + name + " -n __" + name + "_at_query -f -k -a '(__" + name + "_query \"\")'\n";
  return out;
}

}  // namespace logmill::cli
