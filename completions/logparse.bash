# bash completion for logparse; made by `logparse --generate complete-bash`
_logparse() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    -i|--input)
      COMPREPLY=($(compgen -W 'auto frames ndjson raw docker json rfc5424 cri nginx-error apache-error glog logcat audit cluster proxifier nginx apache postgres postgres-csv strace zap syslog logfmt compose redis app java python stamped plain' -- "$cur"))
      return ;;
    --from)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --multiline)
      COMPREPLY=($(compgen -W 'auto indent java dotnet python go node ruby php rust start:REGEX continue:REGEX end:REGEX' -- "$cur"))
      return ;;
    --multiline-timeout)
      COMPREPLY=()
      return ;;
    --parse-field)
      COMPREPLY=()
      return ;;
    --where)
      COMPREPLY=()
      return ;;
    --set)
      COMPREPLY=()
      return ;;
    --drop)
      COMPREPLY=()
      return ;;
    --keep)
      COMPREPLY=()
      return ;;
    --on-error)
      COMPREPLY=($(compgen -W 'pass reject' -- "$cur"))
      return ;;
    --rejects)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    -o|--output)
      COMPREPLY=($(compgen -W 'frames ndjson raw' -- "$cur"))
      return ;;
    --to)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --metrics)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --grace)
      COMPREPLY=()
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
    COMPREPLY=($(compgen -W '-i --input --from --multiline --multiline-timeout --parse-field --where --keep-raw --set --drop --keep --on-error --rejects --list-formats --test -o --output --to --compress --stats --metrics --grace -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logparse logparse
