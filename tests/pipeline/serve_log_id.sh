# The id under which a record was acknowledged finds that record, and no other: at once, after its segment was sealed, after compaction, after
# others were deleted around it, after a restart; through logserve and logquery.
. "$SOURCE_DIR/tests/support/pipeline.sh"
api() { curl -s --max-time 60 --unix-socket api "$@"; }
start() {
  rm -f err
  logserve -d S --listen "unix:$PWD/api" --print-address 2>err & server=$!
  eventually 30 grep -qs listening err || fail "no server: $(cat err)"
}
stop() { kill $server; wait $server || fail "logserve ended with $?: $(cat err)"; }
records() { seq "$1" "$2" | sed 's/.*/{"timestamp":"2026-11-21T10:15:00Z","service":"shop","message":"the same","n":&}/'; }
start
# One, many at once with one that is no record, some with a key, and documents of Elasticsearch.
records 1 1 | api http://l/logs/ingest --data-binary @- | jq -r .log_id >ids
{ records 2 3; echo 7; records 4 500; } | api http://l/logs/ingest --data-binary @- | jq -r '.log_ids[]' >>ids
records 501 900 >body
for try in 1 2; do
  api http://l/logs/ingest -H 'Idempotency-Key: k' --data-binary @body | jq -r '.log_ids[]' >ids.$try
  sleep 1.1  # the clock's second is in the key's epoch
done
cmp ids.1 ids.2 || fail "a repeat has other ids"
cat ids.1 >>ids
same "an id for each record" 900 "$(sort -u ids | wc -l)"

# Which record an id finds: n.
found() { api -G "http://l/logs/search" -d "log_id=$1" | jq -c '[.total, .logs[0].n, .logs[0].log_id]'; }
check() {
  local n id
  for n in 1 2 3 4 250 500 501 777 900; do
    id=$(sed -n ${n}p ids)
    same "$1: the record $n" "[1,$n,\"$id\"]" "$(found "$id")"
  done
  # All of them at once, page by page, are those that were acknowledged.
  local token=''
  : >seen
  while :; do
    api -G http://l/logs/search -d limit=400 -d total=false --data-urlencode "page_token=$token" >page
    jq -r '.logs[] | "\(.n) \(.log_id)"' page >>seen
    token=$(jq -r '.next_page_token // empty' page)
    [ -n "$token" ] || break
  done
  sort -n seen | cut -d' ' -f2 | cmp - ${2:-ids} || fail "$1: a search shows other ids"
}
check "live"
id=$(sed -n 250p ids)
same "with those around it" "[249,250,251]" "$(api -G http://l/logs/context -d "log_id=$id" -d before=1 -d after=1 | jq -c '[.rows[].n] | sort')"
same "an id of nobody" '[0,null,null]' "$(found "${id%?}x")"
same "as a term of a query" 250 "$(api -G http://l/logs/search --data-urlencode "q=service=shop log_id=$id | fields n" | jq '.logs[0].n')"
same "as a field of a query" "$id" "$(api -G http://l/logs/search --data-urlencode "q=n=250 | fields log_id" | jq -r '.logs[0].log_id')"
same "and of logquery" 250 "$(logquery -d S "log_id=$id" | jq .n)"
same "which does not show it by itself" null "$(logquery -d S n=250 | jq .log_id)"

stop
check_files() { find S -name "*$1" | wc -l; }
same "sealed" 0 "$(check_files .live)"
start
check "sealed"
stop
for part in 901 1001 1101; do
  start
  records $part $((part + 99)) | api http://l/logs/ingest --data-binary @- | jq -r '.log_ids[]' >>ids
  stop
done
logstore -q -d S compact
start
check "compacted"

# What is deleted around a record leaves its id as it is.
api http://l/logs/delete -d '{"filter":"n in (2,3,251,499,502,503,778,899,1000)"}' | jq -e '.status == "ACCEPTED"' >/dev/null || fail "not deleted"
gone() { [ "$(api http://l/logs/delete | jq -c .pending)" = '[]' ]; }
eventually 60 gone || fail "the deletion stands still"
same "what is deleted" '[0,null,null]' "$(found "$(sed -n 251p ids)")"
sed -e '2d;3d;251d;499d;502d;503d;778d;899d;1000d' ids >left
for n in 1 4 250 500 504 777 779 900 1001 1200; do
  id=$(sed -n ${n}p ids)
  same "after a deletion: the record $n" "[1,$n,\"$id\"]" "$(found "$id")"
done
token=''
api -G http://l/logs/search -d limit=10000 | jq -r '.logs[] | "\(.n) \(.log_id)"' | sort -n | cut -d' ' -f2 | cmp - left || fail "other ids after a deletion"

# A record that came with a field of that name keeps it.
api http://l/logs/ingest -d '{"service":"theirs","log_id":"mine"}' >/dev/null
same "a field of its own" mine "$(api -G http://l/logs/search -d service=theirs | jq -r '.logs[0].log_id')"
same "it is found by it" theirs "$(api -G http://l/logs/search -d log_id=mine | jq -r '.logs[0].service')"
stop
