# Filebeat, Logstash and others send to logserve as to an Elasticsearch: their recorded requests, what is stored of them under our names, what a
# token may, and what happens when the store has enough.
. "$SOURCE_DIR/tests/support/pipeline.sh"
token() { printf "$1%.0s" {1..32}; }
(umask 077 && printf '%s\n' "beats $(token w) write" "team $(token t) read,write service=shop" >tokens)
logserve -d S --listen "unix:$PWD/api" --token-file tokens --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
export API_KEY=$(printf 'beats:%s' "$(token w)" | base64) BASIC=$(printf 'elastic:%s' "$(token w)" | base64)
python3 "$SOURCE_DIR/tests/support/replay.py" api "$SOURCE_DIR"/tests/exchanges/{filebeat,logstash,elastic_client,rsyslog,syslog_ng}.txt || fail "not what Beats expect"

same "Elastic's own client" 3 "$(logquery -d S --count service=node)"
same "rsyslog" 3 "$(logquery -d S --count 'service=rsyslog level=ERROR')"
same "syslog-ng, in both ways" '{"n":4,"service":"mail"} {"n":2,"service":"cron"}' \
  "$(logquery -d S -o ndjson 'service in (mail, cron) level? host in (web-1, db-1) | count by service' | jq -c '{n: .count, service}' | tr '\n' ' ' | sed 's/ $//')"
same "our names" '{"timestamp":"2026-11-21T10:15:00.123Z","level":"ERROR","service":"shop","host":"web-1","trace_id":"4bf92f3577b34da6","message":"order 17: \"no\" stock"}' \
  "$(logquery -d S -o ndjson 'order | fields timestamp, level, service, host, trace_id, message')"
same "what is stored" '"login" "order 17: \"no\" stock" "plain names" "slow query"' "$(logquery -d S -o ndjson 'NOT service in (node, rsyslog, mail, cron)' | jq -c .message | sort | tr '\n' ' ' | sed 's/ $//')"
same "hosts" '"db-1" "web-1" "web-2" "web-3"' "$(logquery -d S -o ndjson 'NOT service in (node, rsyslog, mail, cron)' | jq -c .host | sort | tr '\n' ' ' | sed 's/ $//')"

# A browser, and curl, still get the page; who has a filter sees of what came in only what is its own.
api() { curl -s --max-time 60 --unix-socket api "$@"; }
same "a browser" "text/html; charset=utf-8" "$(api http://l/ -H 'Accept: text/html,application/xhtml+xml,*/*;q=0.8' -o /dev/null -w '%{content_type}')"
same "curl" "text/html; charset=utf-8" "$(api http://l/ -o /dev/null -w '%{content_type}')"
same "a filtered token" 2 "$(api http://l/logs/search -u "any:$(token t)" | jq .total)"
same "a token that may not read" 403 "$(api http://l/logs/search -u "any:$(token w)" -o /dev/null -w '%{http_code}')"
# It writes only its own, too; the service may come by either name.
as_team() { api "http://l/$1" -u "any:$(token t)" --data-binary @- -o answer -w '%{http_code}'; }
same "a mixed request" 200 "$(printf '{"create":{}}\n%s\n' '{"service":{"name":"shop"},"of":"team"}' '{"service":{"name":"bank"},"of":"team"}' 'no document' \
  '{"service":"shop","of":"team"}' '{"of":"team"}' | as_team _bulk)"
same "each by itself" '[201,400,400,201,400] [1,4]' \
  "$(jq -r '"\([.items[].create.status]|tojson) \([.items|to_entries[]|select(.value.create.error.reason//""|contains("writes only what its filter matches: service=shop")).key]|tojson)"' answer)"
same "one document" 201 "$(echo '{"service.name":"shop","of":"team"}' | as_team logs/_doc)"
same "one of others" 400 "$(echo '{"service.name":"bank","of":"team"}' | as_team logs/_doc)"
same "what the team wrote" '"shop" "shop" "shop"' "$(logquery -d S -o ndjson of=team | jq -c .service | tr '\n' ' ' | sed 's/ $//')"
same "too many actions" 413 "$(yes '{"delete":{}}' | head -100001 | api http://l/_bulk -u "any:$(token w)" --data-binary @- -o /dev/null -w '%{http_code}')"

# The same request again, with its key, is stored once.
bulk() { printf '{"create":{}}\n{"service":"shop","n":%d}\n' 1 2 3; }
for try in 1 2; do bulk | api http://l/_bulk -u "any:$(token w)" -H 'Idempotency-Key: k' --data-binary @- | jq -e '.errors == false' >/dev/null || fail "not taken"; done
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
same "each once" 3 "$(logquery -d S --count 'n>0')"

# Under overload: of many at a time some are told to come again, and exactly what was acknowledged is stored.
rm err  # the one before it says "listening", too
logserve -d S --listen "unix:$PWD/api" --max-queue 1KiB --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
printf '{"create":{}}\n{"service":"busy","message":"%0500d"}\n' {1..20} >many
send() {
  local i
  for ((i = 0; i < 300; ++i)); do
    [ ! -e enough ] || break
    api http://l/_bulk --data-binary @many -o "answer.$1" -D "head.$1"
    jq -r 'if .items then [.items[].create.status] | map(select(. == 201)) | length else "busy \(.status)" end' "answer.$1" >>"sent.$1"
    if grep -q busy "sent.$1"; then grep -i '^retry-after' "head.$1" >>"sent.$1"; touch enough; fi
  done
}
for sender in {1..8}; do (send $sender) & senders[sender]=$!; done
wait "${senders[@]}"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
grep -qx 'busy 429' sent.* || fail "never too busy: $(cat sent.* | sort | uniq -c)"
grep -qi 'retry-after: 1' sent.* || fail "not told when to come again"
same "what was acknowledged" "$(cat sent.* | awk '/^[0-9]/ {sum += $1} END {print sum}')" "$(logquery -d S --count service=busy)"
