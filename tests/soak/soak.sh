#!/usr/bin/env bash
# SOAK_SECONDS (default 600) of everything at once, ending with exact counts: two writers into one store, segments sealed all the
# time, compaction and deletion in between, logstore killed now and then, four readers. Then retention. Run by `make soak`, with the programs in
# PATH; SOURCE_DIR is the tree.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
seconds=${SOAK_SECONDS:-600}

cat >feed.py <<'PY'
import os, random, sys, time
random.seed(int(os.environ.get("SEED", "1")))
n, levels = 0, ("DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR")
files = {name: open(f"{name}.log", "a") for name in "ab"}
while not os.path.exists("stop"):
    for name, file in files.items():
        file.write("".join(
            f'{{"level":"{random.choice(levels)}","stream":"{name}","n":{i},"user":"u{i % 1000}","message":"user u{i % 1000} took {random.random():.3f} ms"}}\n'
            for i in range(n + 1, n + 501)))
        file.flush()
    n += 500
    time.sleep(0.02)
PY
: >a.log
: >b.log
python3 feed.py &
feeder=$!

store() { follow_into_store "$1" --seal-rows 40000 --seal-age 5s; }

# What is there of a stream is never more than was written, and no record twice.
reader() {
  local checks=0 line
  until [ -e stop ]; do
    line=$(logquery -q -d S -o csv "stream=$1 | stats count() as records, distinct(n) as different, max(n) as last" 2>>errors | tail -1)
    IFS=, read -r records different last <<<"$line"
    if [ "${records:-0}" -gt "${last:-0}" ] 2>/dev/null; then
      echo "stream $1: $line" >>reader.failed
      return 1
    fi
    checks=$((checks + 1))
  done
  echo $checks >>reader.checks
}
watching=()
for name in a b a b; do
  reader $name &
  watching+=($!)
done

store b
b_collector=$collector b_storer=$storer
deleted=()
end=$((SECONDS + seconds)) rounds=0
while [ $SECONDS -lt $end ]; do
  store a
  sleep "$((1 + RANDOM % 3)).$((RANDOM % 10))"
  logstore -q -d S compact 2>>errors
  if [ "${#deleted[@]}" -lt 20 ]; then
    user=u$((RANDOM % 1000))
    deleted+=($user)
    logstore -q -d S delete "user=$user" >>deletions 2>>errors
    logquery -q -d S "user=$user | head 1" >left
    # Records of the user that came after the request are none of its business: those in the store then are.
  fi
  if ((RANDOM % 2)); then kill -9 $storer; else kill -TERM $collector; fi
  wait $storer $parser $collector
  rounds=$((rounds + 1))
done 2>/dev/null
touch stop
wait $feeder
for pid in "${watching[@]}"; do wait "$pid" || fail "a reader: $(cat reader.failed)"; done
kill -TERM $b_collector
wait $b_storer
same "status of the writer that was not killed" 0 $?
for name in a b; do
  logcollect --once --resume S $name.log | logparse | logstore -q -d S
  same "statuses of the run to the end" "0 0 0" "${PIPESTATUS[*]}"
done
logstore -q -d S compact

echo "$rounds rounds, $(awk '{ n += $1 } END { print n }' reader.checks) checks by readers, $(cat a.log b.log | wc -l) records, deleted ${#deleted[@]} users"
# Exact counts: every record of every user that was not deleted, once; of those deleted at most what came later.
for name in a b; do
  logquery -q -d S -o ndjson "stream=$name | fields n" | grep -o '[0-9]*' | sort -n >stored.$name
  uniq -d stored.$name | grep -q . && fail "records of $name came twice: $(uniq -d stored.$name | head -3 | tr '\n' ' ')"
  seq "$(wc -l <$name.log)" >all
  for user in "${deleted[@]}"; do echo "${user#u}"; done | sort -u >gone
  comm -23 <(sort all) <(sort stored.$name) | awk 'NR == FNR { gone[$1]; next } !(($1 % 1000) in gone)' gone - >missing
  [ -s missing ] && fail "$(wc -l <missing) records of $name are missing, $(head -3 missing | tr '\n' ' ')"
done
loginspect --verify S >/dev/null || fail "the store does not verify"
rows=$(logquery -q -d S '* | count' | grep -o '[0-9]*')
logstore -q -d S retain --keep-size 1MiB
[ "$(logquery -q -d S '* | count' | grep -o '[0-9]*')" -lt "$rows" ] || fail "retention kept everything"
echo "all counts are exact"
