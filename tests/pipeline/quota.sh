# A quota that is used up under whatever writes records: a store, a flat file, a spool before a link, a receiver's store. Each says
# so, waits, is given room little by little, and has lost nothing; nothing is acknowledged that is not there.
. "$SOURCE_DIR/tests/support/pipeline.sh"
make_faults
lines=40000
loggen -n $lines --seed 7 -o json | awk '{ printf "line %08d %s\n", NR, $0 }' >app.log
sock=unix:$PWD/sock
quick="--min-backoff 5ms --max-backoff 20ms"
export FAULT_QUOTA=$PWD/disk

allow() { echo $(($1 * 1024)) >disk.quota; }
start_over() {
  rm -rf disk S err sock
  mkdir disk
  : >err
  allow 100
}
says_so() { grep -q 'Disk quota exceeded.*waiting' err; }
# given_room NAME PID: it says so, waits without spinning, and is given room.
given_room() {
  local name=$1 pid=$2 before spent
  eventually 60 says_so || fail "$name does not say that it waits: $(cat err)"
  ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
  before=$(ticks)
  sleep 2
  spent=$(($(ticks) - before))
  [ $spent -lt 50 ] || fail "$name spins: $spent hundredths of a second in two seconds"
  kill -0 "$pid" || fail "$name did not wait: $(cat err)"
  [ "$(du -sb --apparent-size disk | cut -f1)" -lt 200000 ] || fail "$name wrote more than it may"
  allow 1000000
}

start_over
logcollect --once --resume disk/S app.log | with_faults logstore -d disk/S 2>err & writer=$!
given_room store $writer
wait $writer || fail "store: status $?: $(cat err)"
exactly_once disk/S $lines

start_over
logcollect --once --resume disk/flat.log app.log | with_faults logstore --flat -d disk/flat.log 2>err & writer=$!
given_room flat $writer
wait $writer || fail "flat: status $?: $(cat err)"
cmp app.log disk/flat.log || fail "flat: not what was collected"

start_over
logcollect --once --resume spool:disk/Q app.log | with_faults logship $quick --compress none --spool disk/Q "$sock" 2>err & writer=$!
given_room spool $writer
logrecv -q --listen "$sock" -d S & receiver=$!
wait $writer || fail "spool: status $?: $(cat err)"
kill $receiver
wait $receiver || fail "logrecv ended with $?"
exactly_once S $lines

# A receiver with a store of its own; inbox_full_disk.sh has its spool.
start_over
with_faults logrecv --listen "$sock" -d disk/S 2>err & writer=$!
eventually 60 test -S sock || fail "no receiver"
logcollect --once app.log | logship -q $quick "$sock" & sender=$!
given_room receiver $writer
wait $sender || fail "logship ended with $?"
kill $writer
wait $writer || fail "receiver: status $?: $(cat err)"
exactly_once disk/S $lines

# The user may choose not to wait.
start_over
logcollect --once --resume disk/S app.log | with_faults logstore -d disk/S --on-full fail 2>err
same "without waiting: status" 4 $?
grep -q '^logstore: .*Disk quota exceeded' err || fail "without waiting: $(cat err)"
allow 1000000
logcollect --once --resume disk/S app.log | with_faults logstore -q -d disk/S || fail "with room again: status $?"
exactly_once disk/S $lines
