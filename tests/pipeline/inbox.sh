# logrecv --spool: a receiver without a store, killed with all that reads it; a spool that is full; a disk that is.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
sock=unix:$PWD/sock
quick="--min-backoff 5ms --max-backoff 20ms"

# receive OPTIONS...: logrecv with these and a spool, into the store S.
receive() {
  open_pipe frames
  rm -f ready
  mkfifo ready
  on_pipe logrecv --listen "$sock" --spool Q --resume S --ready-fd 9 "$@" 9>ready >&$frames_in 2>>receiver.err & pids[0]=$!
  on_pipe logstore -q -d S <&$frames_out 2>>storer.err & pids[1]=$!
  close_pipes
  read -r address <ready || fail "no receiver: $(tail -1 receiver.err)"
}

# Killed, either or both, while lines come: the sender connects again by itself.
died=0 each=20000 lines=0
receive
touch app.log
logcollect -o frames app.log 2>>errors | logship $quick "$sock" 2>>errors & sender=$!
for _ in 1 2 3 4 5 6 7 8; do
  numbered_lines $((lines + 1)) $((lines += each)) >>app.log
  kill_any 200
  receive
done
kill -9 $sender  # with its collector, whose lines are in the log
wait $sender 2>/dev/null
logcollect --once --resume spool:Q app.log | logship -q $quick "$sock" || fail "the last run ended with ${PIPESTATUS[*]}"
kill "${pids[0]}"
wait "${pids[0]}" || fail "logrecv ended with $?: $(tail -3 receiver.err)"
wait "${pids[1]}" || fail "logstore ended with $?: $(tail -3 storer.err)"
echo "$died killed"
exactly_once S $lines

# What was acknowledged is in the spool, whoever reads the output: nobody here. Full, it acknowledges nothing more.
rm -rf S Q
mkfifo stalled
exec 7<>stalled
logrecv --listen "$sock" -o frames --spool Q --spool-size 256KiB --resume S 2>receiver.err >stalled & receiver=$!
logcollect --once -o frames app.log | logship -q $quick "$sock" & sender=$!
eventually 60 grep -q 'Q: full; waiting, nothing is acknowledged' receiver.err || fail "never full: $(cat receiver.err)"
[ "$(du -sk --apparent-size Q | cut -f1)" -lt 2000 ] || fail "the spool is too big: $(du -sk Q)"
kill -0 $sender || fail "the sender did not wait"
kill -9 $receiver
wait $receiver 2>/dev/null
exec 7>&-
receive
wait $sender || fail "logship ended with $?"
kill "${pids[0]}"
wait "${pids[@]}"
exactly_once S $lines

# Full, and all is passed on: when its reader is gone, nothing is left to be written that would tell. It ends all the same.
mkfifo short
sleep 1000 <short & reader=$!
logrecv --listen "$sock" -o frames --spool P --spool-size 64KiB --resume nowhere >short 2>receiver.err & receiver=$!
logcollect --once -o frames app.log | logship -q $quick --retries 3 "$sock" 2>/dev/null & sender=$!
eventually 60 grep -q 'P: full; waiting' receiver.err || fail "never full: $(cat receiver.err)"
kill $reader
wait $receiver
same "status without a reader" 0 $?
wait $sender

# All is in the store: nothing is passed on again.
: >receiver.err
receive --stats
kill "${pids[0]}"
wait "${pids[@]}"
read -r in out <<<"$(conserved receiver.err)"
same "passed on again" 0 "$out"

# A line of syslog has no sender that would repeat it: once it is in the spool, it is stored, whoever is killed.
receive
printf '<13>1 2026-11-21T10:15:00Z web1 sshd 812 - - line 00160001\n' | logship -q --format raw "$sock"
kept() { logquery -q -d S -o raw 'line' 2>/dev/null | grep -q 00160001 || cat Q/*.frames | logparse -q -i frames -o ndjson 2>/dev/null | grep -q 00160001; }
eventually 30 kept || fail "the line is nowhere"
kill -9 "${pids[@]}"
wait "${pids[@]}" 2>/dev/null
receive
kill "${pids[0]}"
wait "${pids[@]}"
exactly_once S $((lines + 1))
