# logstore's memory stays within bounds whatever comes: thousands of keys, of services and days at once, huge lines.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logstore)" && skip "a sanitizer's memory is its own"

cat >invent.py <<'PY'
import json, random, sys
random.seed(7)
kind, out = sys.argv[1], sys.stdout
day = 86_400_000_000_000
for n in range({"keys": 20_000, "days": 150_000, "lines": 12}[kind]):
    record = {"timestamp": 1_795_256_100_000_000_000 + n, "n": n}
    if kind == "keys":
        for key in random.sample(range(5_000), 20): record[f"key_{key}"] = f"value {n} of {key}"
    if kind == "days":
        record["timestamp"] -= random.randrange(5_000) * day
        record |= {"service": f"service-{random.randrange(5_000)}", "message": f"user {n} logged in from {random.random()}"}
    if kind == "lines":
        record["message"] = "".join(random.choices("abcdefghij klmnop", k=1 << 16)) * 160
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

# bounded KIND MEMORY KIB
bounded() {
  peak=$(python3 peak.py "$1" logstore -q --memory "$2" -d "S-$1-$2") || fail "$1 with $2"
  echo "$1 --memory $2: peak of $((peak / 1024)) MiB"
  [ "$peak" -le "$3" ] || fail "$1 with --memory $2: more than $3 KiB"
}

loggen -n 300000 --seed 7 -o json >loggen
for kind in keys days lines; do python3 invent.py $kind >$kind; done
for kind in loggen days; do
  bounded $kind 128MiB $((128 << 10))
  bounded $kind 64MiB $((80 << 10))
done
for kind in keys lines; do
  for memory in 128MiB 64MiB; do bounded $kind $memory $((144 << 10)); done  # they need what they need: some 100 MiB
done
for kind in loggen keys days; do bounded $kind 16MiB $((136 << 10)); done
same "days are findable" '{"count":150000}' "$(logquery -d S-days-64MiB '* | count')"
[ "$(find S-days-64MiB -type f | wc -l)" -le 8 ] || fail "a file for each day"
