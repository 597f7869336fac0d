# kill -9 of the receiver while a sender sends over TCP; it is started again on the same port, the sender
# connects again by itself: every line is in the receiver's store exactly once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
lines=200000

# The first time on a free port, which `address` has from then on.
address=tcp://127.0.0.1:0
start_receiver() {
  rm -f ready
  mkfifo ready
  logrecv --listen "$address" -d S --ready-fd 9 9>ready 2>>receiver.err & receiver=$!
  read -r address <ready || fail "the receiver did not start: $(tail -1 receiver.err)"
}

numbered_lines 1 $lines >app.log
start_receiver
logcollect --once -o frames app.log | logship "$address" --max-backoff 50ms 2>sender.err &
sender=$!

killed=0
while [ $killed -lt 10 ] && kill -0 $sender 2>/dev/null; do
  sleep "0.$(printf %03d $((RANDOM % 300)))"
  kill -9 $receiver
  wait $receiver 2>/dev/null
  killed=$((killed + 1))
  start_receiver
done
wait $sender || fail "logship ended with $?: $(tail -3 sender.err)"
kill -TERM $receiver
wait $receiver || fail "logrecv ended with $?: $(tail -3 receiver.err)"
echo "$killed receivers killed"
exactly_once S $lines
