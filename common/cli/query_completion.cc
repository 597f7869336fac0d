#include "cli/query_completion.h"

#include <algorithm>

namespace logmill::cli {
namespace {

// With @PROGRAM@, @FIELDS@ (the options that take fields) and @TAKING@ (those that take anything), as patterns or as words.
constexpr std::string_view kBash =
    R"~~(# _@PROGRAM@_words LINE: its words without the shell's quotes; `quote` is the one that stands open at its end, and `before_quote` what stands before it.
_@PROGRAM@_words() {
  local line=$1 word= begun= c i
  words=() quote= before_quote=
  for ((i = 0; i < ${#line}; ++i)); do
    c=${line:i:1}
    case ${quote:-.}$c in
      "''" | '""') quote= ;;
      \'*) word+=$c ;;
      '"\') [[ ${line:i+1:1} == [\\\"\$\`] ]] && ((++i)); word+=${line:i:1} ;;
      \"*) word+=$c ;;
      .[\'\"]) quote=$c before_quote=$word begun=1 ;;
      .\\) ((++i)); word+=${line:i:1} begun=1 ;;
      .[[:space:]]) [[ $begun ]] && words+=("$word"); word= begun= ;;
      *) word+=$c begun=1 ;;
    esac
  done
  words+=("$word")
  words=("${words[@]/#\~\//$HOME/}")
}
# _@PROGRAM@_query STAGE: what the word at the cursor may go on as, a query, or the arguments of STAGE. Fails if that is nothing, or a file.
_@PROGRAM@_query() {
  local stage=$1 words quote before_quote text shown one i reply=()
  _@PROGRAM@_words "$COMP_LINE"
  local all=("${words[@]}")
  _@PROGRAM@_words "${COMP_LINE:0:COMP_POINT}"
  local at=$((${#words[@]} - 1))
  text=${words[at]}
  local others=("${words[@]:1:at-1}")
  if [[ $stage ]]; then
    text=${text#--*=}
    [[ ${words[at-1]} == @(@FIELDS@) ]] && unset 'others[at-2]'
  else
    for ((i = 0; i < ${#others[@]}; ++i)); do
      case ${others[i]} in
        @TAKING@) ((++i)) ;;
        -?*) ;;
        *) return 1 ;;
      esac
    done
  fi
  # Readline puts what it is given behind the open quote, or behind what ends a word for it.
  if [[ $quote ]]; then
    shown=$before_quote
  else
    shown=${text%"${text##*[=:@]}"}
  fi
  # Only a list is asked for: then the end of each is enough.
  [[ $COMP_TYPE == 63 ]] && shown=${text%"${text##*[ |,(=:]}"}
  while IFS= read -r one; do
    one=${one#"$stage"}
    [[ $one == "$text"* && $one != "$text" ]] || continue
    one=${one:${#shown}}
    case $quote in
      \') [[ $one == *\'* ]] && continue ;;
      \") one=${one//\\/\\\\} one=${one//\"/\\\"} one=${one//\$/\\\$} one=${one//\`/\\\`} ;;
      *) [[ $one == *[!A-Za-z0-9_./:=,@%+-]* ]] && printf -v one %q "$one" ;;
    esac
    reply+=("$one")
  done < <("${words[0]}" "${others[@]}" "${all[@]:at+1}" --complete "$stage$text" 2>/dev/null)
  ((${#reply[@]})) || return 1
  # Of one alone it would close the quote, and the query goes on.
  [[ $quote ]] && ((${#reply[@]} == 1)) && reply+=("$reply ")
  compopt +o filenames -o nospace -o nosort
  COMPREPLY=("${reply[@]}")
}
)~~";

constexpr std::string_view kZsh =
    R"~~(# _@PROGRAM@_query STAGE: what the word at the cursor may go on as, a query, or the arguments of STAGE. Fails if that is nothing.
_@PROGRAM@_query() {
  local text=$PREFIX shown
  local -a others found
  case $compstate[quote] in
    \') ;;
    \") text=${(Q)${:-\"$PREFIX\"}} ;;
    *) text=${(Q)PREFIX} ;;
  esac
  others=("${(@Q)words[2,CURRENT-1]}" "${(@Q)words[CURRENT+1,-1]}")
  if [[ -n $1 && $words[CURRENT-1] == (@FIELDS@) ]]; then
    others[CURRENT-2]=()
  fi
  others=("${(@)others/#\~\//$HOME/}")
  found=("${(@f)$("${(Q)words[1]}" "${(@)others}" --complete "$1$text" 2>/dev/null)}")
  [[ -n $found ]] || return 1
  # Only the end of it is listed.
  shown=${text%"${text##*[ |,(=:]}"}
  found=("${(@)found#"$1$shown"}")
  compset -p $((${#PREFIX} - ${#${PREFIX##*[ |,(=:]}}))
  compadd -S '' -V query -a found
}
_@PROGRAM@_fields() { _@PROGRAM@_query '| fields ' }
)~~";

constexpr std::string_view kFish = R"~~(# What the word at the cursor may go on as: a query, or the arguments of the stage $argv[1].
function __@PROGRAM@_query
    set -l typed (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    set -l text (string unescape -- $typed)
    string match -qr '^[\'"]' -- $typed; and set text (string unescape -- $typed(string sub -l 1 -- $typed))
    set -l others (commandline -opc)
    set -l program $others[1]
    set -e others[1]
    contains -- "$others[-1]" @FIELDS_WORDS@; and set -e others[-1]
    set -l all (commandline -op)
    set -l found ($program $others $all[(math (count (commandline -opc)) + 2)..] --complete "$argv[1]$text" 2>/dev/null | string replace -- "$argv[1]" '')
    if test (count $found) -eq 0
        test -z "$argv[1]"; and __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\n' $found
    # Of one alone it would close the quote, and the query goes on.
    test (count $found) -eq 1; and string match -qr '^[\'"]' -- $typed; and printf '%s \n' $found
end
# Whether the word at the cursor is the query: only options stand before it.
function __@PROGRAM@_at_query
    set -l words (commandline -opc)
    set -l i 2
    while test $i -le (count $words)
        if contains -- $words[$i] @TAKING_WORDS@
            set i (math $i + 1)
        else if not string match -q -- '-?*' $words[$i]
            return 1
        end
        set i (math $i + 1)
    end
end
)~~";

void replace_all(std::string& text, std::string_view mark, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != text.npos; at += by.size()) text.replace(at, mark.size(), by);
}

template <class Wanted>
std::string names(const std::vector<OptionInfo>& options, std::string_view between, Wanted wanted) {
  std::string text;
  for (const OptionInfo& option : options)
    if (wanted(option))
      for (const std::string& name : option.dashed()) text.append(text.empty() ? "" : between).append(name);
  return text;
}

std::string fill(std::string_view form, std::string_view program, const std::vector<OptionInfo>& options) {
  const auto takes = [](const OptionInfo& option) { return !option.argument.empty(); };
  std::string text(form);
  replace_all(text, "@PROGRAM@", program);
  replace_all(text, "@FIELDS@", names(options, "|", takes_fields));
  replace_all(text, "@FIELDS_WORDS@", names(options, " ", takes_fields));
  replace_all(text, "@TAKING@", names(options, " | ", takes));
  replace_all(text, "@TAKING_WORDS@", names(options, " ", takes));
  return text;
}

}  // namespace

bool completes_queries(const std::vector<OptionInfo>& options) {
  return std::ranges::any_of(options,
                             [](const OptionInfo& option) { return std::ranges::find(option.longs, "complete") != option.longs.end(); });
}

bool takes_fields(const OptionInfo& option) { return option.argument == "FIELD,..."; }

std::string bash_query_functions(std::string_view program, const std::vector<OptionInfo>& options) { return fill(kBash, program, options); }
std::string zsh_query_functions(std::string_view program, const std::vector<OptionInfo>& options) { return fill(kZsh, program, options); }
std::string fish_query_functions(std::string_view program, const std::vector<OptionInfo>& options) { return fill(kFish, program, options); }

}  // namespace logmill::cli
