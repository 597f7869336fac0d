# A receiver that is away, a spool in between, programs killed: what was collected is sent when the receiver comes, once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
sock=unix:$PWD/sock
quick="--min-backoff 5ms --max-backoff 20ms"
collect() { exec logcollect --resume spool:Q "$@" app.log; }  # in a pipeline, or with &
segments() { find Q -name '*.frames' | wc -l; }

# Nobody is there: all is kept, and status 4 says that it was not sent.
numbered_lines 1 20000 >app.log
collect --once | logship -q --spool Q $quick --retries 2 "$sock" 2>errors
same "statuses without a receiver" "0 4" "${PIPESTATUS[*]}"
grep -q 'waits in Q' errors || fail "not said where it waits: $(cat errors)"
cat Q/*.frames | logparse -q -i frames -o raw 2>/dev/null | cmp - app.log || fail "the spool does not hold what was collected"

# However soon it would give up: first it takes what comes, until the end.
mkfifo slow
logship --spool P --min-backoff 1ms --max-backoff 1ms --retries 1 "$sock" <slow 2>patience & sender=$!
exec 7>slow
kept() { cat P/*.frames 2>/dev/null | logparse -q -i frames -o raw 2>/dev/null | grep -qx "$1"; }
echo one >&7
eventually 30 kept one || fail "the first line is not kept"
eventually 30 grep -q 'trying again' patience || fail "not tried: $(cat patience)"
echo two >&7
eventually 30 kept two || fail "it took no more: $(cat patience)"
exec 7>&-
wait $sender
same "status" 4 $?
grep -q 'gave up.*waits in P' patience || fail "not said that it gave up: $(cat patience)"

# What is in the spool is not collected again. Killed, both, while more comes.
numbered_lines 20001 30000 >>app.log
mkfifo frames
collect >frames 2>collector.err & collector=$!
logship -q --spool Q $quick "$sock" <frames 2>>errors & sender=$!
holds_new_lines() { cat Q/*.frames | logparse -q -i frames -o raw 2>/dev/null | grep -q 'line 00025000'; }
eventually 30 holds_new_lines || fail "the spool does not grow"
kill -9 $sender
wait $sender 2>/dev/null
wait $collector || fail "logcollect ended with $? when its reader was gone"
numbered_lines 30001 40000 >>app.log

# A receiver comes: everything arrives, and the spool is empty but for the positions.
logrecv -q --listen "$sock" -d S & receiver=$!
eventually 20 test -S sock || fail "no receiver"
collect --once | logship --spool Q --stats $quick "$sock" 2>sender.err
same "statuses with a receiver" "0 0" "${PIPESTATUS[*]}"
read -r in out <<<"$(conserved sender.err)"
same "all that came in went out" "$in" "$out"
[ "$in" -le 40000 ] || fail "more than there is: $in"

# Without an input it sends what waits, which is nothing, and lines that come later are the only ones read.
numbered_lines 40001 40010 >>app.log
collect --once --stats 2>collector.err | logship -q --spool Q $quick "$sock"
grep -q ': 10 in' collector.err || fail "read again what the spool had: $(cat collector.err)"
kill $receiver
wait $receiver || fail "logrecv ended with $?"
exactly_once S 40010
[ "$(segments)" -le 2 ] || fail "$(segments) segments are left"

# A spool that is full makes the collector wait; nothing is lost when it goes on.
rm -rf Q S
numbered_lines 1 400000 >app.log
collect --once -q 2>/dev/null >frames & collector=$!
logship --compress none --spool Q --spool-size 1MiB $quick "$sock" <frames 2>errors & sender=$!
eventually 30 grep -q 'full; waiting' errors || fail "never full: $(du -sk Q)"
[ "$(du -sk --apparent-size Q | cut -f1)" -lt 3000 ] || fail "the spool is too big: $(du -sk Q)"
kill -0 $collector || fail "the collector did not wait"
logrecv -q --listen "$sock" -d S & receiver=$!
wait $sender || fail "logship ended with $?: $(tail -1 errors)"
wait $collector || fail "logcollect ended with $?"
kill $receiver
wait $receiver
exactly_once S 400000
