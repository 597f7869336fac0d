#!/usr/bin/env bash
# The whole pipeline on one screen: generated services and this machine's own logs go through collect, parse,
# ship, receive and store, with a page to watch; then index and query. `make demo` runs it; it needs the programs on PATH.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)

work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-demo.XXXXXX")
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
cd "$work"

bold=$(tput bold 2>/dev/null || true)
plain=$(tput sgr0 2>/dev/null || true)
step() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }
show() { printf '$ %s\n' "$*"; eval "$*"; }

mkfifo ready
logserve --quiet --listen 127.0.0.1:0 -d store --ready-fd 3 3>ready &
read -r page <ready
step "The page: $page/ - open it in a browser, and see the records come in"

step "1. Generate: 300,000 records of twelve services into a file, as JSON and as an nginx access log"
show "loggen -n 300000 -o json > services.log"
show "loggen -n 50000 -o nginx > access.log"
show "head -n 2 services.log"

step "2. Receive: logrecv takes records from the network into a store, and answers when they are on disk"
echo '$ logrecv --listen tcp://127.0.0.1:0 -d store &'
logrecv --quiet --listen tcp://127.0.0.1:0 -d store --ready-fd 3 3>ready &
read -r address <ready
printf 'listening on %s\n' "$address"

step "3. Collect, parse, ship: those files and this machine's own logs, over TCP into the store"
own=$(find /var/log -maxdepth 2 -type f -size +0 -readable \( -name '*.log' -o -name syslog -o -name messages \) 2>/dev/null | head -n 20)
# shellcheck disable=SC2086 # one argument a file
show "logcollect --once services.log access.log" ${own:+$(printf '%s ' $own)} "| logparse | logship $address --stats"
kill -TERM %2 && wait %2

step "4. Index, and look at the store"
show "logindex -d store"
show "loginspect --list store"

step "5. Ask"
export LOGMILL_STORE=store
show "logquery '* | count by level'"
show "logquery 'level=ERROR | top 5 service'"
show "logquery 'status>=500 | top 5 path'"
show "logquery '* | stats count(), p50(duration_ms), p99(duration_ms) by service | sort -count | head 5'"
show "logquery 'level=ERROR timeout' -n 3"

step "Now try"
cat <<HINTS
  cd $work && export LOGMILL_STORE=store
  logquery 'service=auth AND level=ERROR AND timestamp>2h ago'
  logquery '"connection" level>=WARN | timechart 1m count() by service'
  loggen -r 100 | logstore &            # then, in another terminal:
  logquery -f 'level=ERROR'             # follow what comes in
  loginspect --verify store
  logserve -d store                     # the page, at http://127.0.0.1:8514/
  man -l $project/man/logquery.1
HINTS

# With somebody there to look at it, the page stays.
if [ -t 0 ] && [ -t 1 ]; then
  step "The page is still at $page/"
  read -r -p "Enter ends it. "
fi
