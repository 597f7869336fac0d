# With sidecars, stale ones, damaged ones and none, searches of files print the same; what grew, was renamed or replaced is recognised.
. "$SOURCE_DIR/tests/support/pipeline.sh"

records=60000
loggen -n $records --seed 7 -o json >app.log
loggen -n $records --seed 8 -o java >web.log
gzip -k app.log web.log
zstd -q app.log web.log
zstd -q --zstd=wlog=17 app.log -o many.zst # of a smaller window, so with more places to begin
{ head -n $((records / 3)) app.log | zstd -q; tail -n +$((records / 3 + 1)) app.log | zstd -q; } >two.zst
# Times without a year or a zone, lines without a time, and other things that are called time.
awk -v n=$records 'BEGIN { for (i = 0; i < n; i++) printf "%s %2d %02d:%02d:%02d web1 sshd[%d]: session of user%d closed\n", i < n / 2 ? "Mar" : "Apr", i % 30000 / 1000 + 1, i / 60 % 24, i % 60, i * 7 % 60, i, i % 99 }' >year.log
awk -v n=$records 'BEGIN { for (i = 0; i < n; i++) { printf "2026-03-%02d 10:15:00,%03d [main] INFO com.example.Shop - order %d\n", i / 2000 + 1, i % 1000, i; if (i % 9000 == 1) print "\tat com.example.Shop.main(Shop.java:7)" } }' >trace.log
awk -v n=$records 'BEGIN { for (i = 0; i < n; i++) printf "{\"time\":\"2026-03-%02dT10:15:00Z\",\"msg\":\"{\\\"ts\\\":1}\",\"timestamp\":%d}\n", i / 2000 + 1, 1700000000 + i }' >nested.log
files="app.log app.log.gz app.log.zst many.zst two.zst web.log web.log.gz web.log.zst year.log trace.log nested.log"
trace=$(sed -n $((records / 2))p app.log | jq -r .trace_id)
queries=("trace_id=$trace" "$trace" '"did not answer"' 'timeout*' "trace_id in ($trace, 00000000000000000000000000000bad)" 'path~/orders.5[0-9]$/'
  'level=ERROR "did not answer"' 'nothing_like_this' "trace_id=$trace OR EventHandler" 'service=auth NOT "handshake"' '"TLS handshake with" | count by service')

# Records without a time count as of now.
declare -A middle
for file in $files; do
  middle[$file]=$(logquery -q -o ndjson "* | fields timestamp" "$file" | sed -n $((records / 3))p | jq -r .timestamp)
done

answers() {
  for file in $files; do
    for query in "${queries[@]}"; do
      echo "== $file: $query"
      logquery -q "$query" "$file" || echo "status $?"
    done
    [[ $file == @(app.log|app.log.gz|many.zst|year.log|trace.log|nested.log) ]] || continue
    for times in "-S ${middle[$file]}" "-U ${middle[$file]}" "-S 2026-03-10 -U 2026-03-11" "-S 2099-01-01" "-U 1999-01-01"; do
      echo "== $file: $times"
      logquery -q $times '* | count by level' "$file" || echo "status $?"
      logquery -q $times '"session of" OR order OR did | tail 5 | fields message' "$file" || echo "status $?"
    done
  done
  for text in "did not answer" "$trace" "session of user7 closed" "nothing like this" "o"; do
    echo "== loginspect: $text"
    loginspect --search "$text" app.log two.zst | cksum
    loginspect --json --search "$text" app.log.gz web.log | cksum
  done
}
answers >none 2>&1
logindex -q $files || fail "logindex ended with $?"
logindex -q --verify $files || fail "what was just built does not verify"
answers >with 2>&1
cmp none with || fail "sidecars change answers"
logquery --stats 'trace_id=00000000000000000000000000000bad' app.log >out 2>&1 || true
grep -q "spans in sidecars" out || fail "the sidecar is not used: $(cat out)"
for file in app.log app.log.gz year.log; do
  logquery --stats -S 2099-01-01 '*' $file >out 2>&1 || true
  grep -q "spans in sidecars" out || fail "$file: no times in its sidecar: $(cat out)"
done

# A second run has nothing to do; a file that was renamed keeps its sidecar, and what has its name now is not taken for it.
same "built twice" 0 "$(logindex --json $files | wc -l)"
mv app.log app.log.1
cp web.log app.log
same "renamed" renamed "$(logindex --list --json app.log.1 | jq -r .state)"
same "replaced" stale "$(logindex --list --json app.log 2>/dev/null | jq -r .state)"
same "hits in the replaced file" "$(grep -c EventHandler web.log)" "$(logquery -q -c "logger:EventHandler OR EventHandler" app.log)"
same "hits in the renamed file" "$(grep -c "$trace" app.log.1)" "$(logquery -q -c "trace_id=$trace" app.log.1)"
same "moved" moved "$(logindex --json app.log.1 | jq -r .action)"
mv app.log.1 app.log
logindex -q app.log

# Grown: what came since is found, first without, then with the index.
echo '{"message":"the last word","trace_id":"fresh1fresh2fresh3"}' >>app.log
same "grown" grown "$(logindex --list --json app.log | jq -r .state)"
same "new line" 1 "$(logquery -q -c trace_id=fresh1fresh2fresh3 app.log)"
logindex -q app.log
same "indexed again" indexed "$(logindex --list --json app.log | jq -r .state)"
same "new line, indexed" 1 "$(logquery -q -c trace_id=fresh1fresh2fresh3 app.log)"

# Cut, and changed in place with the same size: neither is trusted.
head -n $((records * 2 / 3)) app.log >cut && cat cut >app.log
same "cut" "$(grep -c "$trace" app.log)" "$(logquery -q -c "trace_id=$trace" app.log)"
sed -i "s/$trace/$(echo "$trace" | rev)/" app.log
same "edited" "$(grep -c "$(echo "$trace" | rev)" app.log)" "$(logquery -q -c "trace_id=$(echo "$trace" | rev)" app.log)"

# Damaged sidecars: said, and the answer is the same.
for at in 3 30 1000 -30; do
  for file in $files; do
    python3 - ".$file.lmx" "$at" <<'PY'
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]), 0 if int(sys.argv[2]) >= 0 else 2)
    byte = file.read(1)
    file.seek(-1, 1)
    file.write(bytes([byte[0] ^ 1]))
PY
  done
done
loggen -n $records --seed 7 -o json >app.log
answers >damaged 2>/dev/null
cmp none damaged || fail "damaged sidecars change answers"
logindex -q --verify $files 2>/dev/null && fail "damage is not found"
logindex -q --rebuild $files || fail "--rebuild ended with $?"
logindex -q --verify $files || fail "rebuilt sidecars do not verify"

# A damaged archive gets none, and is no success.
head -c 100000 web.log.gz >broken.gz
logindex broken.gz >out 2>err && fail "a broken file was indexed"
grep -q "not indexed" err || fail "nobody said so: $(cat err)"
[ ! -e .broken.gz.lmx ] || fail "there is a sidecar of a broken file"

# Kept elsewhere: nothing is left beside the files.
rm -f .*.lmx
logindex -q --index-dir kept $files || fail "--index-dir ended with $?"
[ -z "$(find . -maxdepth 1 -name '.*.lmx')" ] || fail "sidecars beside the files"
logquery --index-dir kept --stats 'trace_id=00000000000000000000000000000bad' app.log.gz >out 2>&1 || true
grep -q "spans in sidecars" out || fail "--index-dir is not used: $(cat out)"

# --watch indexes what grows.
logindex -q --watch app.log &
watcher=$!
eventually 20 test -e .app.log.lmx || fail "--watch did not begin"
loggen -n 10000 --seed 9 -o json >>app.log
is_indexed() { [ "$(logindex --list --json app.log | jq -r .state)" = indexed ]; }
eventually 20 is_indexed || fail "--watch did not index what came"
kill $watcher
wait $watcher || fail "--watch ended with $?"
