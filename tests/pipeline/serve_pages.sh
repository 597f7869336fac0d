# A search page by page shows each record once, also when segments are sealed, joined and added to between the pages; and requests that are
# repeated with their key are stored once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
api() { curl -s --max-time 60 --unix-socket api "$@"; }
start() {
  rm -f err  # the one before it says "listening", too
  logserve -d S --listen "unix:$PWD/api" --print-address 2>err & server=$!
  eventually 30 grep -qs listening err || fail "no server: $(cat err)"
}
stop() { kill $server; wait $server || fail "logserve ended with $?: $(cat err)"; }
# records FROM TO: every ten have one time, and every hundred one is there three times.
records() {
  local i
  for ((i = $1; i <= $2; ++i)); do
    printf '{"timestamp":"2026-11-21T10:%02d:%02dZ","service":"shop","n":%d}\n' $((i / 600 % 60)) $((i / 10 % 60)) $((i % 100 < 3 ? i - i % 100 : i))
  done
}
start
records 1 1500 | api http://l/logs/ingest -H 'Idempotency-Key: a' --data-binary @- >answer
same "accepted" 1500 "$(jq .accepted answer)"
records 1 1500 | gzip | api http://l/logs/ingest -H 'Idempotency-Key: a' -H 'Content-Encoding: gzip' --data-binary @- >answer
same "repeated" 1500 "$(jq .repeated answer)"

page() { api -G "http://l/logs/search" -d "limit=$1" --data-urlencode "page_token=$token" -d timestamp_to=2026-11-21T10:20:00Z >page || fail "no answer"; token=$(jq -r '.next_page_token // empty' page); jq -c '.logs[] | del(.log_id)' page >>seen; }
token='' pages=0
while page $((7 + pages * 3)) && [ -n "$token" ]; do
  pages=$((pages + 1))
  case $pages in
    5) records 90000 90003 | sed 's/T10:/T11:/' | api http://l/logs/ingest --data-binary @- >/dev/null ;;
    10) stop; start ;;
    15) stop; logstore -q -d S compact; start ;;
  esac
done
records 1 1500 | sort >expected
sed 's/"level":null,//' seen | sort >shown
cmp -s expected shown || fail "not each record once: $(diff expected shown | head -5)"
# Of one kind in one order, whatever the page.
same "the order" "" "$(jq -r .timestamp seen | sort -rc 2>&1)"
same "after a restart too, a repeat is known" 1500 "$(records 1 1500 | api http://l/logs/ingest -H 'Idempotency-Key: a' --data-binary @- | jq .repeated)"
stop
same "what is stored" 1504 "$(logquery -d S --count '*')"
