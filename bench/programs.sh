#!/usr/bin/env bash
# How fast is each program by itself, in records and megabytes a second?
#
# Input comes from loggen with a fixed seed (COUNT records, default 1,000,000, about 230 bytes each as NDJSON);
# every line of the table is the best of RUNS runs (default 3) by hyperfine, page cache warm. Beside ours: what
# cat, zstd, ripgrep and jq need for the same bytes in the same run, as a measure of the machine.
set -euo pipefail
count=${COUNT:-1000000}
runs=${RUNS:-3}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-bench.XXXXXX")
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null || true' EXIT
cd "$work"

loggen -n "$count" --seed 7 -o json >in.ndjson
loggen -n "$count" --seed 7 -o frames >in.frames
loggen -n "$count" --seed 7 -o nginx >in.nginx
logstore -q -d store --from in.ndjson
logstore -q -d store seal >/dev/null
logindex -q -d store
ndjson=$(stat -c %s in.ndjson)
frames=$(stat -c %s in.frames)
nginx=$(stat -c %s in.nginx)

printf 'machine: %s, %s cores\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)"
printf 'input:   %s records, %s MB as NDJSON; as zstd -3 %s MB; in the store %s MB\n\n' "$count" \
  "$((ndjson / 1000000))" "$(($(zstd -q -3 -c in.ndjson | wc -c) / 1000000))" \
  "$(($(du -sb store | cut -f1) / 1000000))"
printf '%-46s %8s %13s %7s\n' "what" "seconds" "records/s" "MB/s"

failed=0
# row LABEL BYTES COMMAND [PREPARE]: MB/s counts BYTES, the size of what goes in (for loggen, comes out).
row() {
  if ! hyperfine --shell=bash --warmup 1 --runs "$runs" ${4:+--prepare "$4"} --export-json result.json "$3" \
    >/dev/null 2>hyperfine.log; then
    printf '%-46s failed: %s\n' "$1" "$(tail -n 1 hyperfine.log)"
    failed=1
    return
  fi
  awk -v label="$1" -v best="$(jq '.results[0].min' result.json)" -v n="$count" -v bytes="$2" \
    'BEGIN { printf "%-46s %8.3f %13.0f %7.0f\n", label, best, n / best, bytes / best / 1e6 }'
}

row "loggen: NDJSON" "$ndjson" "loggen -n $count --seed 7 -o json >/dev/null"
row "loggen: nginx" "$nginx" "loggen -n $count --seed 7 -o nginx >/dev/null"
row "loggen: frames" "$frames" "loggen -n $count --seed 7 -o frames >/dev/null"
row "logcollect: lines to frames" "$nginx" "logcollect --once -o frames in.nginx >/dev/null"
row "logparse: nginx to NDJSON" "$nginx" "logparse -i nginx -o ndjson <in.nginx >/dev/null"
row "logparse: nginx to frames" "$nginx" "logparse -i nginx -o frames <in.nginx >/dev/null"
row "logparse: NDJSON to frames" "$ndjson" "logparse -o frames <in.ndjson >/dev/null"
row "logstore: NDJSON to disk, durable" "$ndjson" "logstore -q -d out <in.ndjson" "rm -rf out"
row "logstore: frames to disk, durable" "$frames" "logstore -q -d out <in.frames" "rm -rf out"
row "logindex: a sealed store" "$ndjson" "logindex -q -d store --rebuild"
row "logquery: store, count by service, level" "$ndjson" "logquery -d store '* | count by service, level' >/dev/null"
row "logquery: store, level=ERROR | count" "$ndjson" "logquery -d store 'level=ERROR | count' >/dev/null"
row "logquery: store, a word, count" "$ndjson" "logquery -d store 'timeout | count' >/dev/null"
row "logquery: NDJSON file, level=ERROR | count" "$ndjson" "logquery 'level=ERROR | count' in.ndjson >/dev/null"
row "loginspect: --verify a store" "$ndjson" "loginspect --verify store >/dev/null"
row "pipe: loggen to logparse, frames" "$frames" "loggen -n $count --seed 7 -o frames | logparse -o frames >/dev/null"
row "ring: loggen to logparse, frames" "$frames" \
  "loggen -n $count --seed 7 -o frames --to ring:$work/ring & logparse --from ring:$work/ring -o frames >/dev/null; wait"
row "link: logship to logrecv -d, TCP, acknowledged" "$frames" \
  "rm -rf out ready; mkfifo ready; logrecv -q --listen tcp://127.0.0.1:0 -d out --ready-fd 3 3>ready & read -r url <ready; logship -q \$url <in.frames; kill -TERM %1; wait"
row "(cat in.ndjson)" "$ndjson" "cat in.ndjson >/dev/null"
row "(zstd -3 in.ndjson)" "$ndjson" "zstd -q -3 -c in.ndjson >/dev/null"
row "(rg -c ERROR in.ndjson)" "$ndjson" "rg -c ERROR in.ndjson >/dev/null"
row "(jq select ERROR, in.ndjson)" "$ndjson" "jq -c 'select(.level==\"ERROR\")' in.ndjson >/dev/null"

printf '\nlogload: open loop, 20,000 records/s for 3 s into a store\n'
logload --to load-store -r 20k/s -t 3s || failed=1
exit $failed
