# logalert's memory stays bounded while it catches up: what rules hold goes through temporary files, with the same answer.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logalert)" && skip "a sanitizer's memory is its own"
cat >peak.py <<'PY'
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=open("out", "wb"), stderr=open("err", "wb"))
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) not in (0, 1))
PY
loggen -n 750000 --seed 7 -o frames | logstore -q -d S
cat >rules.toml <<'END'
[[rule]]
name = "slow"
query = '| p99(duration_ms) by service, host'
above = 1500
window = "1m"

[[rule]]
name = "share"
kind = "ratio"
query = 'level=ERROR | count by service'
per = '| count by service'
above = "3%"
window = "2m"

[[rule]]
name = "traces"
query = '| count by trace_id'
above = 12
window = "1m"
END
peak=$(python3 peak.py logalert -q --test rules.toml -d S --utc --from 2026-01-01 --to '2026-01-01 00:20' --memory 32MiB) || fail "$(cat err)"
echo "peak of $((peak / 1024)) MiB, $(wc -l <out) changes"
[ "$peak" -le $((80 << 10)) ] || fail "more than 80 MiB with --memory 32MiB"
[ -s out ] || fail "nothing would have been told"
logalert -q --test rules.toml -d S --utc --from 2026-01-01 --to '2026-01-01 00:20' --memory 4GiB | cmp - out || fail "another answer with --memory 32MiB"
