# The live stream: each record once, in a browser's events and over a WebSocket, also for a client that was cut off and for one that came too
# late, while segments are sealed.
. "$SOURCE_DIR/tests/support/pipeline.sh"
api() { curl -sN --max-time 120 --unix-socket api "$@"; }
follow() { exec curl -sN --max-time 120 --unix-socket api "http://l/logs/stream$1" "${@:2}"; }  # in the background: its id is curl's
start() {
  logserve -d S --listen "unix:$PWD/api" --print-address 2>err & server=$!
  eventually 30 grep -qs listening err || fail "no server: $(cat err)"
}
stop() { kill $server; wait $server || fail "logserve ended with $?: $(cat err)"; }
send() { seq "$1" "$2" | sed 's/.*/{"service":"shop","n":&}/' | api http://l/logs/ingest --data-binary @- >/dev/null || fail "not taken"; }
numbers() { grep -h '^data: {' "$@" | sed 's/.*"n":\([0-9]*\).*/\1/'; }
has() { [ "$(numbers $1 2>/dev/null | wc -l)" -ge $2 ]; }
following() { api http://l/metrics | grep -q "stream_clients{program=\"logserve\"} $1\$"; }

start
send 1 100
follow '?q=n%3E0' >one & one=$!
follow '?q=n%3E150' >other & other=$!
eventually 30 following 2 || fail "nobody follows"
send 101 200
eventually 30 has one 100 || fail "the stream stands still: $(numbers one | wc -l)"
eventually 30 has other 50 || fail "the filtered one stands still"
same "only what came since" "$(seq 101 200)" "$(numbers one)"
same "only what matches" "$(seq 151 200)" "$(numbers other)"
kill $one
wait $one 2>/dev/null

# Cut off, it says how far it came.
cursor=$(grep '^id: ' one | tail -1 | cut -c5-)
send 201 5000
logstore -q -d S compact
send 5001 6000
follow '' -H "Last-Event-ID: $cursor" >two & two=$!
eventually 30 has two 5800 || fail "what was missed does not come: $(numbers two | wc -l)"
send 6001 6100
eventually 30 has two 5900 || fail "it does not go on: $(numbers two | wc -l)"
same "each once" "$(seq 201 6100)" "$(numbers two | sort -n)"

# So it goes through a restart, with segments sealed and joined in between.
cursor=$(grep '^id: ' two | tail -1 | cut -c5-)
stop
wait $two $other 2>/dev/null
logstore -q -d S compact
start
send 6101 6200
follow "?cursor=$cursor" >three & three=$!
eventually 30 has three 100 || fail "after a restart: $(numbers three | wc -l)"
same "each once, after a restart" "$(seq 6101 6200)" "$(numbers three | sort -n)"
kill $three
wait $three 2>/dev/null

# The same over a WebSocket (RFC 6455): a ping is answered, and a close.
cat >client.py <<'EOF'
import json
from web_socket import WebSocket
link = WebSocket("api", "/logs/stream?q=n%3E6250")
link.send(0x89, b"there?")
assert link.frame() == (0x8a, b"there?")
numbers = []
while len(numbers) < 50:
    numbers += [record["n"] for record in json.loads(link.text())["logs"]]
link.send(0x88, b"\x03\xe8")
assert link.frame() == (0x88, b"\x03\xe8") and link.stream.read() == b""
print(numbers == list(range(6251, 6301)))
EOF
eventually 30 following 0 || fail "who has left still follows"
PYTHONPATH="$SOURCE_DIR/tests/support" python3 client.py >socket & client=$!
eventually 30 following 1 || fail "nobody follows over a WebSocket"
send 6201 6300
wait $client || fail "the WebSocket's client ended with $?"
same "over a WebSocket" True "$(cat socket)"

same "a cursor of nonsense" 400 "$(api -o body -w '%{http_code}' 'http://l/logs/stream?cursor=../../x')"
same "a stage that never ends" 400 "$(api -o body -w '%{http_code}' 'http://l/logs/stream?q=*%7Ccount')"
stop
