#!/usr/bin/env bash
# Are values of fields counted in JSON lines of real programs as fast as rg counts the lines that have them as text?
#
# Samples of the folder CORPORA (default: ../shared/corpora beside this project), each repeated to about MB megabytes (default 300); it says what is
# not there. Page cache warm, RUNS runs each (default 5), rg's and ours by turns, at real time priority where that is allowed; of the wall
# clock the best run. rg looks for a text, logquery reads each line that may match as an object, and of it the field. "ratio" is rg's time to
# ours; rows below 1 are listed at the end. Counts are compared: a difference fails the run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
export CORPORA=${CORPORA:-$here/../../shared/corpora} MB=${MB:-300} RUNS=${RUNS:-5}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/logmill-ndjson-bench.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
cat >measure.py <<'PY'
import os
from race import race

# corpus, sample, rows: query, what rg looks for
SAMPLES = [
    ("caddy", "replay/caddy.jsonl", [("status=200", '"status":200'), ("level=info", '"level":"info"'), ("status=404", '"status":404')]),
    ("nginx", "replay/nginx.jsonl", [("status=200", '"status":200'), ("status=404", '"status":404')]),
    ("nginx plus", "access/nginxplus.jsonl", [("pid=64856", '"pid":64856'), ("requests.current=14", '"current":14}')]),
    ("GitHub events", "json/gharchive.jsonl", [("type=PushEvent", '"type":"PushEvent"'), ("public=true", '"public":true'),
                                               ("type=MemberEvent", '"type":"MemberEvent"')]),
    ("Suricata", "json/suricata_eve.jsonl", [("event_type=alert", '"event_type":"alert"'), ("proto=TCP", '"proto":"TCP"'),
                                             ('alert.category="Potentially Bad Traffic"', '"category":"Potentially Bad Traffic"')]),
    ("Kubernetes audit", "json/k8s_audit.jsonl", [("stage=ResponseComplete", '"stage":"ResponseComplete"'), ("responseStatus.code=201", '"code":201')]),
    ("CloudTrail", "json/cloudtrail.jsonl", [("EventSource=ec2.amazonaws.com", '"EventSource": "ec2.amazonaws.com"')]),
    ("PostgreSQL", "db/postgres15.jsonl", [("level=info", '"error_severity":"LOG"'), ("ps=UPDATE", '"ps":"UPDATE"'), ("level=error", '"error_severity":"ERROR"')]),
    ("journald", "journald/journal.jsonl", [("SYSLOG_IDENTIFIER=sshd", '"SYSLOG_IDENTIFIER":"sshd"'), ("_COMM=python3", '"_COMM":"python3"'),
                                            ("SYSLOG_IDENTIFIER=cups", '"SYSLOG_IDENTIFIER":"cups"')]),
    ("Windows events", "windows/events_nxlog.jsonl", [("EventType=INFO", '"EventType":"INFO"'), ("EventType=ConnectPipe", '"EventType":"ConnectPipe"')]),
    ("Zeek ntp", "zeek/ntp.jsonl", [("version=4", '"version":4'), ("mode=1", '"mode":1,')]),
    ("Zeek weird", "zeek/weird.jsonl", [("_path=weird", '"_path":"weird"'), ("name=TCP_ack_underflow_or_misorder", '"name":"TCP_ack_underflow_or_misorder"')]),
    ("pino", "loggers/pino.jsonl", [("level=info", '"level":30'), ("level=warn", '"level":40')]),
    ("bunyan", "loggers/bunyan.jsonl", [("level=info", '"level":30')]),
    ("zap", "loggers/zap.jsonl", [("level=info", '"level":"info"')]),
    ("logrus", "loggers/logrus.jsonl", [("level=info", '"level":"info"')]),
    ("winston", "loggers/winston.jsonl", [("level=info", '"level":"info"')]),
    ("GELF", "loggers/gelf.jsonl", [("host=app-0", '"host":"app-0"')]),
    ("loguru", "loggers/loguru.jsonl", [("record.level.name=INFO", '"name": "INFO"')]),
]

print(f"{'sample':<18}{'query':<42}{'rg ms':>8}{'cpu':>7}{'logquery':>10}{'cpu':>7}{'ratio':>8}  same")
slower, rows, different = [], 0, 0
for name, sample, queries in SAMPLES:
    path = os.path.join(os.environ["CORPORA"], sample)
    if not os.path.exists(path):
        print(f"{name:<18}skipped: no {sample}")
        continue
    with open(path, "rb") as file:
        lines = file.read().rstrip(b"\n") + b"\n"
    with open("lines.json", "wb") as file:
        file.write(lines * (int(os.environ["MB"]) * 1_000_000 // len(lines) + 1))
    for query, text in queries:
        theirs, ours = race(f"rg -c '{text}' lines.json", f"logquery -q -c '{query}' lines.json")
        same = theirs[2] == ours[2]
        rows += 1
        different += not same
        if ours[0] > theirs[0]:
            slower.append(f"{name}: {query}: {theirs[0] / ours[0]:.2f}")
        print(f"{name:<18}{query:<42}{theirs[0]:>8.0f}{theirs[1]:>7.0f}{ours[0]:>10.0f}{ours[1]:>7.0f}{theirs[0] / ours[0]:>8.2f}  {'=' if same else [theirs[2], ours[2]]}",
              flush=True)
print(f"\nof {rows} rows rg was faster in {len(slower)}", *slower, sep="\n  ")
raise SystemExit(different > 0)
PY
first=()
if chrt -f 10 true 2>/dev/null; then first=(chrt -f 10); fi
"${first[@]}" python3 measure.py
