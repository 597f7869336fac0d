#!/usr/bin/env bash
# How small is a store, beside what compressors make of the same records as NDJSON, and which column takes how much?
#
# Input: loggen with a fixed seed (COUNT records, default 300,000), once with trace ids that six records share and once
# with all ids different, which is compared with the entropy of its fields (field_entropy.py); hostile inputs (hostile.py); a few records of
# all these (what "over" says must not be above 0); and every sample of the folder CORPORA (default: ../shared/corpora/loghub
# beside the source, left out if it is not there), parsed. "ours" is all bytes of the sealed segments, filters included. With ONLY_CORPORA=1 only
# these, with their columns and what the text takes before it is parsed: bench/real_sets.sh makes such of more than 100 MB. SLOW=no leaves
# out zstd -19 and xz, which take minutes of those: they are 0 then.
set -euo pipefail
source_dir=$(cd "$(dirname "$0")/.." && pwd)
count=${COUNT:-300000}
corpora=${CORPORA:-$source_dir/../shared/corpora/loghub}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-size.XXXXXX")
trap 'rm -rf "$work"' EXIT

# size COMMAND...: bytes that it writes.
size() { "$@" | wc -c; }

slow() { if [ "${SLOW:-yes}" = yes ]; then size "$@"; else echo 0; fi; }

# row NAME FILE [columns]: one line of the table; with `columns`, bytes per record by column below it.
row() {
  rm -rf "$work/store"
  logstore -q -d "$work/store" --from "$2"
  local raw records zstd3
  ours=$(find "$work/store" -name '*.seg' -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')
  raw=$(stat -L -c %s "$2")
  records=$(wc -l <"$2")
  zstd3=$(size zstd -q -3 -c "$2")
  printf '%-18s %8d %10d %9d %9d %9d %9d %9d %6.2f %8.2f %9d\n' "$1" "$records" "$raw" "$(size gzip -6 -c "$2")" "$zstd3" \
    "$(slow zstd -q -19 -c "$2")" "$(slow xz -6 -c "$2")" "$ours" \
    "$(awk -v a="$zstd3" -v b="$ours" 'BEGIN { print a / b }')" "$(awk -v a="$ours" -v n="$records" 'BEGIN { print a / n }')" \
    "$(awk -v a="$zstd3" -v b="$ours" 'BEGIN { print int(b - 1.03 * a) }')"
  [ "${3:-}" = columns ] || return 0
  for segment in "$work"/store/*/*.seg; do loginspect --json --info "$segment" "$segment"; done |
    jq -rs --argjson n "$records" 'map(select(.structure == "column")) | group_by(.name)[]
      | [.[0].name, .[0].encoding, (map(.bytes | tonumber) | add / $n)] | @tsv' |
    awk -F '\t' '{ printf "    %-24s %-24s %8.3f bytes a record\n", $1, $2, $3 }'
}

# kind_of NAME COUNT: as many records of that kind.
kind_of() {
  if [ "$1" = services ]; then loggen -n "$2" --seed 7 -o json; else python3 "$source_dir/bench/hostile.py" "$1" "$2"; fi
}
generated() {
  loggen -n "$count" --seed 7 -o json >"$work/in"
  row services "$work/in" columns
  loggen -n "$count" --seed 7 --trace-length 1 -o json >"$work/in"
  row 'ids all different' "$work/in"
  python3 "$source_dir/bench/field_entropy.py" <"$work/in" 2>/dev/null |
    awk -v ours="$ours" -v n="$count" '{ printf "    entropy of its fields %.2f bytes a record: ours, filter included, is %.3f times that\n", $1, ours / n / $1 }'
  (echo services; python3 "$source_dir/bench/hostile.py") | while read -r kind; do
    for few in 1 10 100 1000 10000; do
      kind_of "$kind" $few >"$work/in"
      row "$kind" "$work/in"
    done
  done
}

printf '%-18s %8s %10s %9s %9s %9s %9s %9s %6s %8s %9s\n' input records raw 'gzip -6' 'zstd -3' 'zstd -19' 'xz -6' ours ratio 'B/record' over
[ -n "${ONLY_CORPORA:-}" ] || generated
for log in "$corpora"/*.log; do
  [ -e "$log" ] || { echo "no samples in $corpora"; break; }
  logparse -q -i auto <"$log" >"$work/in" 2>/dev/null || true
  row "$(basename "$log" .log)" "$work/in" ${ONLY_CORPORA:+columns}
  [ -z "${ONLY_CORPORA:-}" ] || printf '    as text %d bytes, of these zstd -3 makes %d: %.2f times ours\n' "$(stat -L -c %s "$log")" \
    "$(size zstd -q -3 -c "$log")" "$(awk -v a="$(size zstd -q -3 -c "$log")" -v b="$ours" 'BEGIN { print a / b }')"
done
printf '\nratio: zstd -3 of the NDJSON, divided by ours; over: bytes of ours beyond 1.03 times zstd -3\n'
