# bash completion for logrecv; made by `logrecv --generate complete-bash`
_logrecv() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    --listen)
      COMPREPLY=()
      return ;;
    --ready-fd)
      COMPREPLY=()
      return ;;
    --max-connections)
      COMPREPLY=()
      return ;;
    --max-streams)
      COMPREPLY=()
      return ;;
    --max-line)
      COMPREPLY=()
      return ;;
    --idle-timeout)
      COMPREPLY=()
      return ;;
    --cert)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --key)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --client-ca)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --where)
      COMPREPLY=()
      return ;;
    -d|--dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --encrypt|--key-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --spool)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --spool-size)
      COMPREPLY=()
      return ;;
    --resume)
      COMPREPLY=($(compgen -W 'STORE SPOOL URL' -- "$cur"))
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
    COMPREPLY=($(compgen -W '--listen --ready-fd --print-address --max-connections --max-streams --max-line --idle-timeout --cert --key --client-ca --no-parse --where -d --dir --encrypt --key-file --spool --spool-size --resume -o --output --to --compress --stats --metrics --grace -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logrecv logrecv
