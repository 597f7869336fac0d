# logrecv --spool on a disk that is full: it says so, waits, does not spin, acknowledges nothing that is not on the disk, also not when it is killed
# then; with room it goes on by itself, and each line is stored once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
make_faults
lines=40000
loggen -n $lines --seed 7 -o json | awk '{ printf "line %08d %s\n", NR, $0 }' >all.log
sock=unix:$PWD/sock
export FAULT_QUOTA=$PWD/disk
mkdir disk
allow() { echo $(($1 * 1024)) >disk.quota; }
allow 600

# receive OPTIONS...: the receiver, whose output nobody reads before a store is asked for.
mkfifo frames
receive() {
  rm -f sock
  with_faults logrecv --listen "$sock" -o frames --spool disk/Q --resume S "$@" 2>err & receiver=$!
  eventually 60 test -S sock || fail "no receiver: $(cat err)"
}
waits() { grep -q 'disk/Q.*\(Disk quota exceeded\|No space left on device\); waiting, nothing is acknowledged' err; }
in_spool() { cat disk/Q/*.frames | logparse -q -i frames -o raw 2>/dev/null | wc -l; }
acknowledged() { tr -d , <sender.err | sed -nE 's/^logship: [0-9]+ in ([0-9]+) out.*/\1/p' | tail -1; }

exec 7<>frames
receive 7>&- >frames
head -n 1000 all.log >app.log
mkfifo gathered
logcollect -o frames app.log >gathered 7>&- & collector=$!
logship --min-backoff 5ms --max-backoff 20ms --stats=2 "$sock" <gathered 2>sender.err 7>&- & sender=$!
more() {
  sed -n "$((had + 1)),$((had += 1000))p" all.log >>app.log
  sleep 0.1  # so that a commit holds a part of all
}
had=1000
until waits || [ $had -ge $lines ]; do more; done
eventually 60 waits || fail "it does not say that it waits: $(cat err)"

ticks() { awk '{ print $14 + $15 }' "/proc/$receiver/stat"; }
before=$(ticks)
sleep 2
spent=$(($(ticks) - before))
[ $spent -lt 50 ] || fail "it spins: $spent hundredths of a second in two seconds"
kill -0 $sender || fail "the sender did not wait"

tells() { [ "$(acknowledged)" -gt 0 ]; } 2>/dev/null
eventually 60 tells || fail "nothing was acknowledged"

# As the machine would leave it that dies now.
kill -9 $receiver
wait $receiver 2>/dev/null
told=$(acknowledged) held=$(in_spool)
echo "acknowledged $told, in the spool $held of $lines"
[ "$told" -gt 0 ] && [ "$told" -le "$held" ] && [ "$held" -lt $lines ] || fail "acknowledged is what is not in the spool"

# Still full: started again it waits again. Then there is room.
receive 7>&- >frames
eventually 30 waits || fail "started again, it does not say that it waits: $(cat err)"
logstore -q -d S <frames 7>&- & storer=$!
exec 7>&-
allow 1000000
sed -n "$((had + 1)),\$p" all.log >>app.log
taken() { [ "$(logquery -d S -o ndjson '* | count' 2>/dev/null)" = "{\"count\":$lines}" ]; }
eventually 60 taken || fail "it does not go on: $(logquery -d S '* | count')"
kill $collector
wait $collector || fail "logcollect ended with $?"
wait $sender || fail "logship ended with $?"
kill $receiver
wait $receiver || fail "logrecv ended with $?: $(cat err)"
wait $storer || fail "logstore ended with $?"
exactly_once S $lines
