# logstore killed with -9 at a random moment, KILLS times (`make soak` takes 1000), while a second one writes to the same store
# and a reader checks: at any moment the store holds the first records of each stream, none twice.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
kills=${KILLS:-12}

cat >feed.py <<'PY'
import os, time
n, files = 0, {name: open(f"{name}.log", "a") for name in "ab"}
while not os.path.exists("stop"):
    for name, file in files.items():
        file.write("".join(f'{{"stream":"{name}","n":{i}}}\n' for i in range(n + 1, n + 101)))
        file.flush()
    n += 100
    time.sleep(0.005)
PY
: >a.log
: >b.log
python3 feed.py &
feeder=$!

store() { follow_into_store "$1" --seal-rows 5000 --commit-interval 10ms; }

# Of each stream, records 1 to the count of its records.
check() {
  logquery -q -d S -o csv '* | stats count() as records, min(n) as first, max(n) as last by stream' >seen 2>>errors || return 0
  awk -F, 'NR > 1 && ($3 != 1 || $2 != $4) { print "not the first records of a stream: " $0; exit 1 }' seen
}
reader() {
  until [ -e stop ]; do
    check >>reader.failed || exit 1
    echo checked >>reader.log
  done
}
reader &
watching=$!

store b
b_collector=$collector b_storer=$storer
died=0
for ((round = 1; round <= kills; ++round)); do
  store a
  sleep "0.$(printf %03d $((10 + RANDOM % 150)))"  # not to wait for something: to hit anything
  kill -9 $storer
  wait $storer
  [ $? = 137 ] && died=$((died + 1))
  wait $parser $collector
done 2>/dev/null
touch stop
wait $feeder
wait $watching || fail "the reader: $(cat reader.failed)"
kill -TERM $b_collector
wait $b_storer
same "status of the writer that was not killed" 0 $?

for name in a b; do
  logcollect --once --resume S $name.log | logparse | logstore -q -d S
  same "statuses of the run to the end" "0 0 0" "${PIPESTATUS[*]}"
done
echo "$died kills, $(wc -l <reader.log) checks meanwhile, $(cat a.log b.log | wc -l) records"
[ $died -ge $((kills / 2)) ] || fail "the kills came too late to show anything"
for name in a b; do
  logquery -q -d S -o ndjson "stream=$name | fields n" | grep -o '[0-9]*' | sort -n >stored
  seq "$(wc -l <$name.log)" | cmp - stored || fail "not every record of $name is there exactly once"
done
same "live segments left" "" "$(find S -name '*.live')"
