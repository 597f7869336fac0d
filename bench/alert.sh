#!/bin/bash
# How many records a second logalert judges, with few rules and with many, from a store that it catches up with and from standard input, and in
# how much memory. RECORDS makes it longer.
set -euo pipefail
records=${RECORDS:-2000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
loggen -n "$records" --seed 7 -o frames >records.frames
logstore -q -d S <records.frames

# rules COUNT: in turn errors of a service, its slowest requests, and the share of its errors.
rules() {
  local i
  for ((i = 0; i < $1; ++i)); do
    printf '[[rule]]\nname = "rule%d"\nwindow = "1m"\n' "$i"
    case $((i % 3)) in
      0) printf "query = 'level=ERROR | count by service'\nabove = %d\n" $((1000 + i)) ;;
      1) printf "query = '| p99(duration_ms) by service'\nabove = %d\n" $((100000 + i)) ;;
      2) printf "kind = \"ratio\"\nquery = 'level=ERROR | count by service'\nper = '| count by service'\nabove = \"%d%%\"\n" $((50 + i)) ;;
    esac
  done
}

# measured WHAT RULES COMMAND...
measured() {
  local what=$1 count=$2
  shift 2
  /usr/bin/time -o used -f '%U %M' "$@" >/dev/null || [ $? = 1 ]
  tail -1 used | awk -v w="$what" -v n="$count" -v r="$records" \
    '{ printf "%-16s %3d rules  %10.0f records/s of CPU time  %6.0f MB\n", w, n, r / ($1 + 0.001), $2 / 1024 }'
}

for count in 1 3 30; do
  rules $count >rules.toml
  measured "a store" $count logalert -q --test rules.toml -d S --utc --from 2026-01-01 --to 2026-01-02
  measured "standard input" $count logalert -q --test rules.toml <records.frames
done
