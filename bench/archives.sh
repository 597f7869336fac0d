#!/usr/bin/env bash
# Are files searched as fast as rg does, compressed ones as fast as zcat | rg and zstdcat | rg, and ten times faster with sidecars?
#
# About MB megabytes (default 300) of loggen's lines, fixed seed, as NDJSON, logfmt, syslog, Java's and nginx's: plain, .gz and .zst (seekable frames of a MiB,
# as pzstd and logstore write them, and one frame), page cache warm, RUNS runs each (default 5), rg's and ours by turns, at real time priority where that is
# allowed; of the wall clock the best run, which is what can be compared on a machine that others use; "cpu" is the median of user and system time together.
# Answers are compared with rg's: a difference fails the run. "ratio" is rg's time to ours: rows below 1 are listed at the end, and fail the run with STRICT=1.
# Then what it costs to make the sidecars, and how large they are.
#
# "common" is what stands in about half of the lines, or in most, which all have to be judged: rg looks for a text, logquery reads whole records.
#
# "read" is the part of the text that the sidecar could not leave out: a phrase that stands everywhere gains nothing by it, and is no row that ten
# times faster is asked of. "gain" is against logquery without a sidecar. Nothing ends faster than a program starts (5 ms here): with less than some
# 300 MB the rows of plain files measure that. A .zst of one frame is entered at places 8 MiB of text apart.
# WORK=DIR keeps the files there for the next time.
set -euo pipefail
PYTHONPATH=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH PYTHONDONTWRITEBYTECODE=1
export MB=${MB:-300} RUNS=${RUNS:-5}
if [[ -n ${WORK:-} ]]; then
  mkdir -p "$WORK"
else
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/logmill-archives-bench.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
fi
cd "$WORK"

make_files() { # FORMAT BYTES_A_LINE
  [[ -e $1.one.zst ]] && return
  loggen -n $((MB * 1000000 / $2)) --seed 7 -o "$1" >"$1.log"
  gzip -6 -k "$1.log"
  split -b 1m --filter='zstd -q -3' "$1.log" >"$1.frames.zst"
  zstd -q -3 "$1.log" -o "$1.one.zst"
}
make_files json 268
make_files logfmt 225
make_files syslog 86
make_files java 136
make_files nginx 195
cat ./*.log ./*.gz ./*.zst >/dev/null

cat >measure.py <<'PY'
import json, os, re, subprocess
from race import race

def line_of(path, number):
    with open(path) as lines:
        for _ in range(number):
            line = next(lines)
    return line

def part_read(query, file):
    stats = subprocess.run(["logquery", "-c", "--stats", query, file], capture_output=True, text=True).stderr
    found = re.search(r"([\d,]+) spans in sidecars: ([\d,]+) not read", stats)
    if not found:  # nothing is asked of sidecars that they know
        return 1
    spans, skipped = (int(number.replace(",", "")) for number in found.groups())
    return (spans - skipped) / spans

trace = json.loads(line_of("json.log", 500_000 if os.path.getsize("json.log") > 2e8 else 1_000))["trace_id"]
ABSENT = "00000000000000000000000000000bad"
# format, name, query, what rg looks for
CASES = [
    ("json", "trace id", f"trace_id={trace}", trace),
    ("json", "trace id absent", f"trace_id={ABSENT}", ABSENT),
    ("json", "phrase", '"did not answer"', "-i 'did not answer'"),
    ("json", "regex", "message~/order [0-9]*77 placed/", '"order [0-9]*77 placed"'),
    ("json", "service", "service=auth", r'\"service\":\"auth\"'),
    ("json", "level", "level=ERROR", r'\"level\":\"ERROR\"'),
    ("json", "number", "status=503", r'\"status\":503,'),
    ("json", "common level", "level=INFO", r'\"level\":\"INFO\"'),
    ("json", "common number", "status=200", r'\"status\":200,'),
    ("logfmt", "trace id", f"trace_id={trace}", trace),
    ("logfmt", "service", "service=auth", '"service=auth "'),
    ("logfmt", "level", "level=ERROR", "level=error"),
    ("logfmt", "common level", "level=INFO", "level=info"),
    ("syslog", "word absent", "OrderNumber4711", "-iw OrderNumber4711"),
    ("syslog", "word", "placed", "-iw placed"),
    ("syslog", "common service", "service=gateway", r"' gateway\['"),
    ("syslog", "common levels", "level!=DEBUG", "-v '^<135>'"),
    ("syslog", "level", "level=ERROR", "'^<131>'"),
    ("java", "word absent", "OrderNumber4711", "-iw OrderNumber4711"),
    ("java", "level", "level=ERROR", "' ERROR '"),
    ("java", "common level", "level=INFO", "' INFO '"),
    ("java", "regex", "message~/user [0-9]+99 left/", "'user [0-9]+99 left'"),
    ("nginx", "number", "status=503", "'\" 503 '"),
    ("nginx", "numbers", "status>=500", "'\" 5[0-9][0-9] '"),
    ("nginx", "common number", "status=200", "'\" 200 '"),
]
FORMS = [(".log", ""), (".log.gz", "zcat {} | "), (".frames.zst", "zstdcat {} | "), (".one.zst", "zstdcat {} | ")]

print(f"{'file':<17}{'query':<17}{'rg ms':>8}{'cpu':>7}{'logquery':>10}{'cpu':>7}{'ratio':>8}{'sidecar':>9}{'cpu':>7}{'ratio':>8}{'gain':>7}{'read':>7}  same")
different = selective = fast = 0
slower = []
for form, pipe in FORMS:
    for format, name, query, pattern in CASES:
        file = format + form
        sidecar = f".{file}.lmx"
        if os.path.exists(sidecar):
            os.remove(sidecar)
        theirs = pipe.format(file) + f"rg -c {pattern} -" if pipe else f"rg -c {pattern} {file}"
        peer, plain = race(theirs, f"logquery -q -c '{query}' {file}")
        subprocess.run(["logindex", "-q", file], check=True)
        [with_sidecar] = race(f"logquery -q -c '{query}' {file}")
        same = (peer[2] or "0") == plain[2] == with_sidecar[2]
        different += not same
        if plain[0] > peer[0]:
            slower.append(f"{file}: {name}: {peer[0] / plain[0]:.2f}")
        read = part_read(query, file)
        selective += read <= 0.1
        fast += read <= 0.1 and peer[0] >= 10 * with_sidecar[0]
        print(f"{file:<17}{name:<17}{peer[0]:>8.0f}{peer[1]:>7.0f}{plain[0]:>10.0f}{plain[1]:>7.0f}{peer[0] / plain[0]:>8.1f}"
              f"{with_sidecar[0]:>9.0f}{with_sidecar[1]:>7.0f}{peer[0] / with_sidecar[0]:>8.1f}{plain[0] / with_sidecar[0]:>7.1f}{100 * read:>6.0f}%  {'=' if same else [peer[2], plain[2], with_sidecar[2]]}",
              flush=True)

print(f"\nrows in which rg was faster than logquery without a sidecar: {len(slower)}", *slower, sep="\n  ")
print(f"\nof {selective} rows of which a tenth or less is read, {fast} are ten times faster than rg with the sidecar")
print(f"\n{'sidecar of':<17}{'text MB':>9}{'build ms':>10}{'cpu':>7}{'MB/s of cpu':>13}{'size % of text':>16}")
for form, _ in FORMS:
    for format in ("json", "logfmt", "syslog", "java", "nginx"):
        file = format + form
        text = os.path.getsize(format + ".log")
        [(wall, cpu, _)] = race(f"logindex -q --rebuild {file}", runs=3)
        size = os.path.getsize(f".{file}.lmx")
        print(f"{file:<17}{text / 1e6:>9.0f}{wall:>10.0f}{cpu:>7.0f}{text / 1e6 / (cpu / 1e3):>13.0f}{100 * size / text:>15.2f}%", flush=True)
raise SystemExit(different > 0 or (len(slower) > 0 and os.environ.get("STRICT") == "1"))
PY
first=()
if chrt -f 10 true 2>/dev/null; then first=(chrt -f 10); fi
"${first[@]}" python3 measure.py
