# Whoever takes records stops taking them: all before it wait, and no program grows by more than 1 MiB in STALL_SECONDS (2; 30 in `make
# soak`). Over a link, into a spool, through a ring, and out of a store that is followed.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logship)" && skip "a sanitizer's memory is its own"
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
stays_flat link $collector $parser $sender $receiver
kill -9 $collector $parser $sender $receiver $reader
exec 3<&-
wait 2>/dev/null

# Nobody takes what is in the spool.
logcollect --once -o frames app.log >lines & collector=$!
logship -q --spool Q --spool-size 1MiB "unix:$PWD/nobody" --max-backoff 10s <lines & sender=$!
stays_flat spool $collector $sender
kill -9 $collector $sender
wait 2>/dev/null

# The reader of a ring is stopped.
logcollect --once -o frames --to "ring:$PWD/ring" app.log & collector=$!
logparse --from "ring:$PWD/ring" -o frames >/dev/null & reader=$!
eventually 20 test -s ring || fail "no ring"
kill -STOP $reader
stays_flat ring $collector
kill -9 $collector $reader
wait 2>/dev/null

# The reader of a store that grows, and of what is made up.
rm frames
mkfifo frames made
loggen --forever --rate 5000 -o frames 2>/dev/null | logstore -q -d S & writer=$!
eventually 20 test -d S || fail "no store"
exec 7<>out 8<>made
logquery -d S -f '*' >out 2>/dev/null 7>&- 8>&- & query=$!
loggen --forever -o frames >made 2>/dev/null 7>&- 8>&- & maker=$!
stays_flat follow $query $maker
kill -9 $query $maker
kill $writer
true
