# A clock that jumps by years, forth and back, while lines are collected, parsed, shipped, received and stored: each line is stored once, at once, and
# nothing is deleted for its age, for the clock may be wrong. Started anew while it is wrong, as well.
. "$SOURCE_DIR/tests/support/pipeline.sh"
make_faults
sock=unix:$PWD/sock
export FAULT_CLOCK=$PWD/clock
years() { echo $(($1 * 31557600)) >clock.new && mv clock.new clock; }
years 0

count_stored() { logquery -d S -o ndjson '* | count' 2>/dev/null | tr -dc 0-9; }
stored() { [ "$(count_stored)" = "$1" ]; }
sealed() { [ "$(find S -name '*.seg' | wc -l)" -ge 1 ]; }
start() {
  rm -f sock
  with_faults logrecv --listen "$sock" -d S 2>>receiver.err & receiver=$!
  eventually 60 test -S sock || fail "no receiver: $(cat receiver.err)"
  with_faults logcollect --resume "$sock" app.log >lines 2>>collector.err & collector=$!
  with_faults logparse <lines >frames & parser=$!
  with_faults logship --min-backoff 5ms --max-backoff 20ms "$sock" <frames 2>>sender.err & sender=$!
}
stop() {
  kill $collector
  wait $collector || fail "logcollect ended with $?: $(cat collector.err)"
  wait $parser || fail "logparse ended with $?"
  wait $sender || fail "logship ended with $?: $(cat sender.err)"
  kill $receiver
  wait $receiver || fail "logrecv ended with $?: $(cat receiver.err)"
}

mkfifo lines frames
: >app.log
start
had=0
for jump in 0 10 -20 30 0 -1 0; do
  years $jump
  numbered_lines $((had + 1)) $((had += 500)) >>app.log
  eventually 60 stored $had || fail "after a jump to $jump years: $(count_stored) of $had lines stored"
  # A connection that breaks is tried again after milliseconds, not after the jump.
  if [ $jump = 30 ]; then
    kill -9 $receiver
    wait $receiver 2>/dev/null
    rm sock
    with_faults logrecv --listen "$sock" -d S 2>>receiver.err & receiver=$!
  fi
done
stop
years 10
start
numbered_lines $((had + 1)) $((had += 500)) >>app.log
eventually 60 stored $had || fail "started in another decade: $(count_stored) of $had lines stored"
stop
exactly_once S $had

# A log whose times have no year: they are of the year in which they are read, not of the one in which the program was started.
years 0
mkfifo feed
with_faults logparse -o ndjson <feed >parsed & parser=$!
exec 6>feed
day=$(LC_ALL=C date -d '+180 days' '+%b 01')  # nowhere near today
for ((from = 1; from < 4; ++from)); do
  echo "$day 00:00:00 box app[1]: line $from" >&6
  came() { [ "$(wc -l <parsed)" = $from ]; }
  eventually 60 came || fail "line $from was not parsed"
  years $from
done
exec 6>&-
wait $parser || fail "logparse ended with $?"
read -r year rest <<<"$(grep -o '"timestamp":"[0-9]*' parsed | cut -d'"' -f4 | paste -sd' ')"
same "years of lines without one, after the first's" "$((year + 1)) $((year + 2))" "$rest"

# A store that keeps a week: what is sealed stays when the clock jumps, and it is said. `retain` is for who knows better.
years 0
numbered_lines 1 1000 >early.log
numbered_lines 1001 2000 >late.log
logparse -q early.log | logstore -q -d K || fail "logstore ended with $?"
with_faults logstore -d K --keep-age 7d <feed 2>keep.err & keeper=$!
exec 6>feed
: >&6
# It has looked at its clock when it takes records.
logparse -q -o ndjson late.log >&6
kept() { [ "$(stored_lines K | wc -l)" = 2000 ]; }
eventually 60 kept || fail "not stored"
years 10
exec 6>&-
wait $keeper || fail "logstore --keep-age ended with $?: $(cat keep.err)"
exactly_once K 2000
grep -q 'K: the clock went forward by 36.. days; for a day nothing is deleted' keep.err || fail "the jump is not said: $(cat keep.err)"
with_faults logstore -d K retain --keep-age 7d >retained || fail "retain ended with $?"
[ "$(stored_lines K | wc -l)" = 0 ] || fail "retain does not believe the clock: $(cat retained)"

# Plain files, rotated each hour: a jump rotates once, not for each hour, and the way back does not keep it from rotating.
years 0
with_faults logstore --flat -d flat.log --rotate-at hourly --keep-age 7d <feed 2>flat.err & keeper=$!
exec 6>feed
flat_has() { [ "$(sort -u flat.log | wc -l)" = 500 ]; }
rotated() { [ "$(find . -name 'flat-*' ! -name '*.tmp' | wc -l)" = "$1" ]; }
had=0
for jump in 0 10 0; do
  years $jump
  numbered_lines $((had + 1)) $((had += 500)) >&6
  case $jump$had in
    0500) eventually 60 flat_has || fail "flat: not written" ;;
    10*) eventually 60 rotated 1 || fail "flat: not rotated by a jump: $(ls)" ;;
  esac
done
exec 6>&-
wait $keeper || fail "logstore --flat ended with $?: $(cat flat.err)"
logquery -q -o raw '*' flat-*.zst flat.log | sort >flat.lines
numbered_lines 1 $had | cmp - flat.lines || fail "flat: not every line once"
# Alerts: a jump of years ends no window. Nothing is absent because of it, what fires is told to be over soon after, errors of then are told of as
# before, and each jump is said once. Started anew while the clock is wrong, or right again, as well.
years 0
said() { [ "$(grep -c "$1" alert.err)" = "$2" ]; }
told_of() { [ "$(jq -r 'select(.rule == "'"$1"'" and .status == "'"$2"'") | .key' told | wc -l)" = "$3" ]; }
beat() {
  while sleep 0.3; do
    echo '{"timestamp":"'"$(date -u -d @$(($(date +%s) + $(cat clock))) +%FT%TZ)"'","level":"INFO","service":"web","message":"alive"}'
  done | logstore -q -d A --commit-interval 100ms & beating=$!
}
errors_now() {
  for i in 1 2 3 4 5; do
    echo '{"timestamp":"'"$(date -u -d @$(($(date +%s) + $(cat clock))) +%FT%TZ)"'","level":"ERROR","service":"db","message":"failed"}'
  done | logstore -q -d A || fail "logstore ended with $?"
}
cat >rules.toml <<'END'
[[rule]]
name = "db"
query = 'level=ERROR | count'
above = 2
window = "2s"
every = "1s"
[[rule]]
name = "gone"
kind = "absence"
query = 'alive | count by service'
window = "6s"
every = "1s"
END
errors_now
watch_alerts() {
  with_faults logalert rules.toml -d A --wait 1s >>told 2>>alert.err & alert=$!
}
: >told
trap 'kill $beating $alert 2>/dev/null' EXIT
beat
watch_alerts
eventually 60 told_of db firing 1 || { errors_now; eventually 60 told_of db firing 1; } || fail "nothing is told: $(cat alert.err)"
firings=1
for jump in 10 -20 0; do
  years $jump
  case $jump in -20) way=back ;; *) way=forward ;; esac
  eventually 60 grep -q "the clock went $way by" alert.err || fail "a jump to $jump years is not said: $(cat alert.err)"
  eventually 60 told_of db resolved $firings || fail "after a jump to $jump years what fired does not end: $(cat told)"
  errors_now
  eventually 60 told_of db firing $((firings += 1)) || fail "after a jump to $jump years nothing is told: $(cat alert.err)"
done
same "jumps forward that are said" 2 "$(grep -c 'the clock went forward by' alert.err)"
same "jumps back that are said" 1 "$(grep -c 'the clock went back by' alert.err)"
for jump in 10 0; do
  kill $alert
  wait $alert || fail "logalert ended with $?: $(cat alert.err)"
  years $jump
  watch_alerts
  case $jump in 10) how='old' ;; *) how='ahead of the clock' ;; esac
  eventually 60 grep -q "the state is .* $how: judging begins anew" alert.err || fail "a state of another decade is not said: $(cat alert.err)"
  eventually 60 told_of db resolved $firings || fail "started in another decade, what fired does not end: $(cat told)"
  errors_now
  eventually 60 told_of db firing $((firings += 1)) || fail "started in another decade, nothing is told: $(cat alert.err)"
done
told_of gone firing 0 || fail "something is absent because of a jump: $(cat told)"
kill $beating
eventually 60 told_of gone firing 1 || fail "what is really absent is not told: $(cat alert.err)"
kill $alert
wait $alert || fail "logalert ended with $?: $(cat alert.err)"
