# A receiver with too few descriptors for all who want to connect: it says so and does not spin; they wait, and all they have arrives. Those who are
# connected do not take what the store needs to commit.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -q __ubsan "$(command -v logrecv)" && skip "a sanitizer needs descriptors of its own to look at memory"
senders=30
(ulimit -n 24 && exec logrecv --listen "unix:$PWD/sock" -d S) 2>err & receiver=$!
eventually 30 test -S sock || fail "no receiver: $(cat err)"
pids=()
hold_line() { numbered_lines $1 $1; until [ -e go ]; do sleep 0.1; done; }  # keeps its connection until then
for ((i = 1; i <= senders; ++i)); do
  hold_line $i | logship -q "unix:$PWD/sock" & pids+=($!)
done
eventually 60 grep -q 'Too many open files' err || fail "not said: $(cat err)"

ticks() { awk '{ print $14 + $15 }' "/proc/$receiver/stat"; }
before=$(ticks)
sleep 2
spent=$(($(ticks) - before))
[ $spent -lt 20 ] || fail "it spins: $spent hundredths of a second in two seconds"

some_stored() { [ "$(logquery -q -d S --count '*' 2>/dev/null)" -gt 0 ] 2>/dev/null; }
eventually 30 some_stored || fail "nothing is stored while connections are held: $(cat err)"

touch go
for pid in "${pids[@]}"; do wait "$pid" || fail "a sender ended with $?"; done
kill $receiver
wait $receiver || fail "logrecv ended with $?: $(cat err)"
exactly_once S $senders
