# Logs are rotated and compressed while nothing runs, and all programs are killed with -9 again and again: what was not collected
# is read from the compressed copies, and every line is in the store exactly once. Then the same, followed.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed

written=0
grow() {
  numbered_lines $((written + 1)) $((written + $1)) >>app.log
  written=$((written + $1))
}

died=0
for ((round = 1; round <= 15 || (died < 8 && round <= 150); ++round)); do  # a fast machine may be done before the kill
  grow $((20000 + RANDOM % 30000))
  if ((RANDOM % 2)); then
    mv app.log app.log.$round
    case $((RANDOM % 3)) in
      0) gzip app.log.$round ;;
      1) zstd -q --rm app.log.$round ;;
    esac
  fi
  for old in app.log.*[0-9]; do
    if [ -e "$old" ] && ((RANDOM % 3 == 0)); then gzip "$old"; fi
  done
  collect_into_store --once 'app.log*'
  kill_any 60
done
collect_into_store --once --stats 'app.log*'
wait "${pids[0]}" || fail "the run to the end: status $?: $(tail -3 errors)"
wait "${pids[1]}" "${pids[2]}"
conserved errors >/dev/null
echo "$died processes killed, $written lines written, $(ls app.log.*[a-z] | wc -l) files compressed"
[ $died -ge 8 ] || fail "the kills came too late to show anything"
exactly_once S $written

# Compressed as logrotate does it, while it is followed: the copy is not read, what is new is.
collect_into_store --rescan 200ms 'app.log*'
grow 1000
mv app.log app.log.last
grow 1000
gzip app.log.last
grow 1000
stored() { [ "$(logquery -q -d S -o csv '* | count' | tail -1)" -ge "$1" ]; }
eventually 60 stored $written || fail "what was added did not come"
kill -TERM "${pids[0]}"
for pid in "${pids[@]}"; do wait "$pid"; done
exactly_once S $written
