#!/bin/bash
# How many requests and records a second logserve takes in, how long a search waits with 50 clients (beside the same by logquery), how long a
# record takes from being sent to each of 500 who follow, and how much memory it has then. The clients, wrk and one thread that reads for all
# who follow, run on the same machine. RECORDS and SECONDS_EACH make it longer. Fails if a record did not come to all.
set -euo pipefail
records=${RECORDS:-1000000}
seconds=${SECONDS_EACH:-5}
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
logserve -q -d S --listen 127.0.0.1:0 --print-address 2>err & server=$!
until grep -qs listening err; do
  kill -0 $server || { cat err; exit 1; }
  sleep 0.05
done
origin=$(grep -o 'http://[0-9.:]*' err)
loggen -n "$records" --seed 7 -o json >records.ndjson
split -C 4MiB records.ndjson part.
bytes=$(stat -c %s records.ndjson)

start=$(date +%s.%N)
curl -sf $(printf -- '--next -o answer --data-binary @%s %s/logs/ingest\n' $(for part in part.*; do echo "$part" "$origin"; done))
end=$(date +%s.%N)
awk -v r="$records" -v b="$bytes" -v t="$(echo "$end $start" | awk '{print $1 - $2}')" \
  'BEGIN { printf "%-42s %9.0f records/s   %6.1f MB/s\n", "ingest, 4 MiB a request, one client", r / t, b / t / 1e6 }'

# under_load WHAT CLIENTS PATH [SCRIPT]: requests by wrk, and how long they waited.
cat >shown.lua <<'EOF'
done = function(summary, latency)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format("%-42s %9.0f requests/s  p50 %7.1f ms  p99 %7.1f ms%s\n", os.getenv("WHAT"), summary.requests * 1e6 / summary.duration,
                         latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, wrong > 0 and "  " .. wrong .. " FAILED" or ""))
end
EOF
cat shown.lua - >one.lua <<'EOF'
wrk.method = "POST"
wrk.body = '{"service": "bench", "message": "one record"}'
EOF
under_load() { WHAT="$1, $2 clients" wrk -t 1 -c "$2" -d "$seconds" -s "${4:-shown.lua}" "$origin$3" | grep -a requests/s; }
search='/logs/search?q=level%3DERROR&limit=50&total=false'
for clients in 1 50; do under_load 'search' "$clients" "$search"; done
for ((i = 0; i < 3; ++i)); do
  start=$(date +%s%N)
  logquery -q -d S -n 50 level=ERROR -o ndjson >/dev/null
  echo "  the same by logquery: $((($(date +%s%N) - start) / 1000000)) ms"
done
under_load 'ingest, one record a request' 50 /logs/ingest one.lua
under_load 'search, behind these small commits' 50 "$search"

# The record says when it was sent, so that its commit is part of the time.
cat >follow.py <<'EOF'
import http.client, json, selectors, socket, sys, threading, time

host, port = sys.argv[1].removeprefix("http://").split(":")
seconds, followers = float(sys.argv[2]), int(sys.argv[3])
came, sent = [], 0

def send():
    global sent
    link, end = http.client.HTTPConnection(host, int(port)), time.time() + seconds
    while time.time() < end:
        link.request("POST", "/logs/ingest", json.dumps({"service": "latency", "sent": time.time()}))
        answer = link.getresponse()
        if answer.status != 200: sys.exit(f"ingest: {answer.status} {answer.read()}")
        answer.read()
        sent += 1
        time.sleep(0.1)

def following():
    link = http.client.HTTPConnection(host, int(port))
    link.request("GET", "/metrics")
    return f'stream_clients{{program="logserve"}} {followers}\n'.encode() in link.getresponse().read()

poll, rest = selectors.DefaultSelector(), {}
for _ in range(followers):
    link = socket.create_connection((host, int(port)))
    link.sendall(f"GET /logs/stream?service=latency HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    poll.register(link, selectors.EVENT_READ)
    rest[link] = b""
deadline = time.time() + 30
while not following():
    if time.time() > deadline: sys.exit(f"not all {followers} could follow")
    time.sleep(0.05)
sender = threading.Thread(target=send)
sender.start()
deadline = time.time() + seconds + 10
while (sender.is_alive() or len(came) < sent * followers) and time.time() < deadline:
    for key, _ in poll.select(0.1):
        got, now = key.fileobj.recv(65536), time.time()
        if not got: sys.exit("a stream has ended")
        *lines, rest[key.fileobj] = (rest[key.fileobj] + got).split(b"\n")
        came += [now - float(line.split(b'"sent":')[1].split(b"}")[0].split(b",")[0]) for line in lines if b'"sent":' in line]
came.sort()
p99 = 1000 * came[int(0.99 * len(came))]
print(f"{f'stream, {followers} followers':42} {len(came)} of {sent * followers} came  p50 {1000 * came[len(came) // 2]:7.1f} ms  p99 {p99:7.1f} ms"
      f"  (bar: p99 < 1000 ms: {'met' if p99 < 1000 else 'MISSED'})")
sys.exit(len(came) != sent * followers)
EOF
status=0
python3 follow.py "$origin" "$seconds" "${FOLLOWERS:-500}" || status=$?
awk '/VmHWM|VmRSS/ { printf "%s %.0f MB  ", $1, $2 / 1024 } END { print "" }' "/proc/$server/status"
kill $server
wait $server
exit $status
