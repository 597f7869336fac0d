#!/bin/bash
# How many requests and records a second logserve takes in, how long a search waits with 50 clients (and logquery by itself), how long a record
# takes from its commit to each of 500 who follow, and how much memory it has then. Clients are one Python process on the same machine: what is
# shown is a lower bound. RECORDS and SECONDS_EACH make it longer.
set -euo pipefail
records=${RECORDS:-1000000}
seconds=${SECONDS_EACH:-5}
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
logserve -q -d S --listen "unix:$work/api" --ready-fd 9 9>ready & server=$!
until [ -s ready ]; do sleep 0.05; done
loggen -n "$records" --seed 7 -o json >records.ndjson
split -C 4MiB records.ndjson part.
bytes=$(stat -c %s records.ndjson)

start=$(date +%s.%N)
for part in part.*; do curl -sf --unix-socket api http://l/logs/ingest --data-binary "@$part" -o answer; done
end=$(date +%s.%N)
awk -v r="$records" -v b="$bytes" -v t="$(echo "$end $start" | awk '{print $1 - $2}')" \
  'BEGIN { printf "ingest, 4 MiB a request, one client   %9.0f records/s  %6.1f MB/s\n", r / t, b / t / 1e6 }'

cat >clients.py <<'EOF'
import http.client, json, socket, statistics, sys, threading, time

class Unix(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("api")

def ask(link, method, path, body=None):
    link.request(method, path, body)
    answer = link.getresponse()
    data = answer.read()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {data[:200]}")
    return data

def together(clients, seconds, work):
    times, end = [], time.time() + seconds
    def one(number):
        link = Unix("l")
        while time.time() < end:
            start = time.time()
            work(link, number)
            times.append(time.time() - start)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(clients)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sorted(times)

def show(what, times, seconds):
    at = lambda share: 1000 * times[min(len(times) - 1, int(share * len(times)))]
    print(f"{what:38}{len(times) / seconds:9.0f} requests/s  p50 {at(0.5):7.1f} ms  p99 {at(0.99):7.1f} ms")

seconds = float(sys.argv[1])
record = json.dumps({"service": "bench", "message": "one record"})
show("ingest, one record a request, 50 clients", together(50, seconds, lambda link, _: ask(link, "POST", "/logs/ingest", record)), seconds)
search = sys.argv[2]
for clients in (1, 50):
    show(f"search, {clients} clients", together(clients, seconds, lambda link, _: ask(link, "GET", search)), seconds)

# Who follows notes when each record came: the record says when it was sent, so that its commit is part of the time.
followers, came, lock = int(sys.argv[3]), [], threading.Lock()
def follow():
    link = Unix("l")
    link.connect()
    link.sock.sendall(b"GET /logs/stream?service=latency HTTP/1.1\r\nHost: l\r\n\r\n")
    link.sock.settimeout(seconds + 10)
    rest = b""
    try:
        while True:
            got = link.sock.recv(65536)
            now = time.time()
            if not got: return
            *lines, rest = (rest + got).split(b"\n")
            for line in lines:
                if b'"sent":' in line:
                    with lock: came.append(now - float(line.split(b'"sent":')[1].split(b"}")[0].split(b",")[0]))
    except OSError:
        return
threads = [threading.Thread(target=follow, daemon=True) for _ in range(followers)]
for thread in threads: thread.start()
link = Unix("l")
while f'stream_clients{{program="logserve"}} {followers}\n'.encode() not in ask(link, "GET", "/metrics"): time.sleep(0.05)
end, sent = time.time() + seconds, 0
while time.time() < end:
    ask(link, "POST", "/logs/ingest", json.dumps({"service": "latency", "sent": time.time()}))
    sent += 1
    time.sleep(0.1)
deadline = time.time() + 10
while len(came) < sent * followers and time.time() < deadline: time.sleep(0.05)
came.sort()
print(f"stream, {followers} followers, {len(came)} of {sent * followers} came: p50 {1000 * came[len(came) // 2]:.1f} ms  p99 {1000 * came[int(0.99 * len(came))]:.1f} ms  from sending")
EOF
python3 clients.py "$seconds" '/logs/search?q=level%3DERROR&limit=50&total=false' "${FOLLOWERS:-500}"
awk '/VmHWM|VmRSS/ { printf "%s %.0f MB  ", $1, $2 / 1024 } END { print "" }' "/proc/$server/status"
kill $server
wait $server
for ((i = 0; i < 3; ++i)); do
  start=$(date +%s%N)
  logquery -q -d S -n 50 level=ERROR -o ndjson >/dev/null
  echo "the same by logquery                  $((($(date +%s%N) - start) / 1000000)) ms"
done
