#!/usr/bin/env bash
# How long after a record was written into logstore's pipe does a reader that follows the store have it?
#
# At 1,000 and 100,000 records a second and at full load, SECONDS_EACH (default 5) each: loggen's records, and after every few
# milliseconds one that says when it was written. logquery --follow prints those; the time between is the freshness: pipe, decoding,
# commit interval, encoding, write, sync, and the reader's polling. Nothing is left out but what had not come when the feeding ended.
set -euo pipefail
seconds=${SECONDS_EACH:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-freshness.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
loggen -n 20000 --seed 7 -o json >lines

cat >feed.py <<'PY'
import json, subprocess, sys, threading, time
rate, seconds = int(sys.argv[1]), float(sys.argv[2])  # rate 0: as fast as it goes
lines = open("lines", "rb").read().splitlines(keepends=True)
store = f"store-{rate}"
writer = subprocess.Popen(["logstore", "-q", "-d", store, "--compaction", "off"], stdin=subprocess.PIPE, bufsize=0)

def marker():
    return b'{"timestamp":%d,"freshness":%d}\n' % (time.time_ns(), time.monotonic_ns())

def write(data):
    view = memoryview(data)
    while view:
        view = view[writer.stdin.write(view):]

write(marker())
while subprocess.run(["logquery", "-q", "-d", store, "freshness=* | count"], capture_output=True, text=True).stdout.strip() in ("", '{"count":0}'):
    time.sleep(0.05)
reader = subprocess.Popen(["logquery", "-q", "-d", store, "-f", "-o", "ndjson", "freshness=*"], stdout=subprocess.PIPE)
found = []
def read():
    for line in reader.stdout:
        now = time.monotonic_ns()
        found.append((json.loads(line)["freshness"], now))
threading.Thread(target=read, daemon=True).start()
time.sleep(0.5)

step = 0.005
per_step = int(rate * step) if rate else 1000
chunks = [b"".join(lines[i:i + max(per_step - 1, 1)]) for i in range(0, len(lines) - per_step, per_step)]
start, sent, written = time.monotonic(), 0, 0
while time.monotonic() - start < seconds:
    write(chunks[sent % len(chunks)] + marker())
    sent += 1
    written += per_step
    if rate:
        time.sleep(max(0, start + sent * step - time.monotonic()))
fed = time.monotonic() - start
last = time.monotonic_ns()
deadline = time.monotonic() + 10
while len(found) < sent and time.monotonic() < deadline:
    time.sleep(0.05)
writer.stdin.close()
writer.wait()
reader.terminate()
took = sorted((at - when) / 1e6 for when, at in found if when / 1e9 >= start)
missing = sent - len(took)
at = lambda q: took[min(len(took) - 1, int(len(took) * q))] if took else float("nan")
print(f"{written / fed:>12.0f} {len(took):>8} {at(0.5):>8.0f} {at(0.9):>8.0f} {at(0.99):>8.0f} {took[-1] if took else 0:>8.0f} {missing:>8}")
PY

printf 'machine: %s, %s cores, load %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
printf '%12s %8s %8s %8s %8s %8s %8s\n' "records/s" "samples" "p50 ms" "p90 ms" "p99 ms" "max ms" "missing"
for rate in 1000 100000 0; do python3 feed.py "$rate" "$seconds"; done
