#!/bin/bash
# How long until the page shows records of a store of 10 million (its first paint, the first rows, how many there are, the histogram, the
# facets), and how long frames take while one scrolls through a million of them. RECORDS, RUNS and ROWS make it shorter; STORE takes one that
# is there. Needs the page (a build with npm) and chromium.
set -euo pipefail
build=${BUILD:-$(dirname "$(dirname "$(command -v logserve)")")}
CHROMIUM=${CHROMIUM:-$(command -v chromium)}
export CHROMIUM
[ -d "$build/page/node_modules" ] || { echo "built without npm: there is no page" >&2; exit 77; }
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
store=${STORE:-$work/S}
[ -d "$store" ] || loggen -n "${RECORDS:-10000000}" --seed 7 -o frames | logstore -q -d "$store"
logserve -q -d "$store" --listen 127.0.0.1:0 --print-address 2>"$work/err" & server=$!
until grep -qs listening "$work/err"; do sleep 0.05; done
echo "$(logquery -d "$store" --count '*') records"
size=$(for file in "$build"/page/dist/page.{js,css}; do gzip -9 <"$file"; done | wc -c)
echo "the page has $size bytes, compressed  (bar: < 60000: $([ "$size" -lt 60000 ] && echo met || echo MISSED))"
node "$build/page/browser/measure.mjs" "$(grep -o 'http://[0-9.:]*' "$work/err")" "${RUNS:-9}" "${ROWS:-1000000}"
