# logquery's memory stays within --memory: sorts and counts that do not fit go through temporary files, with the same answer.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logquery)" && skip "a sanitizer's memory is its own"

# Runs a command, its output into `out`; prints the peak of resident memory in KiB.
cat >peak.py <<'PY'
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=open("out", "wb"))
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss)
sys.exit(status != 0)
PY

# Some 200 MB as NDJSON; half of the trace ids are those of another record, too.
loggen -n 750000 --seed 7 -o json | logstore -q -d S
mkdir tmp
for query in '* | sort -duration_ms, timestamp' '* | count by trace_id' '* | stats count(), max(duration_ms) by trace_id, user_id' \
  '* | stats p50(duration_ms), distinct(trace_id) by user_id' '* | timechart 1m p99(duration_ms) by user_id'; do
  peak=$(TMPDIR=tmp python3 peak.py logquery -d S --memory 64MiB "$query") || fail "$query"
  echo "$query: peak of $((peak / 1024)) MiB, $(wc -l <out) rows"
  [ "$peak" -le $((64 << 10)) ] || fail "$query: more than 64 MiB with --memory 64MiB"
  logquery -d S --memory 4GiB "$query" | cmp - out || fail "$query: another answer with --memory 64MiB"
done
[ -z "$(ls tmp)" ] || fail "temporary files were left"

# Less is refused: it could not be kept.
logquery -d S --memory 63MiB '* | sort trace_id' >out 2>err
same "the status of --memory 63MiB" 2 $?
grep -q 'memory: at least 64MiB' err || fail "$(cat err)"

# What cannot spill says so.
logquery -d S --memory 64MiB '* | uniq trace_id, message' >out 2>err && fail "uniq within 64 MiB"
grep -q 'uniq: holds more than fits into --memory' err || fail "$(cat err)"
TMPDIR=nowhere logquery -d S --memory 64MiB '* | sort trace_id' >out 2>err && fail "temporary files in a folder that is not there"
grep -q 'nowhere' err || fail "$(cat err)"

# Long texts that never come again, in blocks of 16 MiB of them: each thread that reads has one at hand.
cat >invent.py <<'PY'
import os, sys
for n in range(400_000):
    noise = os.urandom(150).hex()
    print(f'{{"timestamp":{1_767_225_600_000_000_000 + n * 200_000_000},"service":"service-{n % 20}","user":"{noise[:32]}","n":{n},'
          f'"message":"{noise[:40]} text {noise[40:]}"}}')
PY
python3 invent.py | logstore -q -d texts
while read -r mib most; do
  for query in '* | head 50000' '* | top 3 message' '* | rare 3 message' '* | count by message' '* | sort message | head 3' '* | sort -n | fields n' \
    '* | stats first(message), last(message) by user' '* | stats distinct(message)' '* | facets' '* | patterns'; do
    peak=$(TMPDIR=tmp python3 peak.py logquery -d texts --memory "${mib}MiB" "$query") || fail "$query of long texts"
    echo "$query of long texts with $mib MiB: peak of $((peak / 1024)) MiB"
    [ "$peak" -le $((most << 10)) ] || fail "$query of long texts: more than $most MiB with --memory ${mib}MiB"
  done
done <<'END'
64 64
128 128
END
for query in '* | uniq message' '* | dedup message' '* | tail 100000' '* | session by user gap 30m'; do
  TMPDIR=tmp logquery -d texts --memory 64MiB "$query" >out 2>err && fail "$query of long texts within 64 MiB"
  grep -q 'holds more than fits into --memory' err || fail "$query: $(cat err)"
done
