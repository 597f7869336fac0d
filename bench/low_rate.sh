#!/usr/bin/env bash
# What becomes of a store into which ten records a second flow for a week? Simulated: see bench/low_rate_bench.cc, which says what the columns
# are. First DAYS days (default 7) that commit once a second, ten records together, then one day with logstore's own interval of 150 ms: some
# two records a commit. In memory if there is /dev/shm: not the disk is measured, but files, bytes and CPU. Both at the same time: some four
# minutes on two processors.
set -euo pipefail
day=864000
folder=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || folder=/dev/shm
work=$(mktemp -d "$folder/logmill-low-rate.XXXXXX")
trap 'rm -rf "$work"' EXIT
# week DAYS INTERVAL
week() {
  echo "$1 days, a commit every $2:"
  loggen -n "$(($1 * day))" --seed 7 --time-step 100ms -o json | low_rate_bench "$work/store-$2" "$2"
}
week 1 150ms >"$work/day" &
week "${DAYS:-7}" 1s
wait $!
cat "$work/day"
