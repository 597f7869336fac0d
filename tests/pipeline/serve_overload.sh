# --overload: while the disk is full the queue fills, what is below WARN is dropped, and that is told: in the answer, in the stream, in /metrics.
# What is at WARN and above is kept, or refused; what has a key is whole. Needs root, for a small file system of its own.
. "$SOURCE_DIR/tests/support/pipeline.sh"
[ "$(id -u)" = 0 ] || skip "only root may mount"
mkdir disk
mount -t tmpfs -o size=64m tmpfs disk 2>/dev/null || skip "cannot mount here"
trap 'umount disk' EXIT
logserve -d disk/S --listen "unix:$PWD/api" --max-queue 64MiB --overload shed --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
api() { curl -s --max-time 120 --unix-socket api "$@"; }
ingest() { api http://l/logs/ingest "$@"; }
waiting() { api http://l/metrics | awk '/^logmill_ingest_queue_bytes/ { print $2 }'; }
# records COUNT SERVICE LEVEL...: in turn.
records() {
  local count=$1 service=$2
  shift 2
  awk -v n="$count" -v s="$service" -v levels="$*" 'BEGIN { k = split(levels, l, " "); for (i = 0; i < n; ++i)
    printf "{\"service\":\"%s\",\"level\":\"%s\",\"n\":%d}\n", s, l[i % k + 1], i }'
}
ingest -d '{"service":"shop","level":"info"}' | jq -e '.status == "ACCEPTED"' >/dev/null || fail "not taken"
# No room for what does not compress, and that waits: three quarters of the queue.
head -c 400000 /dev/zero >disk/hog
while head -c 100000 /dev/urandom >>disk/hog 2>/dev/null; do :; done
noise() { python3 -c 'import base64, os, json
for _ in range(7): print(json.dumps({"service": "noise", "level": "warn", "message": base64.b64encode(os.urandom(900000)).decode()}))'; }
clients=()
full() { [ "$(waiting)" -ge $((48 << 20)) ]; }
for try in {1..40}; do
  before=$(waiting)
  noise | ingest --data-binary @- >noise.$try & clients+=($!)
  more() { [ "$(waiting)" -gt "$before" ] || grep -q again noise.$try; }
  eventually 60 more || fail "nothing waits: $(waiting)"
  full && break
done
full || fail "the queue is not full: $(waiting)"
records 600 shop info warn debug error | ingest --data-binary @- >shed & clients+=($!)
records 1 shop debug | ingest --data-binary @- >one & clients+=($!)
records 50 shop info | ingest -H 'Idempotency-Key: k' --data-binary @- >keyed & clients+=($!)
requests() { [ "$(api http://l/metrics | awk '/^logmill_ingest_queue_requests/ { print $2 }')" -ge ${#clients[@]} ]; }
eventually 60 requests || fail "not all wait"
rm disk/hog
for client in "${clients[@]}"; do wait $client || fail "a client ended with $?"; done
same "half is dropped, and said so" '["ACCEPTED",300,300,600,300]' \
  "$(jq -c '[.status, .accepted, .dropped, (.log_ids | length), (.log_ids | map(select(. == null)) | length)]' shed)"
same "the one" '["DROPPED",0,1]' "$(jq -c '[.status, .accepted, .dropped]' one)"
same "what has a key" '["ACCEPTED",50,null]' "$(jq -c '[.status, .accepted, .dropped]' keyed)"
api http://l/metrics | grep '^logmill_ingest_dropped_total' | sort >dropped
same "by level and service" 'logmill_ingest_dropped_total{program="logserve",level="DEBUG",service="shop"} 151
logmill_ingest_dropped_total{program="logserve",level="INFO",service="shop"} 150' "$(cat dropped)"
found() { api -G http://l/logs/search -d limit=0 --data-urlencode "q=$1" | jq .total; }
same "WARN and above" 300 "$(found 'service=shop level>=warn')"
same "none below" 51 "$(found 'service=shop level<warn')"
same "what is told" '[{"dropped_service":"shop","dropped_level":"DEBUG","sum(dropped)":151},{"dropped_service":"shop","dropped_level":"INFO","sum(dropped)":150}]' \
  "$(api -G http://l/logs/aggregate --data-urlencode 'q=overload=shed | stats sum(dropped) by dropped_service, dropped_level | sort dropped_level' | jq -c .rows)"
id=$(jq -r '.log_ids[1]' shed)
same "an id of one that was kept" 1 "$(api -G http://l/logs/search -d "log_id=$id" | jq '.logs[0].n')"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
