# The whole pipeline on generated logs: what goes in at the front is found at the end, and every
# program's statistics say so.
. "$SOURCE_DIR/tests/support/pipeline.sh"
set -o pipefail

lines=50000
loggen -n $lines --seed 7 -o json >app.log
same "lines generated" $lines "$(wc -l <app.log)"

logcollect --once --stats app.log 2>collect.err | logparse --stats 2>parse.err |
  logstore -d S --stats 2>store.err || fail "the pipeline ended with ${PIPESTATUS[*]}"

for program in collect parse store; do
  same "$program: in and out" "$lines $lines" "$(conserved $program.err)"
done
same "records stored" $lines "$(logquery -d S -o csv '* | count' | tail -1)"

# The same as frames, in another store.
LOGMILL_STREAM=frames logcollect --once app.log | logparse | logstore -d F ||
  fail "as frames the pipeline ended with ${PIPESTATUS[*]}"
same "records stored from frames" $lines "$(logquery -d F -o csv '* | count' | tail -1)"
same "records by level" "$(logquery -d S -o csv '* | count by level' | sort)" \
  "$(logquery -d F -o csv '* | count by level' | sort)"
