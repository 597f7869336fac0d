#!/usr/bin/env bash
# Pipe, ring, unix socket or TCP: how many records a second go through, and how late is a line?
#
# First between two ends that cost next to nothing, the transport alone: bench/transport_bench.cc, if it was built. Then between programs,
# whose work is most of the time. Throughput: LINES_EACH (default 2,000,000) lines, collected as frames, to logparse, which parses and writes
# them; the best of three turns. Latency: a line every 5 ms for SECONDS_EACH (default 5), from its write into the file to its arrival behind the same programs. CPU is
# that of all of them. A pipe and a ring join two programs; a socket two more, logship and logrecv, with acknowledgements. Last, generated
# records into a store, by a pipe and by a ring in turn, ROUNDS (default 7) times: medians and minima, for this is mostly the store's work.
set -euo pipefail
export LINES_EACH=${LINES_EACH:-2000000} SECONDS_EACH=${SECONDS_EACH:-5} ROUNDS=${ROUNDS:-7}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-transports.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
if command -v transport_bench >/dev/null; then
  transport_bench "$SECONDS_EACH"
  echo
fi
cat >measure.py <<'PY'
import os, resource, shutil, statistics, subprocess, threading, time

LINES, SECONDS = int(os.environ["LINES_EACH"]), float(os.environ["SECONDS_EACH"])
HERE = os.getcwd()
quiet = {"stderr": subprocess.DEVNULL}


def piped(commands):
    """Started from the left; the last one's output is to be read."""
    programs = []
    for command in commands:
        source = programs[-1].stdout if programs else subprocess.DEVNULL
        programs.append(subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, **quiet))
        if len(programs) > 1:
            source.close()
    return programs


def pipe(collect):
    return piped([collect + ["-o", "frames"], ["logparse", "-i", "frames", "-o", "raw"]])


def ring(collect):
    where = f"ring:bench-{os.getpid()}"  # in shared memory; its last reader removes it
    return piped([collect + ["-o", "frames", "--to", where]])[:1] + piped([["logparse", "--from", where, "-o", "raw"]])


def link(url):
    def start(collect):
        read, write = os.pipe()
        receiver = subprocess.Popen(["logrecv", "--no-parse", "--listen", url, "--ready-fd", str(write), "-o", "frames"],
                                    stdout=subprocess.PIPE, pass_fds=[write], **quiet)
        os.close(write)
        with os.fdopen(read) as ready:
            address = ready.read().split()[0]
        last = subprocess.Popen(["logparse", "-i", "frames", "-o", "raw"], stdin=receiver.stdout, stdout=subprocess.PIPE, **quiet)
        receiver.stdout.close()
        send = ["logship", "--compress", "none", "--batch-interval", "0s", address]
        return piped([collect + ["-o", "frames"], send]) + [receiver, last]
    return start


WAYS = {"pipe": pipe, "ring": ring, "unix": link(f"unix:{HERE}/sock"), "tcp": link("tcp://127.0.0.1:0")}


def end(programs):
    for program in programs:
        if program.poll() is None:
            program.terminate()
    for program in programs:
        program.wait()


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def throughput(start):
    used, began = cpu(), time.monotonic()
    programs = start(["logcollect", "--once", "--host", "", "big.log"])
    count = 0
    while count < LINES:
        chunk = os.read(programs[-1].stdout.fileno(), 1 << 20)
        if not chunk:
            raise SystemExit(f"only {count} lines came")
        count += chunk.count(b"\n")
    seconds = time.monotonic() - began
    end(programs)
    return LINES / seconds, cpu() - used


def latency(start):
    open("live.log", "w").close()
    programs = start(["logcollect", "--start", "end", "--host", "", "live.log"])
    late = []

    def read():
        for line in programs[-1].stdout:
            late.append(time.monotonic_ns() - int(line.split()[1]))
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    time.sleep(1)
    with open("live.log", "a", buffering=1) as live:
        for _ in range(int(SECONDS / 0.005)):
            live.write(f"line {time.monotonic_ns()}\n")
            time.sleep(0.005)
    time.sleep(0.5)
    end(programs)
    late.sort()
    return [late[int(len(late) * part)] / 1e6 for part in (0.5, 0.9, 0.99)] + [late[-1] / 1e6]


with open("big.log", "w") as big:
    big.writelines(f"2026-11-21 10:15:{i % 60:02d} INFO request {i} served in {i % 977} ms\n" for i in range(LINES))
print(f"{'way':<6}{'lines/s':>12}{'CPU s':>8}{'p50 ms':>9}{'p90':>8}{'p99':>8}{'max':>8}")
runs = [{name: throughput(start) for name, start in WAYS.items()} for _ in range(3)]
for name, start in WAYS.items():
    rate = max(run[name][0] for run in runs)
    used = min(run[name][1] for run in runs)
    p50, p90, p99, most = latency(start)
    print(f"{name:<6}{rate:>12,.0f}{used:>8.2f}{p50:>9.2f}{p90:>8.2f}{p99:>8.2f}{most:>8.2f}", flush=True)


def into_store(way):
    """Seconds, and seconds of processors."""
    shutil.rmtree("S", ignore_errors=True)
    used, began = cpu(), time.monotonic()
    generate = ["loggen", "-n", str(LINES), "--seed", "7"]
    where = f"ring:bench-{os.getpid()}"
    first = subprocess.Popen(generate + (["-o", "frames"] if way == "pipe" else ["--to", where]), stdout=subprocess.PIPE, **quiet)
    last = subprocess.Popen(["logstore", "-q", "-d", "S", "--from", "-" if way == "pipe" else where], stdin=first.stdout, **quiet)
    first.stdout.close()
    if first.wait() or last.wait():
        raise SystemExit(f"{way}: a program failed")
    return time.monotonic() - began, cpu() - used


ways = {"pipe": [], "ring": []}
for turn in range(int(os.environ["ROUNDS"])):
    for way in list(ways)[:: 1 if turn % 2 else -1]:
        ways[way].append(into_store(way))
print(f"\n{'loggen to logstore':<20}{'M lines/s':>12}{'best':>8}{'CPU us a line':>16}{'best':>8}")
for way, runs in ways.items():
    seconds, used = zip(*runs)
    print(f"{way:<20}{LINES / statistics.median(seconds) / 1e6:>12.2f}{LINES / min(seconds) / 1e6:>8.2f}"
          f"{statistics.median(used) / LINES * 1e6:>16.3f}{min(used) / LINES * 1e6:>8.3f}")
PY
python3 measure.py
