# A reader that does not read makes everybody wait: no program's memory grows.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -q __tsan_init "$(command -v logparse)" && skip "the thread sanitizer's memory grows with what it has seen"

numbered_lines 1 3000000 >app.log
written() { awk '/^wchar/ { print $2 }' "/proc/$1/io"; }

mkfifo a b
logcollect --once --stats app.log >a 2>collect.err & collector=$!
logparse <a >b & parser=$!
sleep 100 <b & reader=$!  # opens the pipe and never reads
exec 3<b                  # keeps it open

# Stuck: nothing more was written by either for a while, though there is more to read. A busy machine makes that a long while.
stuck() {
  local before
  before="$(written $collector) $(written $parser)"
  sleep 1.5
  [ "${before% *}" -gt 0 ] && [ "$before" = "$(written $collector) $(written $parser)" ]
}
eventually 60 stuck || fail "the collector does not wait for its reader"
before="$(memory_kib $collector) $(memory_kib $parser)"
sleep 2
after="$(memory_kib $collector) $(memory_kib $parser)"
kill $reader
read -r collector_before parser_before <<<"$before"
read -r collector_after parser_after <<<"$after"
echo "logcollect: $collector_before -> $collector_after KiB, logparse: $parser_before -> $parser_after KiB"
[ $((collector_after - collector_before)) -lt 1024 ] || fail "logcollect grew"
[ $((parser_after - parser_before)) -lt 1024 ] || fail "logparse grew"
[ "$collector_after" -lt 65536 ] || fail "logcollect is too big"

# And goes on when the reader does.
cat <&3 | wc -l >count & counter=$!
exec 3<&-
wait $collector || fail "logcollect ended with $?"
wait $parser || fail "logparse ended with $?"
wait $counter
same "lines that came through" 3000000 "$(cat count)"
same "in and out of logcollect" "3000000 3000000" "$(conserved collect.err)"
