# Whoever takes records stops taking them: all before it wait, and no program grows by more than 1 MiB in STALL_SECONDS (2; 30 in `make
# soak`). Over a link, into a spool, and through a ring.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logship)" && skip "a sanitizer's memory is its own"
seconds=${STALL_SECONDS:-2}
memory_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
moved() { awk '/^[rw]char/ { printf "%s ", $2 }' "/proc/$1/io"; }
all_moved() { for pid in "$@"; do moved "$pid"; done; }
stuck() {
  local before
  before=$(all_moved "$@")
  sleep 2
  [ "$before" = "$(all_moved "$@")" ]
}
# flat NAME PID...: once all are stuck, they stay as they are.
flat() {
  local name=$1 pid before after
  shift
  eventually 60 stuck "$@" || fail "$name: something goes on and on"
  declare -A before
  for pid in "$@"; do before[$pid]=$(memory_kib "$pid"); done
  sleep "$seconds"
  for pid in "$@"; do
    after=$(memory_kib "$pid")
    echo "$name: $(cat "/proc/$pid/comm") ${before[$pid]} -> $after KiB"
    [ $((after - before[$pid])) -lt 1024 ] || fail "$name: $(cat "/proc/$pid/comm") grew"
  done
}
numbered_lines 1 6000000 >app.log
sock=unix:$PWD/sock
mkfifo lines frames out
rm -f ready

# The reader of logrecv's output reads nothing.
sleep 1000 <out & reader=$!
logrecv -q --listen "$sock" -o frames 2>/dev/null >out & receiver=$!
exec 3<out
eventually 20 test -S sock || fail "no receiver"
logcollect --once -o frames app.log >lines & collector=$!
logparse <lines >frames 2>/dev/null & parser=$!
logship -q --window 4MiB "$sock" <frames & sender=$!
flat link $collector $parser $sender $receiver
kill -9 $collector $parser $sender $receiver $reader
exec 3<&-
wait 2>/dev/null

# Nobody takes what is in the spool.
logcollect --once -o frames app.log >lines & collector=$!
logship -q --spool Q --spool-size 1MiB "unix:$PWD/nobody" --max-backoff 10s <lines & sender=$!
flat spool $collector $sender
kill -9 $collector $sender
wait 2>/dev/null

# The reader of a ring is stopped.
logcollect --once -o frames --to "ring:$PWD/ring" app.log & collector=$!
logparse --from "ring:$PWD/ring" -o frames >/dev/null & reader=$!
eventually 20 test -s ring || fail "no ring"
kill -STOP $reader
flat ring $collector
kill -9 $collector $reader
wait 2>/dev/null
true
