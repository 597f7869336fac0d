# Grafana asks logserve as it asks Loki, and others push to it: the recorded exchanges, what a token with a filter sees, and lines that are
# followed: each once, those that were there and those that come.
. "$SOURCE_DIR/tests/support/pipeline.sh"
token() { printf "$1%.0s" {1..32}; }
(umask 077 && printf '%s\n' "grafana $(token r) read" "vector $(token w) write" "team $(token t) read,write service=shop" >tokens)
logserve -d S --listen "unix:$PWD/api" --token-file tokens --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
export READER=$(printf 'any:%s' "$(token r)" | base64) WRITER=$(printf 'any:%s' "$(token w)" | base64)
python3 "$SOURCE_DIR/tests/support/replay.py" api "$SOURCE_DIR"/tests/exchanges/{loki_push,grafana,grafana_builder}.txt || fail "not what Grafana expects"

same "what is stored" '"order 17 \"paid\"" "order 18: no stock" "order 19 paid" "{\"status\":200,\"took\":\"250ms\"}" "{\"status\":503,\"took\":\"1.5s\"}"' \
  "$(logquery -d S -o ndjson 'timestamp>=2026-11-21 timestamp<2026-11-22' | jq -c .message | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//')"
same "what came in protobuf" \
  '{"timestamp":"2026-11-22T09:22:22.591Z","level":"INFO","service":"shop","message":"{\"level\":\"info\",\"message\":\"order 17 \\\"paid\\\" ä\"}","job":"demo"}
{"timestamp":"2026-11-22T09:22:22.592Z","level":"ERROR","service":"shop","message":"{\"labels\":{\"route\":\"/cart\"},\"level\":\"error\",\"message\":\"no stock\",\"ms\":12}","job":"demo","route":"/cart"}
{"timestamp":"2026-11-22T09:35:27.000000005Z","level":"INFO","service":"depot","message":"order 20 packed","ms":"7"}' \
  "$(logquery -d S -o ndjson 'timestamp>=2026-11-22')"
same "our names" '{"timestamp":"2026-11-21T10:15:00Z","level":"INFO","service":"shop","host":"web-1","trace_id":"4bf9"}' \
  "$(logquery -d S -o ndjson 'trace_id? | fields timestamp, level, service, host, trace_id')"

# Whoever has a filter sees nothing else, whatever is asked.
as_team() { curl -sG --max-time 60 --unix-socket api -u "any:$(token t)" "http://l/loki/api/v1/$1" "${@:2}"; }
span='-d start=1795252500 -d end=1795259700'
for asked in "index/volume --data-urlencode query={service=~\".+\"}" "detected_fields --data-urlencode query={}" detected_labels "patterns --data-urlencode query={}" \
  "query_range --data-urlencode query={}" "query_range --data-urlencode query={service!=\"shop\"}" labels label/service/values label/level/values \
  "series --data-urlencode match[]={}" "query --data-urlencode query=sum(count_over_time({}[1h]))by(service) -d time=1795256220"; do
  as_team $asked $span >answer
  jq -e '.status == "success" or .fields or .detectedLabels' answer >/dev/null || fail "$asked: $(cat answer)"
  ! grep -qE 'auth|GET|WARN|http_method' answer || fail "$asked shows what is not shop's: $(cat answer)"
done
same "its own" 3 "$(as_team query_range $span --data-urlencode 'query={}' | jq '[.data.result[].values[]] | length')"

# Lines are looked for once, however many parsers then look at them.
searches() { curl -s --unix-socket api -u "any:$(token r)" http://l/metrics | sed -n 's/^logmill_queries_total{.*} //p'; }
before=$(searches)
as_team detected_fields $span --data-urlencode query={} >answer
as_team detected_field/ms/values $span --data-urlencode query={} >answer
same "searches for two answers" 2 $(($(searches) - before))

# Followed: the latest two that are there, then what comes; the same line twice is two.
push() { curl -s --max-time 60 --unix-socket api -u "any:$(token w)" http://l/loki/api/v1/push -H 'Content-Type: application/json' -d "$1" -o body -w '%{http_code}'; }
line() { printf '{"streams":[{"stream":{"service":"%s"},"values":[["%s","%s"]]}]}' "$1" "$(date +%s%N)" "$2"; }
same "pushed" 204 "$(push "$(line live before-1)")"
same "pushed" 204 "$(push "$(line live before-2)")"
HEADER="Authorization: Basic $READER" python3 "$SOURCE_DIR/tests/support/tail.py" api '/loki/api/v1/tail?query=%7Bservice%3D%22live%22%7D+%21%3D+%22no%22&limit=100' 5 >tail & tail=$!
following() { curl -s --unix-socket api -u "any:$(token r)" http://l/metrics | grep -q "stream_clients{program=\"logserve\"} 1\$"; }
eventually 30 grep -qs before-2 tail || fail "what is there does not come: $(cat tail)"
eventually 30 following || fail "nobody follows"
for text in after-1 no twice twice; do same "pushed" 204 "$(push "$(line live $text)")"; done
same "pushed" 204 "$(push "$(line other after-2)")"
wait $tail || fail "the tail ended with $?: $(cat tail)"
same "each once, in order" "before-1 before-2 after-1 twice twice" "$(jq -r '.streams[].values[][1]' tail | tr '\n' ' ' | sed 's/ $//')"
same "labels" '{"service":"live"}' "$(jq -c '.streams[0].stream' tail | sort -u)"

# Who has a filter writes nothing else.
push_as_team() { curl -s --max-time 60 --unix-socket api -u "any:$(token t)" http://l/loki/api/v1/push -H 'Content-Type: application/json' -d "$1" -o body -w '%{http_code}'; }
same "its own, by Loki's name" 204 "$(push_as_team "$(line shop team | sed s/service/service_name/)")"
same "of others" 400 "$(push_as_team "$(line bank team)")"
same "why" "1 of 1 lines were not taken; line 1: this token writes only what its filter matches: service=shop" "$(cat body)"
same "what the team wrote" '"shop"' "$(logquery -d S -o ndjson 'message=team' | jq -c .service)"

# A body whose labels would make far more of it than it is.
python3 -c "
import json
print(json.dumps({'streams': [{'stream': {'a': 'x' * 1000000}, 'values': [['1795256100000000000', '']] * 100000}]}))" >bomb
same "labels that make too much" 413 "$(push @bomb)"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
