# bash completion for loginspect; made by `loginspect --generate complete-bash`
_loginspect() {
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
    --read)
      COMPREPLY=()
      return ;;
    --search)
      COMPREPLY=()
      return ;;
    --info)
      COMPREPLY=()
      return ;;
    --by)
      COMPREPLY=()
      return ;;
    -n)
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
    COMPREPLY=($(compgen -W '-d --dir --key-file --list --read --search --verify --info --du --rings --by --remove -n --json -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _loginspect loginspect
