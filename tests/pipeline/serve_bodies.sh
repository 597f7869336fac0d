# Records are read where they lie in a request: all of them are stored as they were sent, whatever is around them, however they are cut into batches
# and wherever the body ends; and a request takes little more memory than its body has bytes.
. "$SOURCE_DIR/tests/support/pipeline.sh"
bound_mib=80  # 67 for a body of 48 MiB; 123 when it was copied

cat >send.py <<'EOF2'
import gzip, http.client, json, random, socket

class Link(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("api")

link, of, sent = Link("l"), random.Random(7), []

def records(count, size):
    made = []
    for _ in range(count):
        message = "".join(of.choices('abc "\\\n\u00e9\U0001f600', k=of.randrange(size)))
        made.append({"n": len(sent), "message": message})
        sent.append(made[-1])
    return made

def post(body, path="/logs/ingest", **headers):
    link.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = link.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, text[:200])
    return json.loads(text)

def lines(made):
    return "\n".join(json.dumps(record, ensure_ascii=of.random() < 0.5) for record in made).encode()

# Bodies of every length up to some lanes of a vector, which end with the last record or behind it.
for size in range(1, 80):
    post(lines(records(2, size)) + b"\n " * of.randrange(3))
for indent in (None, 2):
    assert post(json.dumps(records(1, 200)[0], indent=indent).encode())["accepted"] == 1
assert post(json.dumps(records(300, 200), indent=2).encode())["accepted"] == 300
assert post(json.dumps(records(300, 200)).encode())["accepted"] == 300
assert post(gzip.compress(lines(records(5_000, 200)), 1), Content_Encoding="gzip")["accepted"] == 5_000
# More rows than a batch has, and more text; bad ones between them, and at the end.
assert post(lines(records(70_000, 10)))["accepted"] == 70_000
answer = post(b'{"bad"\n' + lines(records(40_000, 600)) + b'\nno object\n{"n":')
assert (answer["accepted"], [reject["index"] for reject in answer["rejects"]]) == (40_000, [0, 40_001, 40_002]), answer
documents = records(2_000, 200)
answer = post(b"".join(b'{"create":{}}\n' + lines([document]) + b"\n" for document in documents), "/_bulk", Content_Type="application/x-ndjson")
assert not answer["errors"] and len(answer["items"]) == 2_000
with open("sent", "w") as file:
    for record in sent:
        file.write(json.dumps([record["n"], record["message"]]) + "\n")
EOF2
serve() {
  rm -f err
  logserve -d "$1" --listen "unix:$PWD/api" --print-address 2>err & server=$!
  eventually 30 grep -qs listening err || fail "no server: $(cat err)"
}
stop() { kill $server; wait $server || fail "logserve ended with $?: $(cat err)"; }

serve S
python3 send.py || fail "not all was taken"
stop
logquery -d S -o ndjson '* | sort n | fields n, message' | jq -ac '[.n, .message]' >stored
python3 - <<'EOF2' || fail "records were changed on their way"
import json, sys
stored, sent = ([json.loads(line) for line in open(name)] for name in ("stored", "sent"))
for one, other in zip(stored, sent):
    if one[0] != other[0] or (one[1] or "") != other[1]: sys.exit(f"{one} was {other}")
sys.exit(len(stored) != len(sent) and f"{len(stored)} of {len(sent)}")
EOF2

grep -qE '__(asan|tsan)_init' "$(command -v logserve)" && exit 0  # a sanitizer's memory is its own
python3 -c 'for n in range(48 << 10): print("{\"n\":%d,\"message\":\"%s\"}" % (n, 1000 * "x"))' >large
serve T
curl -sf --unix-socket api --data-binary @large -o answer http://l/logs/ingest || fail "not taken"
peak=$(awk '/VmHWM/ { print $2 }' "/proc/$server/status")
stop
echo "peak of $((peak / 1024)) MiB, $(wc -c <large) bytes sent"
[ "$peak" -le $((bound_mib << 10)) ] || fail "more than $bound_mib MiB"
