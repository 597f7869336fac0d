# The journal and a log file, by one command, into a store, with kill -9 of one, two or all programs again and again while entries are
# added: each is in the store exactly once. Also followed, and what its statistics say.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
remote=/lib/systemd/systemd-journal-remote
[ -x $remote ] || skip "systemd-journal-remote is not installed"
kills=12

# add FILE FROM TO: entries whose messages are numbered lines.
add() {
  awk -v from="$2" -v to="$3" 'BEGIN {
    for (i = from; i <= to; ++i)
      printf "__REALTIME_TIMESTAMP=%.0f\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\nPRIORITY=%d\n" \
        "SYSLOG_IDENTIFIER=unit%d\n_HOSTNAME=box\nMESSAGE=line %08d\n\n", 1795256100000000 + i, i, i % 8, i % 3, i
  }' | $remote -o "$1" - >/dev/null 2>>remote.err || fail "$remote: $(cat remote.err)"
}

mkdir J
touch app.log
written=0 died=0
for ((round = 1; round <= kills || (died < 6 && round <= 10 * kills); ++round)); do  # a fast machine may be done before the kill
  count=$((2000 + RANDOM % 4000))
  add "J/$((RANDOM % 2)).journal" $((written + 1)) $((written + count))
  numbered_lines $((written + count + 1)) $((written + 2 * count)) >>app.log
  written=$((written + 2 * count))
  collect_into_store --once "journal:$PWD/J" app.log
  kill_any 40
done

logcollect --once --stats --resume S "journal:$PWD/J" app.log 2>collect.err | logparse | logstore -d S
same "statuses of the run to the end" "0 0 0" "${PIPESTATUS[*]}"
conserved collect.err >/dev/null
echo "$died processes killed, $written entries and lines written"
[ $died -ge 6 ] || fail "the kills came too late to show anything"
exactly_once S $written

# Followed: what is added comes out, and SIGTERM ends in order.
mkdir F
: >followed
add F/a.journal 1 3
logcollect --stats -o ndjson --rescan 1s "journal:$PWD/F" F/app.log >followed 2>follow.err &
collector=$!
lines() { [ "$(wc -l <followed)" = "$1" ]; }
eventually 20 lines 3 || fail "what is there did not come out"
add F/a.journal 4 5
add F/b.journal 6 7
eventually 20 lines 7 || fail "what was added did not come out"
numbered_lines 8 9 >F/app.log
eventually 20 lines 9 || fail "a file beside the journal did not come out"
add F/a.journal 10 10
eventually 20 lines 10 || fail "what was added after the file did not come out"
kill -TERM $collector
wait $collector
same "status of the collector" 0 $?
same "in and out" "10 10" "$(conserved follow.err)"
same "fields" '{"level":"ERROR","service":"unit0","host":"box","message":"line 00000003"}' \
  "$(jq -c 'select(.message == "line 00000003") | {level, service, host, message}' followed)"
