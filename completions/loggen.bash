# bash completion for loggen; made by `loggen --generate complete-bash`
_loggen() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    -o|--output)
      COMPREPLY=($(compgen -W 'json logfmt nginx apache syslog rfc5424 java frames' -- "$cur"))
      return ;;
    --to)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    -n|--count)
      COMPREPLY=()
      return ;;
    -t|--duration)
      COMPREPLY=()
      return ;;
    -r|--rate)
      COMPREPLY=()
      return ;;
    --seed)
      COMPREPLY=()
      return ;;
    --start)
      COMPREPLY=()
      return ;;
    --time-step)
      COMPREPLY=()
      return ;;
    --level-mix)
      COMPREPLY=()
      return ;;
    --services)
      COMPREPLY=($(compgen -W 'COUNT NAME,...' -- "$cur"))
      return ;;
    --hosts)
      COMPREPLY=($(compgen -W 'COUNT NAME,...' -- "$cur"))
      return ;;
    --trace-length)
      COMPREPLY=()
      return ;;
    --bursts)
      COMPREPLY=()
      return ;;
    --replay)
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
    COMPREPLY=($(compgen -W '-o --output --to --compress --sequence -n --count -t --duration -r --rate --forever --seed --start --time-step --level-mix --services --hosts --trace-length --bursts --replay --loop --stats --metrics --grace -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _loggen loggen
