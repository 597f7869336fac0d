# What logalert remembers is served, to those who may see all records; nothing, while logalert was not started.
. "$SOURCE_DIR/tests/support/pipeline.sh"
for s in 10 11 12 13 14 15; do
  echo '{"timestamp":"2026-11-21T10:01:'$s'Z","level":"ERROR","service":"<db>"}'
done | logstore -q -d S
printf '%s\n' '[[rule]]' 'name = "errors"' "query = 'level=ERROR | count by service'" 'above = 5' 'window = "1m"' >rules.toml
logalert -q rules.toml -d S --utc --from '2026-11-21 10:00' >told 2>errors &
alert=$!
both_told() { [ "$(wc -l <told)" -eq 2 ]; }
eventually 30 both_told || fail "logalert told: $(cat told errors)"
kill $alert
wait $alert

token() { printf '%s' "$1" | sha256sum | cut -c1-32; }
(umask 077 && printf '%s\n' "all $(token all) read" "some $(token some) read service=x" >tokens)
logserve -d S --listen unix:api --alerts rules.toml.db --token-file tokens 2>errors &
server=$!
is_there() { [ -S api ]; }
eventually 30 is_there || fail "logserve did not start: $(cat errors)"
ask() { curl -s --unix-socket api -H "Authorization: Bearer $(token "$1")" "http://l/alerts$2"; }
mv rules.toml.db later
[ "$(ask all)" = '{"alerts":[],"silences":[],"history":[]}' ] || fail "before logalert was started: $(ask all)"
sqlite3 rules.toml.db 'PRAGMA journal_mode=WAL' >/dev/null
[ "$(ask all)" = '{"alerts":[],"silences":[],"history":[]}' ] || fail "while logalert makes its file: $(ask all)"
rm rules.toml.db*
mv later rules.toml.db
answer=$(ask all)
[ "$(jq -c '[.alerts, .silences, (.history[] | [.rule, .labels.service, .was, .became])]' <<<"$answer")" = \
  '[[],[],["errors","<db>","firing","well"],["errors","<db>","well","firing"]]' ] || fail "alerts: $answer"
[ "$(ask all '?limit=1' | jq '.history | length')" = 1 ] || fail "the history is not limited"
[ "$(ask some | jq -r .error.code)" = not_found ] || fail "a token with a filter sees alerts"
kill -TERM $server
wait $server
