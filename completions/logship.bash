# bash completion for logship; made by `logship --generate complete-bash`
_logship() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    -i|--input)
      COMPREPLY=($(compgen -W 'auto frames ndjson raw' -- "$cur"))
      return ;;
    --from)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --format)
      COMPREPLY=($(compgen -W 'frames ndjson raw syslog' -- "$cur"))
      return ;;
    --compress)
      COMPREPLY=($(compgen -W 'zstd none' -- "$cur"))
      return ;;
    --batch-records)
      COMPREPLY=()
      return ;;
    --batch-bytes)
      COMPREPLY=()
      return ;;
    --batch-interval)
      COMPREPLY=()
      return ;;
    --window)
      COMPREPLY=()
      return ;;
    --overload)
      COMPREPLY=($(compgen -W 'block sample shed' -- "$cur"))
      return ;;
    --min-backoff)
      COMPREPLY=()
      return ;;
    --max-backoff)
      COMPREPLY=()
      return ;;
    --retries)
      COMPREPLY=()
      return ;;
    --give-up-after)
      COMPREPLY=()
      return ;;
    --dead-after)
      COMPREPLY=()
      return ;;
    --grace)
      COMPREPLY=()
      return ;;
    --spool)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --spool-size)
      COMPREPLY=()
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
    COMPREPLY=($(compgen -W '-i --input --from --format --compress --no-ack --batch-records --batch-bytes --batch-interval --window --overload --min-backoff --max-backoff --retries --give-up-after --dead-after --grace --spool --spool-size --ca-cert --cert --key --tls-skip-verify --stats --metrics -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logship logship
