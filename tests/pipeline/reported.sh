# What a program reports is counted in its file of metrics, also what is not shown and what ended it; logserve shows it for all.
. "$SOURCE_DIR/tests/support/pipeline.sh"
mkdir m
messages() { grep "^logmill_messages_total{program=\"$1\",severity=\"$2\"}" "$3" | cut -d' ' -f2; }

seq 3 | logship -q --retries 1 --tls-skip-verify --metrics m/ship.prom tls://127.0.0.1:9 2>errors && fail "nobody listens there"
same "errors of logship" 1 "$(messages logship error m/ship.prom)"
[ "$(messages logship warning m/ship.prom)" -ge 1 ] || fail "logship warned of nothing: $(cat m/ship.prom)"
last=$(grep '^logmill_last_message_timestamp_seconds{program="logship"}' m/ship.prom | cut -d' ' -f2)
[ $(($(date +%s) - last)) -lt 60 ] || fail "the last message of logship came at $last"
grep -q '^logmill_ended{program="logship"} 0' m/ship.prom || fail "logship ended in order: $(cat m/ship.prom)"

echo one | logstore -q -d S --metrics m/store.prom
same "errors of logstore" 0 "$(messages logstore error m/store.prom)"
grep -q last_message m/store.prom && fail "logstore reported nothing: $(cat m/store.prom)"

# Whoever closes a pipe early is no error.
loggen -n 1000000 --metrics m/gen.prom | head -1 >head
same "errors of loggen" 0 "$(messages loggen error m/gen.prom)"

logserve -q -d S --listen unix:api --metrics-dir m 2>errors & server=$!
is_there() { [ -S api ]; }
eventually 30 is_there || fail "logserve did not start: $(cat errors)"
curl -sf --unix-socket api http://l/metrics >all || fail "no metrics"
same "errors of logship, by logserve" 1 "$(messages logship error all)"
same "errors of logserve" 0 "$(messages logserve error all)"
same "descriptions" 1 "$(grep -c '^# TYPE logmill_messages_total counter' all)"
kill $server
wait $server || fail "logserve failed: $(cat errors)"
