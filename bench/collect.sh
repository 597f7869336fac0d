#!/usr/bin/env bash
# What does it cost logcollect to follow many files, how fast does it catch up, and how soon is a new line out?
#
# 1. FILES (default 10,000) followed files, one line each: memory (RSS, target: < 64 MiB), and processor time in IDLE_SECONDS (default 10)
#    in which nothing happens (target: near zero).
# 2. Catching up: LINES (default 3,000,000) lines of nginx in one file and in 100, --once as frames to /dev/null, best of 3 (target:
#    3 M lines/s). The kernel's own share, reading the same bytes, is shown beside it.
#    Also ENTRIES (default 200,000) entries of a journal, beside what journalctl -o json needs for them.
# 3. Latency (target: < 10 ms): SAMPLES (default 500) lines, each with the time at which it was written, to random ones of the files,
#    with random pauses, 25 ms on the average, so that a rescan falls among them; from the return of write(2) until the record is read from logcollect's pipe. The same with 10,000 files.
set -euo pipefail
files=${FILES:-10000} lines=${LINES:-3000000} samples=${SAMPLES:-500} idle=${IDLE_SECONDS:-10} entries=${ENTRIES:-200000}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-collect.XXXXXX")
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
printf 'machine: %s, %s cores, load %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"

cat >follow.py <<'PY'
import os, random, resource, select, subprocess, sys, time
files, samples, idle = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
folder = f"logs-{files}"
os.mkdir(folder)
for i in range(files):
    os.makedirs(f"{folder}/{i % 100}", exist_ok=True)
    with open(f"{folder}/{i % 100}/{i}.log", "w") as file:
        file.write(f"first line of file {i}\n")
program = subprocess.Popen(["logcollect", "-q", "-o", "raw", folder + "/*/*.log"], stdout=subprocess.PIPE)
out = program.stdout.fileno()

def read_line_count(wanted, seconds):
    got, end = 0, time.monotonic() + seconds
    while got < wanted and time.monotonic() < end:
        if select.select([out], [], [], 0.1)[0]:
            got += os.read(out, 1 << 20).count(b"\n")
    return got

start = time.monotonic()
assert read_line_count(files, 60) == files, "not all first lines came"
print(f"{files:>6} files: first lines after {time.monotonic() - start:.2f} s")

def cpu_seconds():
    fields = open(f"/proc/{program.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

def memory(name):
    return next(int(line.split()[1]) / 1024 for line in open(f"/proc/{program.pid}/status") if line.startswith(name))

time.sleep(1)
before, began = cpu_seconds(), time.monotonic()
time.sleep(idle)
used = (cpu_seconds() - before) / (time.monotonic() - began)
print(f"{files:>6} files: RSS {memory('VmRSS'):.1f} MiB (peak {memory('VmHWM'):.1f}), idle CPU {100 * used:.2f} %")

random.seed(7)
took = []
for i in range(samples):
    time.sleep(random.uniform(0, 0.05))
    at = random.randrange(files)
    fd = os.open(f"{folder}/{at % 100}/{at}.log", os.O_WRONLY | os.O_APPEND)
    os.write(fd, b"a new line\n")
    written = time.monotonic_ns()
    os.close(fd)
    assert select.select([out], [], [], 10)[0], "a line did not come"
    assert os.read(out, 4096).count(b"\n") == 1
    took.append((time.monotonic_ns() - written) / 1e6)
took.sort()
at = lambda q: took[min(len(took) - 1, int(len(took) * q))]
print(f"{files:>6} files: a new line is out after p50 {at(.5):.2f}, p90 {at(.9):.2f}, p99 {at(.99):.2f}, max {took[-1]:.2f} ms ({samples} lines)")
program.terminate()
program.wait()
PY
ulimit -n "$(ulimit -Hn)"
python3 follow.py "$files" "$samples" "$idle"
python3 follow.py 1 "$samples" 1

loggen -n "$lines" --seed 7 -o nginx >one.log
split -n l/100 -d -a 3 --additional-suffix=.part one.log many
bytes=$(stat -c %s one.log)
# row LABEL COMMAND...
row() {
  local label=$1 best= seconds
  shift
  for _ in 1 2 3; do
    seconds=$( { TIMEFORMAT='%R %U'; time "$@" >/dev/null; } 2>&1)
    if [ -z "$best" ] || awk -v a="${seconds% *}" -v b="${best% *}" 'BEGIN { exit !(a < b) }'; then best=$seconds; fi
  done
  awk -v label="$label" -v seconds="${best% *}" -v user="${best#* }" -v n="$lines" -v bytes="$bytes" \
    'BEGIN { printf "%-34s %6.2f s (user %.2f) %6.2f M lines/s %6.0f MB/s\n", label, seconds, user, n / seconds / 1e6, bytes / seconds / 1e6 }'
}
printf 'catching up: %s lines, %s MB\n' "$lines" "$((bytes / 1000000))"
row "one file, frames" logcollect -q --once -o frames one.log
row "100 files, frames" logcollect -q --once -o frames 'many*.part'
row "(cat of the same)" cat one.log

remote=/lib/systemd/systemd-journal-remote
[ -x $remote ] || exit 0
mkdir journal
awk -v n="$entries" 'BEGIN {
  for (i = 1; i <= n; ++i)
    printf "__REALTIME_TIMESTAMP=%.0f\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\nPRIORITY=%d\n_PID=%d\n" \
      "SYSLOG_IDENTIFIER=unit%d\n_HOSTNAME=box\nMESSAGE=request %08d served in %d ms\n\n", 1795256100000000 + i, i, i % 8, i % 100, i % 3, i, i % 977
}' | $remote -o journal/a.journal - >/dev/null 2>&1
lines=$entries bytes=$(du -sb journal | cut -f1)
row "journal, frames" logcollect -q --once -o frames "journal:$work/journal"
row "(journalctl -o json)" journalctl -D journal -o json
