# bash completion for logquery; made by `logquery --generate complete-bash`
# _logquery_words LINE: its words without the shell's quotes; `quote` is the one that stands open at its end, and `before_quote` what stands before it.
_logquery_words() {
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
# _logquery_query STAGE: what the word at the cursor may go on as, a query, or the arguments of STAGE. Fails if that is nothing, or a file.
_logquery_query() {
  local stage=$1 words quote before_quote text shown one i reply=()
  _logquery_words "$COMP_LINE"
  local all=("${words[@]}")
  _logquery_words "${COMP_LINE:0:COMP_POINT}"
  local at=$((${#words[@]} - 1))
  text=${words[at]}
  local others=("${words[@]:1:at-1}")
  if [[ $stage ]]; then
    text=${text#--*=}
    [[ ${words[at-1]} == @(--fields|--top|--by) ]] && unset 'others[at-2]'
  else
    for ((i = 0; i < ${#others[@]}; ++i)); do
      case ${others[i]} in
        -d | --dir | --key-file | -i | --input | --index-dir | -S | --since | -U | --until | -n | --lines | -A | --after-context | -B | --before-context | -C | --context | --fields | --top | --by | --span | -o | --output | --export | --cursor-file | --pager | --server | --browser | --complete | --threads | --memory | --temp-dir | --color | --generate | --config) ((++i)) ;;
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
_logquery() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    -d|--dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --key-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    -i|--input)
      COMPREPLY=($(compgen -W 'auto frames ndjson raw docker json rfc5424 cri nginx-error apache-error glog logcat audit cluster proxifier nginx apache postgres postgres-csv strace zap syslog logfmt compose redis app java python stamped plain' -- "$cur"))
      return ;;
    --index-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    -S|--since)
      COMPREPLY=()
      return ;;
    -U|--until)
      COMPREPLY=()
      return ;;
    -n|--lines)
      COMPREPLY=()
      return ;;
    -A|--after-context)
      COMPREPLY=()
      return ;;
    -B|--before-context)
      COMPREPLY=()
      return ;;
    -C|--context)
      COMPREPLY=()
      return ;;
    --fields)
      _logquery_query '| fields '
      return ;;
    --top)
      _logquery_query '| fields '
      return ;;
    --by)
      _logquery_query '| fields '
      return ;;
    --span)
      COMPREPLY=()
      return ;;
    -o|--output)
      COMPREPLY=($(compgen -W 'text ndjson json csv tsv raw logfmt table frames' -- "$cur"))
      return ;;
    --export)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --cursor-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --pager)
      COMPREPLY=()
      return ;;
    --server)
      COMPREPLY=()
      return ;;
    --browser)
      COMPREPLY=()
      return ;;
    --complete)
      COMPREPLY=()
      return ;;
    --threads)
      COMPREPLY=()
      return ;;
    --memory)
      COMPREPLY=()
      return ;;
    --temp-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --color)
      COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
      return ;;
    --generate)
      COMPREPLY=($(compgen -W 'complete-bash complete-zsh complete-fish options' -- "$cur"))
      return ;;
    --config)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W '-d --dir --key-file -i --input --index-dir -S --since -U --until -n --lines --ignore-case -f --follow -A --after-context -B --before-context -C --context -c --count --fields --top --by --span -o --output --json --export --cursor-file --table --wide --pager --no-pager --utc --stats --explain --open --server --browser --partial --merge --complete --threads --memory --temp-dir -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  elif ! _logquery_query ''; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logquery logquery
