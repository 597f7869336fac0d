# bash completion for logcollect; made by `logcollect --generate complete-bash`
_logcollect() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    --exclude)
      COMPREPLY=()
      return ;;
    --start)
      COMPREPLY=($(compgen -W 'beginning end' -- "$cur"))
      return ;;
    --key-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --resume)
      COMPREPLY=($(compgen -W 'STORE SPOOL URL' -- "$cur"))
      return ;;
    --rescan)
      COMPREPLY=()
      return ;;
    --max-line)
      COMPREPLY=()
      return ;;
    --multiline)
      COMPREPLY=($(compgen -W 'auto indent java dotnet python go node ruby php rust start:REGEX continue:REGEX end:REGEX' -- "$cur"))
      return ;;
    --multiline-timeout)
      COMPREPLY=()
      return ;;
    --host)
      COMPREPLY=()
      return ;;
    -o|--output)
      COMPREPLY=($(compgen -W 'frames ndjson raw' -- "$cur"))
      return ;;
    --to)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --ca-cert)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --cert)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --key)
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
    COMPREPLY=($(compgen -W '--exclude --once --start --key-file --resume --follow-name --poll --rescan --max-line --multiline --multiline-timeout --host -o --output --to --compress --ca-cert --cert --key --tls-skip-verify --stats --metrics --grace -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logcollect logcollect
