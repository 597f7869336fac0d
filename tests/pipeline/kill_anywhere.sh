# kill -9 of one, two or all programs of a pipeline, again and again while the log grows and is rotated;
# then a run to the end: every line is in the store exactly once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
kills=20

written=0
grow() {
  numbered_lines $((written + 1)) $((written + $1)) >>app.log
  written=$((written + $1))
}

died=0
for ((round = 1; round <= kills; ++round)); do
  grow $((20000 + RANDOM % 40000))
  if ((RANDOM % 3 == 0)); then mv app.log app.log.$round; fi
  collect_into_store --once 'app.log*'
  kill_any 25
done

logcollect --once --resume S 'app.log*' | logparse | logstore -d S
same "statuses of the run to the end" "0 0 0" "${PIPESTATUS[*]}"
echo "$died processes killed, $written lines written"
[ $died -ge 10 ] || fail "the kills came too late to show anything"
exactly_once S $written
