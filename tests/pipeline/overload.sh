# --overload: what is at WARN and above is kept, what is dropped is told in the stream by level and service, and all of it adds up.
. "$SOURCE_DIR/tests/support/pipeline.sh"
loggen -n 200000 --seed 7 -o json >input
sock=unix:$PWD/sock
important() { grep -cE '"level":"(WARN|ERROR|FATAL)"'; }

# shipped NAME OPTIONS...: what came through logship into a store, while nobody listens at first.
shipped() {
  local name=$1
  shift
  rm -rf Q
  : >"$name.err"
  logship --spool Q --compress none --stats --max-backoff 20ms "$@" "$sock" <input 2>"$name.err" & sender=$!
  # The receiver comes when all has been read or the spool is full.
  all_read() { [ "$(awk '/^rchar/ { print $2 }' "/proc/$sender/io" 2>/dev/null || echo 0)" -ge "$(stat -c %s input)" ]; }
  full() { grep -q 'full; waiting' "$name.err"; }
  ready() { all_read || full; }
  eventually 60 ready || fail "$name: neither full nor at the end"
  logrecv -q --listen "$sock" -d "$name" & receiver=$!
  wait $sender || fail "$name: logship ended with $?: $(tail -1 "$name.err")"
  kill $receiver
  wait $receiver
  logquery -q -d "$name" -o ndjson '*' >"$name.out"
  conserved "$name.err" >/dev/null
}
for policy in shed sample; do
  shipped $policy --overload $policy --spool-size 24MiB
  same "$policy: WARN and above" "$(important <input)" "$(grep -v '"overload":' $policy.out | important)"
  kept=$(grep -vc '"overload":' $policy.out)
  told=$(logquery -q -d $policy -o csv 'overload=* | stats sum(dropped)' | tail -1)
  same "$policy: kept and told" 200000 $((kept + told))
  [ "$told" -gt 0 ] || fail "$policy: nothing was dropped"
  tr -d , <$policy.err | grep -q "dropped (overload $told)" ||
    fail "$policy: $(grep ' in, ' $policy.err) does not say $told"
  [ "$(logquery -q -d $policy -o csv 'overload=* | stats distinct(dropped_service)' | tail -1)" -gt 1 ] || fail "$policy: services are not told apart"
done
echo "of 200,000: shed told $(logquery -q -d shed -o csv 'overload=* | stats sum(dropped)' | tail -1), sample $told"
