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
import base64, hashlib, json, os, socket, struct, sys
link = socket.socket(socket.AF_UNIX)
link.connect("api")
key = base64.b64encode(os.urandom(16)).decode()
link.sendall((f"GET /logs/stream?q=n%3E6250 HTTP/1.1\r\nHost: l\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
              f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
stream = link.makefile("rb")
head = b""
while not head.endswith(b"\r\n\r\n"):
    head += stream.read(1)
wanted = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
assert head.startswith(b"HTTP/1.1 101 ") and wanted in head, head
def frame():
    first, length = stream.read(2)
    if length >= 126:
        length, = struct.unpack(">H" if length == 126 else ">Q", stream.read(2 if length == 126 else 8))
    return first, stream.read(length)
def send(first, payload):
    link.sendall(bytes([first, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
send(0x89, b"there?")
assert frame() == (0x8a, b"there?")
numbers = []
while len(numbers) < 50:
    first, payload = frame()
    assert first == 0x81, first
    numbers += [record["n"] for record in json.loads(payload)["logs"]]
send(0x88, b"\x03\xe8")
assert frame() == (0x88, b"\x03\xe8") and stream.read() == b""
print(numbers == list(range(6251, 6301)))
EOF
eventually 30 following 0 || fail "who has left still follows"
python3 client.py >socket & client=$!
eventually 30 following 1 || fail "nobody follows over a WebSocket"
send 6201 6300
wait $client || fail "the WebSocket's client ended with $?"
same "over a WebSocket" True "$(cat socket)"

same "a cursor of nonsense" 400 "$(api -o body -w '%{http_code}' 'http://l/logs/stream?cursor=../../x')"
same "a stage that never ends" 400 "$(api -o body -w '%{http_code}' 'http://l/logs/stream?q=*%7Ccount')"
stop
