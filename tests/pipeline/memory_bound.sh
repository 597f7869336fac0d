# logstore's memory stays within bounds whatever comes: thousands of keys, of services and days at once, huge lines.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logstore)" && skip "a sanitizer's memory is its own"

cat >invent.py <<'PY'
import base64, json, random, sys
random.seed(7)
kind, out = sys.argv[1], sys.stdout
day = 86_400_000_000_000
for n in range({"keys": 20_000, "days": 150_000, "lines": 12, "noise": 12}[kind]):
    record = {"timestamp": 1_795_256_100_000_000_000 + n, "n": n}
    if kind == "keys":
        for key in random.sample(range(5_000), 20): record[f"key_{key}"] = f"value {n} of {key}"
    if kind == "days":
        record["timestamp"] -= random.randrange(5_000) * day
        record |= {"service": f"service-{random.randrange(5_000)}", "message": f"user {n} logged in from {random.random()}"}
    if kind == "lines":
        record["message"] = "".join(random.choices("abcdefghij klmnop", k=1 << 16)) * 160
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

# bounded KIND MEMORY MIB
bounded() {
  peak=$(python3 peak.py "$1" logstore -q --memory "$2" -d "S-$1-$2") || fail "$1 with $2"
  echo "$1 --memory $2: peak of $((peak / 1024)) MiB"
  [ "$peak" -le $(($3 << 10)) ] || fail "$1 with --memory $2: more than $3 MiB"
}

loggen -n 300000 --seed 7 -o json >loggen
for kind in keys days lines noise; do python3 invent.py $kind >$kind; done
for kind in loggen keys days lines noise; do bounded $kind 128MiB 128; done
for kind in loggen days lines; do bounded $kind 64MiB 64; done
# What these need is above 64 MiB: logstore(1) says so.
bounded keys 64MiB 72
bounded noise 64MiB 100
for kind in loggen keys days; do bounded $kind 16MiB 56; done
same "days are findable" '{"count":150000}' "$(logquery -d S-days-64MiB '* | count')"
[ "$(find S-days-64MiB -type f | wc -l)" -le 8 ] || fail "a file for each day"
