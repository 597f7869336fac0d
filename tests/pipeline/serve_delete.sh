# The right to be forgotten over HTTP: hidden at once, then gone from every file; of a filtered token only what is its own.
. "$SOURCE_DIR/tests/support/pipeline.sh"
token() { printf "$1%.0s" {1..32}; }
umask 077
printf 'shop %s read,delete service=shop\nboss %s admin\nreader %s read\n' "$(token s)" "$(token b)" "$(token r)" >tokens
logserve -d S --listen "unix:$PWD/api" --token-file tokens --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
as() { local who=$1; shift; curl -s --max-time 60 --unix-socket api -H "Authorization: Bearer $(token $who)" "$@"; }
total() { as b http://l/logs/search | jq .total; }
seq 1 100 | sed 's/.*/{"service":"shop","user":"smith&"}/; 50,$s/shop/bank/' | as b http://l/logs/ingest --data-binary @- >/dev/null

same "a reader may not" 403 "$(as r http://l/logs/delete -o body -w '%{http_code}' -d '{"filter":"user=smith7"}')"
for filter in '' 'timestamp>2h ago' 'user=smith7) OR (user=smith8' '((' ; do
  same "no filter to delete by: $filter" 400 "$(jq -n --arg f "$filter" '{filter:$f}' | as b http://l/logs/delete -o body -w '%{http_code}' -d @-)"
done
same "a dry run" 2 "$(as b http://l/logs/delete -d '{"filter":"user in (smith7, smith70)","dry_run":true}' | jq .records)"
same "and nothing is gone" 100 "$(total)"
same "of a filtered token" ACCEPTED "$(as s http://l/logs/delete -d '{"filter":"user in (smith7, smith70)"}' | jq -r .status)"
same "its own is hidden at once" 99 "$(total)"
same "another's is there" 1 "$(as b 'http://l/logs/search?q=smith70' | jq .total)"
nothing_pending() { [ "$(as b http://l/logs/delete | jq -c .pending)" = '[]' ]; }
eventually 60 nothing_pending || fail "it is not carried out: $(as b http://l/logs/delete)"
same "and stays gone" 99 "$(total)"
grep -q '"records":1' S/audit.ndjson || fail "not in the audit log: $(cat S/audit.ndjson)"
! grep -q smith7 S/audit.ndjson || fail "the audit log keeps what was to be forgotten"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
same "what is stored" 99 "$(logquery -d S --count '*')"
