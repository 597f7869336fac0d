# logstore's memory stays within --memory whatever comes: thousands of keys, of services and days at once, huge lines, noise, ids that are all
# different, and names of fields that never come again.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logstore)" && skip "a sanitizer's memory is its own"

cat >invent.py <<'PY'
import base64, json, random, sys
random.seed(7)
kind, out = sys.argv[1], sys.stdout
day = 86_400_000_000_000
for n in range({"keys": 20_000, "names": 15_000, "days": 150_000, "mixed": 30_000, "lines": 12, "noise": 12, "short_noise": 60_000, "ids": 100_000}[kind]):
    record = {"timestamp": 1_795_256_100_000_000_000 + n, "n": n}
    if kind in ("keys", "mixed"):
        for key in random.sample(range(5_000), 20): record[f"key_{key}"] = f"value {n} of {key}"
    if kind == "names":
        for key in range(20): record[f"key_{random.getrandbits(60)}"] = f"value {n} of {key}"
    if kind in ("days", "mixed"):
        record["timestamp"] -= random.randrange(5_000) * day
        record |= {"service": f"service-{random.randrange(5_000)}", "message": f"user {n} logged in from {random.random()}"}
    if kind == "lines":
        record["message"] = "".join(random.choices("abcdefghij klmnop", k=1 << 16)) * 160
    if kind == "short_noise": record["message"] = base64.b64encode(random.randbytes(600)).decode()
    if kind == "ids": record |= {name: random.randbytes(16).hex() for name in ("trace_id", "span_id", "user", "request")}
    if kind == "noise": record["message"] = base64.b64encode(random.randbytes(7_800_000)).decode()
    out.write(json.dumps(record) + "\n")
PY
# Prints the peak of resident memory in KiB.
cat >peak.py <<'PY'
import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:], stdin=open(sys.argv[1]))
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss)
sys.exit(status != 0)
PY

# bounded KIND MIB [MIB]: within --memory, or within less.
bounded() {
  peak=$(python3 peak.py "$1" logstore -q --memory "$2MiB" -d "S-$1-$2MiB") || fail "$1 with $2 MiB"
  echo "$1 --memory $2MiB: peak of $((peak / 1024)) MiB"
  [ "$peak" -le $((${3:-$2} << 10)) ] || fail "$1 with --memory $2MiB: more than ${3:-$2} MiB"
}

loggen -n 300000 --seed 7 -o json >loggen
loggen -n 100000 --seed 7 -o frames >frames
for kind in keys names days mixed lines noise short_noise ids; do python3 invent.py $kind >$kind; done
for kind in loggen frames keys names days mixed lines noise short_noise ids; do
  bounded $kind 128
  [ $kind = names ] || bounded $kind 64
done
bounded names 64 56  # what sealing took of them came to more than --memory, once in 20 runs
logstore -q --memory 63MiB -d S-less <loggen 2>err && fail "less than the least"
grep -q -- '--memory: at least 64MiB' err || fail "$(cat err)"
[ ! -e S-less ] || fail "a store all the same"
same "nothing is lost" '{"count":300000}' "$(logquery -d S-loggen-64MiB '* | count')"
same "names are findable" '{"count":15000}' "$(logquery -d S-names-128MiB '* | count')"
same "days are findable" '{"count":150000}' "$(logquery -d S-days-64MiB '* | count')"
[ "$(find S-days-64MiB -type f | wc -l)" -le 8 ] || fail "a file for each day"
