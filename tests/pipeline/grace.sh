# Told to stop while nobody takes what they write: each ends when the time for it is over, says so, and a retry may help.
. "$SOURCE_DIR/tests/support/pipeline.sh"
mkfifo stalled
exec 7<>stalled  # open, and never read

# Something is in the pipe, and for a while nothing was added.
stuck() {
  local before
  before=$(awk '/^wchar/ { print $2 }' "/proc/$1/io")
  sleep 1.5
  read -r -t 0 <&7 && [ "$before" = "$(awk '/^wchar/ { print $2 }' "/proc/$1/io")" ]
}
# ends_in_time NAME PID
ends_in_time() {
  eventually 60 stuck "$2" || fail "$1 does not wait for its reader"
  kill "$2"
  wait "$2"
  same "$1: status" 4 $?
  grep -q "^$1: stopped, and ended in the middle of its work" errors || fail "$1 does not say why: $(cat errors)"
  dd if=stalled of=/dev/null iflag=nonblock bs=1M 2>/dev/null <&7  # for the next
}

seq 3000000 >app.log
loggen --forever -o json --grace 200ms >stalled 2>errors & ends_in_time loggen $!
logcollect --grace 200ms --start beginning app.log >stalled 2>errors & ends_in_time logcollect $!
logparse --grace 200ms app.log >stalled 2>errors & ends_in_time logparse $!

# What is done in time is done: a store is closed in order.
mkfifo feed
logstore -q -d S --grace 60s <feed 2>errors & storer=$!
exec 8>feed
echo '{"n":1}' >&8
holds_it() { [ -n "$(logquery -d S '*' 2>/dev/null)" ]; }
eventually 60 holds_it || fail "not stored"
kill $storer
wait $storer
same "logstore: status" 0 $?
[ ! -s errors ] || fail "logstore said: $(cat errors)"
