# bash completion for logload; made by `logload --generate complete-bash`
_logload() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
    --to)
      COMPREPLY=($(compgen -W 'URL DIR' -- "$cur"))
      return ;;
    -r|--rate)
      COMPREPLY=()
      return ;;
    -t|--duration)
      COMPREPLY=()
      return ;;
    --warmup)
      COMPREPLY=()
      return ;;
    -c|--connections)
      COMPREPLY=()
      return ;;
    --drain)
      COMPREPLY=()
      return ;;
    --commit-interval)
      COMPREPLY=()
      return ;;
    --seed)
      COMPREPLY=()
      return ;;
    --verify)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --fail-if)
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
    COMPREPLY=($(compgen -W '--to -r --rate -t --duration --warmup -c --connections --drain --commit-interval --seed --verify --fail-if --json --ca-cert --cert --key --tls-skip-verify -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logload logload
