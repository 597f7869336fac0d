# Limits: a query that has no time left answers in part and says so; one that holds more than it may goes through temporary files, with the same
# answer; and clients that send nothing, or half of it, take no place from others for long.
. "$SOURCE_DIR/tests/support/pipeline.sh"
loggen -n 60000 --seed 7 -o frames | logstore -q -d S
serve() {
  rm -f err
  logserve -d S --listen "unix:$PWD/api" --print-address "$@" 2>err & server=$!
  eventually 30 grep -qs listening err || fail "no server: $(cat err)"
}
stop() { kill $server; wait $server || fail "logserve ended with $?: $(cat err)"; }
api() { curl -s --max-time 120 --unix-socket api "$@"; }

# All that a group has, in as many groups as there are records.
query='q=* | stats count(), distinct(message) by timestamp, trace_id | sort trace_id, timestamp | tail 50'
serve
api -G http://l/logs/aggregate --data-urlencode "$query" >whole
same "rows" 50 "$(jq '.rows | length' whole)"
same "it is whole" null "$(jq .partial whole)"
stop
mkdir temp
serve --max-query-memory 1MiB --temp-dir "$PWD/temp"
api -G http://l/logs/aggregate --data-urlencode "$query" | cmp - whole || fail "another answer with little memory"
same "nothing is left there" "" "$(ls temp)"
stop

# It is looked now and then whether the time is over: a query that is faster than that may be whole, and then has everything.
serve --max-query-time 1us
for path in "aggregate?q=*%7Cstats+count()+by+message" "search?q=a*&limit=1" fields hits; do
  partial() {
    api "http://l/logs/$path" >answer
    if [ "$(jq .partial answer)" = true ]; then return 0; fi
    [[ $path != agg* ]] || same "an answer that is not marked is whole" 60000 "$(jq '[.rows[]["count()"]] | add' answer)"
    return 1
  }
  eventually 60 partial || fail "$path is never partial: $(head -c 200 answer)"
done
[ "$(api http://l/metrics | awk '/^logmill_queries_partial_total/ { print $2 }')" -ge 4 ] || fail "they are not counted"
stop

# Half-open clients.
cat >half.py <<'EOF2'
import socket, sys, time
def connect(text=b""):
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(120)
    link.connect("api")
    link.sendall(text)
    return link
HALF = [b"", b"G", b"GET /logs/search HTTP/1.1\r\nHost: l", b"POST /logs/ingest HTTP/1.1\r\nHost: l\r\nContent-Length: 1000000\r\n\r\n",
        b"POST /logs/ingest HTTP/1.1\r\nHost: l\r\nContent-Length: 100\r\n\r\n{\"a\":", b"POST /logs/ingest HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"]
links = [(half, connect(half)) for half in HALF * 5]
open("there", "w").close()
# Who began a request is told that it takes too long; who did not may wait for a minute.
for half, link in links:
    if not half:
        continue
    answer = b""
    while piece := link.recv(4096):
        answer += piece
    assert answer.startswith(b"HTTP/1.1 408 ") and b"nosniff" in answer, (half, answer)
# A byte a second does not help.
link = connect()
begun = time.monotonic()
try:
    for byte in b"GET /healthz HTTP/1.1\r\nHost: " + b"x" * 1000:
        link.sendall(bytes([byte]))
        time.sleep(0.2)
        link.setblocking(False)
        try:
            if link.recv(4096).startswith(b"HTTP/1.1 408 "):
                break
        except BlockingIOError:
            pass
        link.setblocking(True)
    else:
        raise SystemExit("a trickling client holds its place")
except ConnectionError:
    pass
EOF2
serve --max-connections 60
python3 half.py & half=$!
eventually 60 test -e there || fail "the clients do not come"
for try in {1..20}; do same "others are answered meanwhile" 60000 "$(api -G http://l/logs/search -d limit=1 | jq .total)"; done
wait $half || fail "half-open clients are not given up"
stop
