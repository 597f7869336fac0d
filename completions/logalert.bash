# bash completion for logalert; made by `logalert --generate complete-bash`
_logalert() {
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
      COMPREPLY=($(compgen -W 'frames ndjson' -- "$cur"))
      return ;;
    -S|--since|--from)
      COMPREPLY=()
      return ;;
    -U|--until|--to)
      COMPREPLY=()
      return ;;
    --state)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --wait)
      COMPREPLY=()
      return ;;
    --silence)
      COMPREPLY=()
      return ;;
    --for)
      COMPREPLY=()
      return ;;
    --comment)
      COMPREPLY=()
      return ;;
    --unsilence)
      COMPREPLY=()
      return ;;
    --memory)
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
    COMPREPLY=($(compgen -W '-d --dir --key-file -i --input --test --check -S --since --from -U --until --to --state --wait --utc --list --history --silence --for --comment --unsilence --memory --stats --metrics --grace -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logalert logalert
