# Several stores: all are searched as if they were one, the first is written to, and what is deleted is gone from all of them.
. "$SOURCE_DIR/tests/support/pipeline.sh"
# Every second record in the one, the others in the other, and all of them in a third.
loggen -n 20000 --seed 7 -o json >records
awk 'NR % 2' records | logstore -q -d A
awk 'NR % 2 == 0' records | logstore -q -d B
logstore -q -d ALL <records
api() { curl -s --max-time 60 --unix-socket "$socket" "$@"; }
start() {
  rm -f "$1.err"
  logserve --listen "unix:$PWD/$1" --print-address "${@:2}" 2>"$1.err" & pids+=($!)
  eventually 30 grep -qs listening "$1.err" || fail "no server: $(cat "$1.err")"
}
start several -d A -d B
start one -d ALL
for path in 'search?limit=500' 'search?limit=300&q=level%3DERROR' 'aggregate?q=*|count+by+service,level' 'hits?span=1h' 'facets' 'fields' \
  'values?field=service' 'aggregate?q=*|stats+p50(duration_ms),distinct(host)' 'search?q=*|tail+20'; do
  for socket in several one; do api "http://l/logs/$path" | jq -Sc 'if .rows then .rows |= sort_by(tojson) else . end' >"$socket.out"; done
  cmp -s several.out one.out || fail "$path differs: $(diff <(jq -Sc '.logs[]?, del(.logs)' several.out) <(jq -Sc '.logs[]?, del(.logs)' one.out) | head -20)"
done
# Page by page.
socket=several
token=
while :; do
  api -G http://l/logs/search -d limit=3000 -d total=false --data-urlencode "page_token=$token" >page
  jq -c '.logs[]' page >>seen
  token=$(jq -r '.next_page_token // empty' page)
  [ -n "$token" ] || break
done
same "each once" "$(jq -Sc . records | jq -c .message | sort | md5sum)" "$(jq -c .message seen | sort | md5sum)"
same "in order" "" "$(jq -r .timestamp seen | tr -d Z | LC_ALL=C sort -rc 2>&1)"

# What comes into either is followed; and whoever was away gets what it missed of both.
follow() { curl -sN --max-time 60 --unix-socket several -H "Last-Event-ID: $1" 'http://l/logs/stream?service=new' >>feed & follower=$!; }
curl -sN --max-time 60 --unix-socket several 'http://l/logs/stream?service=new' >feed & follower=$!
following() { api http://l/metrics | grep -q 'stream_clients{program="logserve"} 1'; }
eventually 30 following || fail "nobody follows"
record() { printf '{"service":"new","n":%d}\n' "$1"; }
record 1 | logstore -q -d B
came() { [ "$(grep -c '^data' feed)" -ge "$1" ]; }
eventually 30 came 1 || fail "what came into the second was not handed on"
record 2 | api http://l/logs/ingest --data-binary @- >/dev/null
eventually 30 came 2 || fail "what came into the first was not handed on"
kill $follower
wait $follower 2>/dev/null
record 3 | logstore -q -d B
record 4 | api http://l/logs/ingest --data-binary @- >/dev/null
follow "$(sed -n 's/^id: //p' feed | tail -1)"
eventually 30 came 4 || fail "what was missed did not come: $(cat feed)"
same "each once" "1 2 3 4" "$(sed -n 's/^data: //p' feed | jq .n | sort -n | xargs)"
kill $follower
wait $follower 2>/dev/null
same "written to the first" 2 "$(logquery -q -d A --count service=new)"

# Forgotten everywhere.
total() { api "http://l/logs/search?limit=0&q=$1" | jq .total; }
same "four of them" 4 "$(total service%3Dnew)"
same "a dry run counts all" 4 "$(api http://l/logs/delete -d '{"filter":"service=new","dry_run":true}' | jq .records)"
api http://l/logs/delete -d '{"filter":"service=new"}' >/dev/null
same "hidden at once" 0 "$(total service%3Dnew)"
nothing_pending() { [ "$(api http://l/logs/delete | jq -c .pending)" = '[]' ]; }
eventually 60 nothing_pending || fail "it is not carried out: $(api http://l/logs/delete)"
for store in A B; do same "gone from $store" 0 "$(logquery -q -d $store --count service=new)"; done
kill "${pids[@]}"
wait "${pids[@]}" || fail "logserve ended with $?: $(cat several.err one.err)"

# Small segments of the first are joined while it is served; those of the others are left to their writers.
for part in {1..16}; do
  loggen -n 50 --seed $part -o frames | logstore -q -d FIRST --compaction off
  loggen -n 50 --seed $part -o frames | logstore -q -d SECOND --compaction off
done
segments() { find "$1" -name '*.seg' | wc -l; }
same "not joined yet" "16 16" "$(segments FIRST) $(segments SECOND)"
start third -d FIRST -d SECOND
socket=third
joined() { [ "$(segments FIRST)" -lt 16 ]; }
eventually 60 joined || fail "nothing is joined"
same "the others" 16 "$(segments SECOND)"
same "all are found" 1600 "$(api 'http://l/logs/search?limit=0' | jq .total)"
kill "${pids[-1]}"
wait "${pids[-1]}" || fail "logserve ended with $?: $(cat third.err)"
