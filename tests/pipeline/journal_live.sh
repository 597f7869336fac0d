# A journald that runs, with its own sockets and folders in a mount namespace: what systemd-cat and logger send it is collected while it writes and
# rotates its files, with kill -9 of the collector and what follows it; each line is stored once. Root only.
. "$SOURCE_DIR/tests/support/pipeline.sh"
journald=/lib/systemd/systemd-journald
for program in $journald systemd-cat logger journalctl; do
  command -v $program >/dev/null || skip "$program is not installed"
done
[ "$(id -u)" = 0 ] || skip "only root may have a journald of its own"
if [ -z "${ALONE:-}" ]; then
  unshare -m --propagation private true 2>/dev/null || skip "no mount namespaces here"
  ALONE=1 exec unshare -m --propagation private bash "$0"
fi
use_seed
mount -t tmpfs tmpfs /run || skip "cannot mount here"
mkdir -p /run/systemd/journal /run/systemd/journald@live.conf.d
printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\nForwardToSyslog=no\nForwardToWall=no\n' >/run/systemd/journald@live.conf.d/test.conf
if [ ! -s /etc/machine-id ]; then
  echo 0123456789abcdef0123456789abcdef >/run/machine-id
  mount --bind /run/machine-id /etc/machine-id || skip "no machine id here"
fi
$journald live 2>journald.err & server=$!
eventually 20 test -S /run/systemd/journal.live/stdout || skip "journald does not run here: $(cat journald.err)"
mount --bind /run/systemd/journal.live /run/systemd/journal || skip "cannot mount here"
systemd-cat -t idle sleep 1000 &  # of a namespace, it ends when nobody has a stream for a while
folder=/run/log/journal/$(cat /etc/machine-id).live

journal_has() { [ "$(journalctl -q -D "$folder" -o cat | grep -c '^line ')" = "$1" ]; }
written=0 died=0
send() {
  local from=$((written + 1))
  written=$((written + $1))
  numbered_lines $from $written | systemd-cat -t lines || fail "systemd-cat ended with $?"
}

send 100
eventually 30 journal_has $written || skip "journald keeps nothing here: $(cat journald.err)"
for ((round = 1; round <= 10 || (died < 4 && round <= 100); ++round)); do  # a fast machine may be done before the kill
  collect_into_store --once "journal:$folder"
  send 500
  [ $((round % 3)) != 0 ] || kill -USR2 $server  # it rotates
  send 500
  kill_any 60
done
eventually 30 journal_has $written || fail "journald lost lines itself: $(cat journald.err)"
logcollect --once --stats --resume S "journal:$folder" 2>collect.err | logparse | logstore -q -d S
same "statuses of the run to the end" "0 0 0" "${PIPESTATUS[*]}"
conserved collect.err >/dev/null
echo "$died processes killed, $written lines, $(find "$folder" -name '*.journal' | wc -l) files of the journal"
[ $died -ge 4 ] || fail "the kills came too late to show anything"
exactly_once S $written

# Followed: a line comes out as it is written, by each of journald's sockets, and what it has of its own.
: >followed
logcollect -o ndjson --start end "journal:$folder" >followed 2>follow.err & collector=$!
came() { grep -q "\"message\":\"$1\"" followed; }
# Where the end was is seen by what comes after it.
until came begun; do
  logger --journald <<<"MESSAGE=begun"
  sleep 0.1
  kill -0 $collector || fail "logcollect ended: $(cat follow.err)"
done
echo "by a stream" | systemd-cat -t one -p err
printf 'MESSAGE=by the native socket\nPRIORITY=4\nSYSLOG_IDENTIFIER=two\nCODE_LINE=7\n' | logger --journald
logger -t three -p user.crit -u /run/systemd/journal/dev-log --socket-errors=on "by /dev/log"
for text in "by a stream" "by the native socket" "by /dev/log"; do
  eventually 30 came "$text" || fail "'$text' did not come out: $(cat follow.err)"
done
kill $collector
wait $collector || fail "logcollect ended with $?: $(cat follow.err)"
same "fields" 'ERROR one null stdout,FATAL three null syslog,WARN two 7 journal' \
  "$(jq -r 'select(.message | startswith("by ")) | "\(.level) \(.service) \(.CODE_LINE) \(._TRANSPORT)"' followed | sort -u | paste -sd,)"
kill $server
wait $server || fail "journald ended with $?"
