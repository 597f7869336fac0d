# logalert beside a store that is written: it fires and resolves as records come and cease to come, tells after a restart of what happened while it was
# down, refuses a second one with its state, and reads its rules again on SIGHUP.
. "$SOURCE_DIR/tests/support/pipeline.sh"

printf '{"service":"a","level":"INFO","message":"beginning"}\n' | logparse | logstore -q -d S || fail "logstore ended with $?"
rule() {
  printf '%s\n' '[[rule]]' "name = \"$1\"" "query = 'level=ERROR service=$1 | count'" 'above = 2' 'window = "2s"' 'every = "1s"'
}
rule db >rules.toml
errors_of() {
  for i in 1 2 3 4 5; do
    printf '{"timestamp":"%s","service":"%s","level":"ERROR","message":"failed"}\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)" "$1"
  done | logstore -q -d S || fail "logstore ended with $?"
}
start() {
  logalert rules.toml -d S --wait 1s >>told 2>>errors & alert=$!
}
# told RULE STATUS COUNT
told() { [ "$(jq -r "select(.rule == \"$1\" and .status == \"$2\") | .key" told | sort -u | wc -l)" -ge "$3" ]; }
judged() { [ "$(sqlite3 -readonly rules.toml.db 'SELECT count(*) FROM rule' 2>/dev/null)" = "$1" ]; }

touch told
start
eventually 30 judged 1 || fail "it does not begin: $(cat errors)"
errors_of db
eventually 30 told db firing 1 || fail "it does not fire: $(cat errors)"
eventually 30 told db resolved 1 || fail "it does not resolve: $(cat errors)"

logalert rules.toml -d S 2>second
same "a second one with this state" 4 $?
grep -q 'another logalert is using it' second || fail "$(cat second)"

kill -9 $alert
wait $alert 2>/dev/null
errors_of db
start
eventually 30 told db firing 2 || fail "what happened while it was down is not told: $(cat errors)"
eventually 30 told db resolved 2 || fail "it does not resolve after a restart: $(cat errors)"

rule web >>rules.toml
echo 'nonsense' >>rules.toml
kill -HUP $alert
eventually 30 grep -q 'going on with the rules as they were' errors || fail "bad rules are not reported: $(cat errors)"
sed -i '/nonsense/d' rules.toml
kill -HUP $alert
eventually 30 judged 2 || fail "the rules are not read again: $(cat errors)"
errors_of web
eventually 30 told web firing 1 || fail "a rule that was added does not fire: $(cat errors)"
kill $alert
wait $alert || fail "logalert ended with $?: $(cat errors)"
