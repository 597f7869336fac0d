# A committed record is printed by logquery -f within 250 ms, and -f goes together with -n and -C: from history to live, no gap, no repeat. So it is
# without inotify, of which it asks nothing: a user whose limits are reached has neither a word of that nor a later row.
. "$SOURCE_DIR/tests/support/pipeline.sh"

numbered_lines 1 1000 | logstore -q -d store || fail "logstore ended with $?"

logquery -d store -f -n 3 -o ndjson '*' >newest 2>>errors &
newest=$!
logquery -d store -f -C 1 -o ndjson '"00001003"' >around 2>>errors &
around=$!
has() { [ "$(grep -c . "$1")" -ge "$2" ]; }
eventually 20 has newest 3 || fail "-n 3 shows $(wc -l <newest) rows of history: $(cat errors)"

numbered_lines 1001 1010 | logstore -q -d store || fail "logstore ended with $?"
eventually 20 has newest 13 || fail "-f -n 3 shows $(wc -l <newest) rows: $(cat errors)"
eventually 20 has around 3 || fail "-f -C 1 shows $(wc -l <around) rows: $(cat errors)"
kill $newest $around
wait $newest || fail "-f -n ended with $?: $(cat errors)"
wait $around || fail "-f -C ended with $?: $(cat errors)"
same "the newest three, and what came" "$(numbered_lines 998 1010)" "$(grep -o 'line [0-9]\{8\}' newest)"
same "the hit and its neighbours" "$(numbered_lines 1002 1004)" "$(grep -o 'line [0-9]\{8\}' around)"

# How long it takes: of each record, from when its commit is acknowledged until it is printed. On a machine that is busy with other tests any one may take
# longer; the best of twenty shows that nobody waits on purpose.
cat >latency.py <<'PY'
import subprocess, sys, time

def program(*command, **streams):
    return subprocess.Popen(command, text=True, bufsize=1, stderr=open("errors", "a"), **streams)

follower = program(*sys.argv[1:], "logquery", "-d", "store", "-f", "-n", "1", "-o", "ndjson", "line", stdout=subprocess.PIPE)
follower.stdout.readline()
writer = program("logstore", "-q", "-d", "store", "--commit-interval", "50ms", stdin=subprocess.PIPE)
waits = []
for number in range(20):
    began = time.monotonic()
    print(f"line fresh{number}", file=writer.stdin, flush=True)
    row = follower.stdout.readline()
    waits.append(time.monotonic() - began)
    if f"fresh{number}" not in row:
        sys.exit(f"expected fresh{number}, got {row}")
writer.stdin.close()
follower.terminate()
if writer.wait() or follower.wait():
    sys.exit(f"ended with {writer.returncode} and {follower.returncode}")
waits.sort()
print(f"from the writer's input to the follower's output, commits each 50 ms: best {waits[0] * 1e3:.0f} ms, median {waits[10] * 1e3:.0f}, worst {waits[-1] * 1e3:.0f}")
if waits[0] > 0.3:
    sys.exit("the best of twenty records took longer than commit interval and 250 ms")
PY
python3 latency.py || fail "python ended with $?: $(cat errors)"
if unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances' 2>/dev/null; then
  python3 latency.py unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances; echo 0 >/proc/sys/user/max_inotify_watches; exec "$@"' sh ||
    fail "without inotify: python ended with $?: $(cat errors)"
else
  echo "inotify limits: not tested, no user namespaces here"
fi
[ ! -s errors ] || fail "$(cat errors)"
