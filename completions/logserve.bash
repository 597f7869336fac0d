# bash completion for logserve; made by `logserve --generate complete-bash`
_logserve() {
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
    --encrypt|--key-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --listen)
      COMPREPLY=()
      return ;;
    --ready-fd)
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
    --token-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --max-connections)
      COMPREPLY=()
      return ;;
    --max-body)
      COMPREPLY=()
      return ;;
    --max-queue)
      COMPREPLY=()
      return ;;
    --overload)
      COMPREPLY=($(compgen -W 'block sample shed' -- "$cur"))
      return ;;
    --idempotency-age)
      COMPREPLY=()
      return ;;
    --max-query-time)
      COMPREPLY=()
      return ;;
    --max-query-memory)
      COMPREPLY=()
      return ;;
    --max-queries)
      COMPREPLY=()
      return ;;
    --temp-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --export-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --alerts)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --metrics-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --metrics)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
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
    COMPREPLY=($(compgen -W '-d --dir --encrypt --key-file --listen --ready-fd --print-address --cert --key --client-ca --token-file --insecure --max-connections --max-body --max-queue --overload --idempotency-age --max-query-time --max-query-memory --max-queries --temp-dir --export-dir --alerts --metrics-dir --stats --metrics -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logserve logserve
