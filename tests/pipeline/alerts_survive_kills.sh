# logalert, killed with -9 again and again, tells of every change once: what it tells is what --test says it should. Only what was delivered and not
# yet marked when the kill came is delivered again, under the same key.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed

# Fifty bursts of errors, one a minute.
for minute in $(seq 10 59); do
  for second in 10 11 12 13 14; do
    echo '{"timestamp":"2026-11-21T10:'$minute:$second'Z","level":"ERROR","service":"s'$((minute % 7))'","message":"failed"}'
  done
done | logstore -q -d S || fail "logstore ended with $?"
cat >rules.toml <<'END'
[[rule]]
name = "errors"
query = 'level=ERROR | count by service'
above = 3
window = "10s"
flaps = 0
actions = ["note"]

[action.note]
kind = "command"
command = ["sh", "-c", "cat >>told"]
END
from='2026-11-21 10:00'
logalert --test rules.toml -d S --utc --from "$from" --to '2026-11-21 11:10' | jq -r .key | sort >expected
[ "$(wc -l <expected)" -eq 100 ] || fail "$(wc -l <expected) changes, not 100"

touch told
kills=0
all_told() { [ "$(jq -r .key told 2>/dev/null | sort -u | wc -l)" -ge 100 ]; }
until all_told; do
  [ $kills -lt 500 ] || fail "not everything is told after $kills kills: $(wc -l <told); $(tail -1 errors)"
  logalert -q rules.toml -d S --utc --from "$from" 2>>errors & alert=$!
  sleep 0.$((RANDOM % 20 + 3))
  kill -9 $alert
  wait $alert 2>/dev/null
  kills=$((kills + 1))
done
# Once more, without a kill: nothing is left to tell.
logalert -q rules.toml -d S --utc --from "$from" 2>>errors & alert=$!
nothing_waits() { [ "$(sqlite3 -readonly rules.toml.db "SELECT count(*) FROM outgoing WHERE state = 'waiting'")" -eq 0 ]; }
eventually 30 nothing_waits || fail "something still waits: $(tail -1 errors)"
kill -9 $alert

jq -r .key told | sort -u >got
same "what was told" "$(cat expected)" "$(cat got)"
again=$(($(wc -l <told) - 100))
[ $again -le $kills ] || fail "$again were told again in $kills kills"
echo "$kills kills, $again told again"
