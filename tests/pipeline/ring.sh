# A ring between two programs, whichever of them starts first.
. "$SOURCE_DIR/tests/support/pipeline.sh"
ring=ring:$PWD/ring  # in a file, so that nothing stays behind
lines=200000
numbered_lines 1 $lines >app.log

logcollect --once -o frames --to "$ring" app.log & writer=$!
has_ring() { [ -s ring ]; }
eventually 10 has_ring || fail "the writer made no ring"
logstore -d first --from "$ring" & reader=$!
wait $writer || fail "writer first: logcollect ended with $?"
wait $reader || fail "writer first: logstore ended with $?"
exactly_once first $lines

rm -f ring
logstore -d second --from "$ring" & reader=$!
logcollect --once -o frames --to "$ring" app.log & writer=$!
wait $writer || fail "reader first: logcollect ended with $?"
wait $reader || fail "reader first: logstore ended with $?"
exactly_once second $lines

# One that is overwritten holds up nobody: without a reader its writer ends, and whoever comes then finds the newest lines.
rm -f ring
logcollect --once -o frames --to "$ring?size=2MiB?full=overwrite" app.log || fail "overwritten: logcollect ended with $?"
logparse --from "$ring" -o raw >newest || fail "overwritten: logparse ended with $?"
count=$(wc -l <newest)
((count > 1000 && count < lines)) || fail "overwritten: $count of $lines lines are left"
tail -n "$count" app.log | cmp -s - newest || fail "overwritten: not the newest lines"
