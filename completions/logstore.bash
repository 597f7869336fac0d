# bash completion for logstore; made by `logstore --generate complete-bash`
_logstore() {
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
    -i|--input)
      COMPREPLY=($(compgen -W 'auto frames ndjson raw' -- "$cur"))
      return ;;
    --from)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --commit-interval)
      COMPREPLY=()
      return ;;
    --sync)
      COMPREPLY=($(compgen -W 'each interval none' -- "$cur"))
      return ;;
    --on-full)
      COMPREPLY=($(compgen -W 'fail wait' -- "$cur"))
      return ;;
    --seal-rows)
      COMPREPLY=()
      return ;;
    --seal-size)
      COMPREPLY=()
      return ;;
    --seal-age)
      COMPREPLY=()
      return ;;
    --compaction)
      COMPREPLY=($(compgen -W 'off on' -- "$cur"))
      return ;;
    --level)
      COMPREPLY=()
      return ;;
    --memory)
      COMPREPLY=()
      return ;;
    --keep-age)
      COMPREPLY=()
      return ;;
    --keep-size)
      COMPREPLY=()
      return ;;
    --keep-count)
      COMPREPLY=()
      return ;;
    --keep-free)
      COMPREPLY=($(compgen -W 'SIZE PERCENT' -- "$cur"))
      return ;;
    --keep)
      COMPREPLY=()
      return ;;
    --cold-after)
      COMPREPLY=()
      return ;;
    --cold-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --cold-level)
      COMPREPLY=()
      return ;;
    -S|--since)
      COMPREPLY=()
      return ;;
    -U|--until)
      COMPREPLY=()
      return ;;
    --rotate-size)
      COMPREPLY=()
      return ;;
    --rotate-age)
      COMPREPLY=()
      return ;;
    --rotate-at)
      COMPREPLY=($(compgen -W 'hourly daily weekly monthly HH:MM' -- "$cur"))
      return ;;
    --compress)
      COMPREPLY=($(compgen -W 'gzip none zstd' -- "$cur"))
      return ;;
    --postrotate)
      COMPREPLY=()
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
    COMPREPLY=($(compgen -W '-d --dir --encrypt --key-file -i --input --from --commit-interval --sync --on-full --seal-rows --seal-size --seal-age --compaction --level --memory --keep-age --keep-size --keep-count --keep-free --keep --dry-run --cold-after --cold-dir --cold-level -S --since -U --until --no-wait --flat --rotate-size --rotate-age --rotate-at --compress --postrotate --stats --metrics --grace -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logstore logstore
