# Under whoever writes records there is no room, for a while: all before it wait, and no program grows by more than 1 MiB in STALL_SECONDS (2; 30 in
# `make soak`). A store, a flat file, a spool, a receiver's store and its spool.
. "$SOURCE_DIR/tests/support/pipeline.sh"
make_faults
numbered_lines 1 3000000 >app.log
sock=unix:$PWD/sock
export FAULT_QUOTA=$PWD/disk
echo 20000 >disk.quota
mkfifo lines frames
says_so() { grep -q 'Disk quota exceeded.*waiting' err; }
# stalls NAME PROGRAM...: the last of a pipeline
stalls() {
  local name=$1
  shift
  rm -rf disk
  mkdir disk
  : >err
  logcollect --once -o frames app.log >lines & collector=$!
  logparse <lines >frames 2>/dev/null & parser=$!
  with_faults "$@" <frames 2>>err >/dev/null & unrest=($!)
  eventually 60 says_so || fail "$name does not say that it waits: $(cat err)"
  stays_flat "$name" $collector $parser
  kill -9 $collector $parser "${unrest[@]}"
  wait 2>/dev/null
}
stalls store logstore -d disk/S
stalls flat logstore --flat -d disk/flat.log
stalls spool logship --spool disk/Q --compress none "$sock"

# receives NAME OPTIONS...
receives() {
  local name=$1
  shift
  rm -rf disk sock
  mkdir disk
  : >err
  with_faults logrecv --listen "$sock" "$@" 2>>err >/dev/null & unrest=($!)
  eventually 60 test -S sock || fail "no receiver: $(cat err)"
  logcollect --once -o frames app.log >lines & collector=$!
  logparse <lines >frames 2>/dev/null & parser=$!
  logship -q --compress none --window 1MiB "$sock" <frames & unrest+=($!)
  eventually 60 says_so || fail "$name does not say that it waits: $(cat err)"
  stays_flat "$name" $collector $parser
  kill -9 $collector $parser "${unrest[@]}"
  wait 2>/dev/null
}
receives receiver -d disk/S
receives inbox -o frames --spool disk/Q --resume nowhere
