# logalert's memory stays within --memory: what rules count goes through temporary files, with the same answer; what they cannot hold is left out, and
# that is said.
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
peak=$(python3 peak.py logalert -q --test rules.toml -d S --utc --from 2026-01-01 --to '2026-01-01 00:20' --memory 64MiB) || fail "$(cat err)"
echo "peak of $((peak / 1024)) MiB, $(wc -l <out) changes"
[ "$peak" -le $((64 << 10)) ] || fail "more than 64 MiB with --memory 64MiB"
[ -s out ] || fail "nothing would have been told"
logalert -q --test rules.toml -d S --utc --from 2026-01-01 --to '2026-01-01 00:20' --memory 4GiB | cmp - out || fail "another answer with --memory 64MiB"

# Keys that never come again, and long texts of random words.
cat >invent.py <<'PY'
import json, random, sys
random.seed(7)
count, seconds, words = map(int, sys.argv[1:])
letters = "abcdefghijklmnopqrstuvwxyz"
for n in range(count):
    message = " ".join("".join(random.choices(letters, k=9)) for _ in range(words))
    print(json.dumps({"timestamp": 1_767_225_600_000_000_000 + n * seconds * 1_000_000_000 // count, "level": ("ERROR", "INFO", "INFO")[n % 3],
                      "service": f"service-{n % 200}", "key": f"{random.getrandbits(128):032x}", "duration_ms": n % 2000, "message": message}))
PY
python3 invent.py 30000 300 30 | logstore -q -d texts
python3 invent.py 100000 7200 1 | logstore -q -d hours
# rules COUNT NAME QUERY KEYS...: rules that differ only in their names, in rules.toml.
rules() {
  local i count=$1 name=$2 query=$3
  shift 3
  for ((i = 0; i < count; ++i)); do printf '%s\n' '[[rule]]' "name = \"$name$i\"" "query = '$query'" "$@"; done >rules.toml
}
# bounded STORE UNTIL WHAT LEFT-OUT: the rules stay within 64 MiB, and say what they leave out.
bounded() {
  peak=$(python3 peak.py logalert -q --test --stats rules.toml -d "$1" --utc --from 2026-01-01 --to "2026-01-01 $2" --memory 64MiB) || fail "$3: $(cat err)"
  echo "$3: peak of $((peak / 1024)) MiB, $(wc -l <out) changes; $(tail -1 err)"
  [ "$peak" -le $((64 << 10)) ] || fail "$3: more than 64 MiB with --memory 64MiB"
  tail -1 err | grep -q "[1-9][0-9,]* $4" || fail "$3: it does not say what it leaves out: $(cat err)"
}
rules 1 keys '| count by key' 'above = 0' 'window = "1m"' 'group_by = []'
bounded texts 00:05 'keys that never come again' 'series left out'
rules 1 messages '| count by message' 'above = 0' 'window = "1m"' 'group_by = []'
bounded texts 00:05 'long messages' 'series left out'
rules 100 many 'level=ERROR | count by service, key' 'above = 1' 'window = "5m"'
bounded texts 00:01 'a hundred rules' 'series left out'
rules 3 long '| count by key' 'above = 1' 'window = "2h"' 'every = "10m"'
bounded hours 02:00 'long windows' 'series left out'
rules 10 pattern '' 'kind = "pattern"' 'window = "10s"' 'learn = "1m"' 'group_by = []'
bounded texts 00:01 'patterns of random text' 'series not remembered'
rules 20 change '| count by key' 'kind = "change"' 'above = "100%"' 'window = "1m"' 'compare = "30m"'
bounded hours 00:40 'values of long ago' 'values not kept to compare with'
rules 20 gone '| count by key' 'kind = "absence"' 'window = "1m"' 'forget = "1h"'
bounded hours 00:10 'keys that are missed' 'series not remembered'
rules 1 uniq '| uniq key, message | count by service' 'above = 0' 'window = "5m"' 'every = "5m"'
bounded texts 00:05 'a stage that cannot spill' 'windows not judged'

# Messages of a megabyte and more, which fill blocks of the store, and of which few fit into the room that rules have.
cat >long.py <<'PY'
import json, random, sys
random.seed(7)
count, size = map(int, sys.argv[1:])
letters = bytes(b"abcdefghijklmnopqrstuvwxyz "[n % 27] for n in range(256))
for n in range(count):
    print(json.dumps({"timestamp": 1_767_225_600_000_000_000 + n * 1_000_000_000, "level": "ERROR", "service": "s", "key": str(n),
                      "message": random.randbytes(size).translate(letters).decode()}))
PY
for size in 1000000 4000000 15000000; do
  python3 long.py $((48000000 / size)) $size >long.ndjson
  logstore -q -d long$size <long.ndjson
  # bounded_both WHAT: the same from the store and from standard input.
  bounded_both() {
    bounded long$size 00:05 "$1 of $size bytes" 'texts cut'
    peak=$(python3 peak.py logalert -q --test --stats rules.toml --memory 64MiB <long.ndjson) || fail "$1 of $size bytes, standard input: $(cat err)"
    echo "the same from standard input: peak of $((peak / 1024)) MiB"
    [ "$peak" -le $((64 << 10)) ] || fail "$1 of $size bytes, standard input: more than 64 MiB with --memory 64MiB"
  }
  rules 5 megabytes '| count by message' 'above = 0' 'window = "1m"' 'group_by = []'
  bounded_both 'keys'
  rules 3 shapes '' 'kind = "pattern"' 'window = "10s"' 'learn = "1m"' 'group_by = []'
  bounded_both 'patterns'
  rules 1 ordered '| uniq key, message | count by service' 'above = 0' 'window = "5m"' 'every = "5m"'
  bounded_both 'texts in the order of time'
done
# The filter sees the end of such a text, too.
(python3 long.py 1 4000000 && echo '{"timestamp":1767225601000000000,"service":"s","message":"'"$(head -c 4000000 /dev/zero | tr '\0' x)"' needle"}') >long.ndjson
rules 1 whole 'needle | count by message' 'above = 0' 'window = "1m"' 'group_by = []'
logalert -q --test rules.toml --memory 64MiB <long.ndjson >out
same "notifications of a word behind 4 MB" 1 "$(wc -l <out)"

rules 1000 fine '| count' 'above = 1' 'window = "2m"' 'every = "1s"'
logalert -q --test rules.toml -d hours --utc --from 2026-01-01 --to '2026-01-01 00:10' --memory 64MiB >out 2>err
same "the status of too many parts" 2 $?
grep -q -- '--memory: the windows of these rules, .* give it more, or let .every. be longer' err || fail "$(cat err)"
logalert -q --test rules.toml -d hours --memory 63MiB 2>err
same "the status of --memory 63MiB" 2 $?
grep -q -- '--memory: at least 64MiB' err || fail "$(cat err)"
