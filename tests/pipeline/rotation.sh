# A log that is written and rotated by renaming while it is collected: nothing lost, nothing twice, also
# when the pipeline is stopped in good order and started again meanwhile.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed

start() {
  stored_before=$(stored_lines S | wc -l)
  rm -f a b
  mkfifo a b
  logcollect --stats --resume S 'app.log*' >a 2>collect.err & collector=$!
  logparse <a >b & parser=$!
  logstore -d S <b & store=$!
}
# A stop in good order is asked of a pipeline that runs: SIGTERM to a program that is still being started ends it as any.
runs() { [ "$(stored_lines S | wc -l)" -gt $stored_before ]; }
stop() {
  eventually 60 runs || fail "nothing was stored since the start"
  kill -TERM $collector
  for pid in $collector $parser $store; do
    wait $pid || fail "after SIGTERM to the collector a program ended with $?"
  done
  conserved collect.err >/dev/null
}

start
lines=0
for ((i = 1; i <= 60; ++i)); do
  numbered_lines $((lines + 1)) $((lines + 500)) >>app.log
  lines=$((lines + 500))
  if ((RANDOM % 4 == 0)); then mv app.log app.log.$i; fi
  if ((i % 20 == 0 && i < 60)); then
    stop
    start
  fi
done
all_stored() { [ "$(stored_lines S | wc -l)" -ge $lines ]; }
eventually 60 all_stored || echo "not all lines came in time"
stop
exactly_once S $lines
