#!/usr/bin/env bash
# How long does an answer take, from starting logquery to its end?
#
# COUNT structured records (default 10,000,000, about 270 bytes each as NDJSON) of loggen, fixed seed, in a store of one day, page cache warm.
# Each number is the median of RUNS runs (default 5); "cpu" is what the kernel counted for the same run. Beside it: rg over the NDJSON,
# zstdcat | rg, jq on SAMPLE records (time scaled to COUNT), DuckDB on a table of the same records if it is on PATH. Answers that can be compared
# are: "=" says that all agree, and a difference fails the run. The columns "VL" and "DuckDB ref" are the milliseconds that were measured for
# VictoriaLogs 1.26 and DuckDB 1.5 on such a machine with 10 million such records of 231 bytes, 2 cores, best of 5 to 8: the bar is VL / 5 and DuckDB.
# WORK=DIR keeps the data and the stores there for the next time.
set -euo pipefail
export COUNT=${COUNT:-10000000} RUNS=${RUNS:-5} SAMPLE=${SAMPLE:-200000} ONLY=${ONLY:-}
if [[ -n ${WORK:-} ]]; then
  mkdir -p "$WORK"
else
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/logmill-query-bench.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
fi
cd "$WORK"

[[ -e in.ndjson ]] || loggen -n "$COUNT" --seed 7 -o json >in.ndjson
[[ -e in.zst ]] || zstd -q -3 -T0 in.ndjson -o in.zst
[[ -e sample.ndjson ]] || head -n "$SAMPLE" in.ndjson >sample.ndjson
[[ -d store ]] || { logstore -q -d store.tmp --from in.ndjson && mv store.tmp store; }
[[ -d sample ]] || { logstore -q -d sample.tmp --from sample.ndjson && mv sample.tmp sample; }
[[ -d indexed ]] || { cp -al store indexed && logindex -q -d indexed; }
if command -v duckdb >/dev/null && [[ ! -e in.duckdb ]]; then
  duckdb in.duckdb "create table t as select * from read_ndjson_auto('in.ndjson')"
fi
cat in.ndjson in.zst >/dev/null
find store indexed -type f -exec cat {} + >/dev/null

cat >measure.py <<'PY'
import json, os, re, resource, shutil, statistics, subprocess, sys, time

COUNT, RUNS, SAMPLE, ONLY = (int(os.environ["COUNT"]), int(os.environ["RUNS"]), int(os.environ["SAMPLE"]), os.environ["ONLY"])

def run(command, runs=RUNS):
    walls, cpus, out = [], [], b""
    for _ in range(runs):
        before, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run(["bash", "-c", "exec " + command if "|" not in command.split("'")[-1] else command],
                             stdout=subprocess.PIPE).stdout
        walls.append(time.monotonic() - before)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    return statistics.median(walls) * 1e3, statistics.median(cpus) * 1e3, out.decode()

def number(text):
    found = re.findall(r"-?\d+(?:\.\d+)?", text)
    return float(found[-1]) if found else 0.0

def rows(text):
    return sorted(json.dumps(json.loads(line, parse_int=float), sort_keys=True) for line in text.splitlines() if line)

with open("in.ndjson") as lines:
    for _ in range(COUNT // 2):
        line = next(lines)
needle = json.loads(line)["trace_id"]
MESSAGE = '"message":"(?:[^"\\\\]|\\\\.)*'
# name, query, regular expression for rg -c, SQL of a count or an aggregate, published ms of VictoriaLogs and DuckDB
CASES = [
    ("trace id needle", f"trace_id={needle} | count", f'"trace_id":"{needle}"', f"trace_id='{needle}'", 32, 40),
    ("trace id absent", "trace_id=00000000000000000000000000000000 | count", "00000000000000000000000000000000", None, 13, None),
    ("word", "timeout | count", r"(?i)" + MESSAGE + r"\btimeout\b", r"regexp_matches(message, '(?i)\btimeout\b')", 610, 380),
    ("phrase", '"did not answer" | count', r"(?i)" + MESSAGE + r"\bdid not answer\b", r"message like '%did not answer%'", 610, 380),
    ("substring", "message=*nnection* | count", MESSAGE + "nnection", "message like '%nnection%'", 790, 380),
    ("regex", r"message~/user [0-9]+99 / OR message~/order [0-9]+99 moved/ | count",
     MESSAGE + r"(user [0-9]+99 |order [0-9]+99 moved)", "regexp_matches(message, 'user [0-9]+99 |order [0-9]+99 moved')", 1370, 906),
    ("rare number", "413747 | count", MESSAGE + r"\b413747\b", r"regexp_matches(message, '\b413747\b')", 43, None),
    ("rare number, indexed", "413747 | count", MESSAGE + r"\b413747\b", None, 43, None),
    ("level=ERROR count", "level=ERROR | count", '"level":"ERROR"', "level='ERROR'", 123, 30),
    ("newest 20, service+level", "service=auth level=ERROR", None, "newest", 70, 8),
    ("count by service, level", "* | count by service, level", None, "select service, level, count(*) from t group by all", 490, 123),
    ("avg, max by service", "* | stats avg(duration_ms), max(duration_ms) by service", None,
     "select service, avg(duration_ms), max(duration_ms) from t group by all", 200, 84),
    ("p50, p99 by service", "* | stats p50(duration_ms), p99(duration_ms) by service", None,
     "select service, quantile_disc(duration_ms, 0.5), quantile_disc(duration_ms, 0.99) from t group by all", 6210, 378),
    ("timechart 10s by level", "* | timechart 10s count() by level", None,
     "select time_bucket(interval 10 seconds, timestamp::timestamp), level, count(*) from t group by all", 730, 318),
    ("distinct trace ids", "* | distinct(trace_id)", None, "select count(distinct trace_id) from t", 4280, 249),
]

# jq, on a sample, says what the aggregates are.
JQ = {
    "count by service, level": "group_by([.service,.level])[]|{service:.[0].service,level:.[0].level,count:length}",
    "avg, max by service": 'group_by(.service)[]|{service:.[0].service,"avg(duration_ms)":(map(.duration_ms)|add/length*1e6|round),"max(duration_ms)":(map(.duration_ms)|max)}',
    "p50, p99 by service": 'group_by(.service)[]|(map(.duration_ms)|sort) as $d|{service:.[0].service,"p50(duration_ms)":$d[(($d|length)*0.5|ceil)-1],"p99(duration_ms)":$d[(($d|length)*0.99|ceil)-1]}',
    "distinct trace ids": '{"distinct(trace_id)":(map(.trace_id)|unique|length)}',
}

def agrees_with_jq(name, query, expected):
    answer = subprocess.run(["logquery", "-d", "sample", query], stdout=subprocess.PIPE, text=True).stdout
    ours = [json.loads(line, parse_int=float) for line in answer.splitlines()]
    for row in ours:
        if "avg(duration_ms)" in row:
            row["avg(duration_ms)"] = float(round(row["avg(duration_ms)"] * 1e6))
    return rows("\n".join(map(json.dumps, ours))) == rows(expected)

print(f"{'':<26}{'logquery':>10}{'cpu':>9}{'rg':>9}{'zstdcat|rg':>12}{'jq':>10}{'duckdb':>9}{'VL ref':>8}{'DuckDB ref':>12}   answers")
failed = False
for name, query, pattern, sql, vl, duck in CASES:
    if ONLY and ONLY not in name:
        continue
    newest = "-n 20 " if name.startswith("newest") else ""
    store = "indexed" if "indexed" in name else "store"
    wall, cpu, out = run(f"logquery -d {store} {newest}'{query}'")
    cells, same = ["-"] * 4, []
    if pattern:
        rg, _, counted = run(f"rg -c '{pattern}' in.ndjson", 1)
        cells[0] = f"{rg:.0f}"
        same.append(number(counted) == number(out))
        if name in ("trace id needle", "word", "regex"):
            cells[1] = f"{run(f'''zstdcat in.zst | rg -c '{pattern}' ''', 1)[0]:.0f}"
    if name in JQ:
        took, _, answer = run(f"jq -sc '{JQ[name]}' sample.ndjson", 1)
        cells[2] = f"~{took * COUNT / SAMPLE:.0f}"
        same.append(agrees_with_jq(name, query, answer))
    if newest:
        expected = subprocess.run(r"""rg '"level":"ERROR"' in.ndjson | rg '"service":"auth"' | tail -20""", shell=True, stdout=subprocess.PIPE, text=True).stdout
        same.append(rows(expected) == rows(out))
    if sql and shutil.which("duckdb"):
        if newest:
            sql = "select * from t where service='auth' and level='ERROR' order by timestamp desc limit 20"
        elif not sql.startswith("select"):
            sql = f"select count(*) from t where {sql}"
        took, _, answer = run(f'duckdb -readonly -noheader -list in.duckdb "{sql}"')
        cells[3] = f"{took:.0f}"
        if sql.startswith("select count"):
            same.append(number(answer) == number(out))
    failed |= not all(same)
    verdict = "=" * bool(same) if all(same) else "DIFFER"
    print(f"{name:<26}{wall:>10.1f}{cpu:>9.1f}{cells[0]:>9}{cells[1]:>12}{cells[2]:>10}{cells[3]:>9}{vl or '-':>8}{duck or '-':>12}   {verdict}", flush=True)
sys.exit(failed)
PY

printf 'machine: %s, %s cores, load %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
printf 'input:   %s records, %s bytes each as NDJSON, %s in the store; milliseconds\n\n' "$COUNT" "$(($(stat -c %s in.ndjson) / COUNT))" \
  "$(($(du -sb store | cut -f1) / COUNT))"
python3 measure.py
