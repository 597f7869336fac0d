# bash completion for logquery; made by `logquery --generate complete-bash`
_logquery() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  local prev=${COMP_WORDS[COMP_CWORD-1]}
  case $prev in
    -d|--dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --key-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    -i|--input)
      COMPREPLY=($(compgen -W 'auto frames ndjson raw docker json rfc5424 cri nginx-error apache-error glog logcat audit cluster proxifier nginx apache postgres postgres-csv strace zap syslog logfmt compose redis app java python stamped plain' -- "$cur"))
      return ;;
    --index-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    -S|--since)
      COMPREPLY=()
      return ;;
    -U|--until)
      COMPREPLY=()
      return ;;
    -n|--lines)
      COMPREPLY=()
      return ;;
    -A|--after-context)
      COMPREPLY=()
      return ;;
    -B|--before-context)
      COMPREPLY=()
      return ;;
    -C|--context)
      COMPREPLY=()
      return ;;
    --fields)
      COMPREPLY=()
      return ;;
    --top)
      COMPREPLY=()
      return ;;
    --by)
      COMPREPLY=()
      return ;;
    --span)
      COMPREPLY=()
      return ;;
    -o|--output)
      COMPREPLY=($(compgen -W 'text ndjson json csv tsv raw logfmt table frames' -- "$cur"))
      return ;;
    --export)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --cursor-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --pager)
      COMPREPLY=()
      return ;;
    --server)
      COMPREPLY=()
      return ;;
    --browser)
      COMPREPLY=()
      return ;;
    --threads)
      COMPREPLY=()
      return ;;
    --memory)
      COMPREPLY=()
      return ;;
    --temp-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
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
    COMPREPLY=($(compgen -W '-d --dir --key-file -i --input --index-dir -S --since -U --until -n --lines --ignore-case -f --follow -A --after-context -B --before-context -C --context -c --count --fields --top --by --span -o --output --json --export --cursor-file --table --wide --pager --no-pager --utc --stats --explain --open --server --browser --partial --merge --threads --memory --temp-dir -h --help --version -q --quiet --verbose --color --generate --config' -- "$cur"))
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _logquery logquery
