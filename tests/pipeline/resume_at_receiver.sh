# logcollect --resume URL: the receiver says where each file goes on; nothing is read twice, and nothing lost when programs are killed.
. "$SOURCE_DIR/tests/support/pipeline.sh"
sock=unix:$PWD/sock
logcollect --once --resume "$sock" app.log 2>errors
same "status without a receiver" 4 $?

rm -f ready
mkfifo ready
logrecv -q --listen "$sock" -d S --ready-fd 9 9>ready 2>>receiver.err & receiver=$!
read -r address <ready || fail "no receiver: $(cat receiver.err)"
numbered_lines 1 30000 >app.log
logcollect --once --resume "$sock" app.log | logship -q "$sock"
same "statuses" "0 0" "${PIPESTATUS[*]}"

# A file that comes later, and lines that were added.
numbered_lines 30001 40000 >>app.log
numbered_lines 40001 50000 >other.log
logcollect --once --stats --resume "$sock" app.log other.log 2>collector.err | logship -q "$sock"
grep -q ': 20,000 in' collector.err || fail "not from where the receiver is: $(cat collector.err)"

# Killed on the way, the receiver too.
numbered_lines 50001 250000 >>other.log
logcollect --once --resume "$sock" app.log other.log 2>>errors | logship -q --min-backoff 5ms --max-backoff 20ms "$sock" 2>>errors & sender=$!
arrived() { [ "$(logquery -q -d S '* | count' -o csv 2>/dev/null | tail -1)" -gt 50000 ] 2>/dev/null; }
eventually 30 arrived || fail "nothing arrives"
kill -9 $(jobs -p) $sender 2>/dev/null  # of a pipeline, jobs -p names the first only
wait 2>/dev/null
mv ready ready.old
mkfifo ready
logrecv -q --listen "$sock" -d S --ready-fd 9 9>ready 2>>receiver.err & receiver=$!
read -r address <ready || fail "no receiver: $(tail -1 receiver.err)"
logcollect --once --resume "$sock" app.log other.log | logship -q "$sock"
same "statuses of the last run" "0 0" "${PIPESTATUS[*]}"
kill $receiver
wait $receiver || fail "logrecv ended with $?"
exactly_once S 250000
