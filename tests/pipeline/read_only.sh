# A target that may not be written: said in one line by whoever writes there, status 3, for no retry would help. Once it may be written, the
# same commands go on. Needs root, for a small file system of its own.
. "$SOURCE_DIR/tests/support/pipeline.sh"
[ "$(id -u)" = 0 ] || skip "only root may mount"
mkdir disk
mount -t tmpfs -o size=32m tmpfs disk 2>/dev/null || skip "cannot mount here"
trap 'umount -l disk' EXIT
numbered_lines 1 1000 >app.log

into_store() { logcollect --once --resume disk/S app.log | logstore -q -d disk/S 2>err; }
into_flat() { logcollect --once --resume disk/flat.log app.log | logstore -q --flat -d disk/flat.log 2>err; }
into_spool() { logcollect --once --resume spool:disk/Q app.log | logship -q --spool disk/Q --retries 1 --min-backoff 1ms unix:nobody 2>err; }
into_ring() { logcollect --once -o frames --to "ring:$PWD/disk/ring" app.log 2>err; }
refused() {
  "into_$1"
  same "$1, read-only: status" 3 $?
  same "$1, read-only: lines of message" 1 "$(wc -l <err)"
  grep -q 'Read-only file system' err || fail "$1 does not say so: $(cat err)"
}

mount -o remount,ro disk || skip "cannot remount here"
for target in store flat spool ring; do refused $target; done
mount -o remount,rw disk
into_store || fail "store, writable again: status $?"
exactly_once disk/S 1000
into_flat || fail "flat, writable again: status $?"
cmp -s app.log disk/flat.log || fail "flat, writable again: not what was collected"
into_spool
same "spool, writable again: status, without a receiver" 4 $?
cat disk/Q/*.frames | logparse -q -i frames -o raw 2>/dev/null | cmp - app.log || fail "the spool does not hold what was collected"

# Turned read-only between two runs: what was stored can be read, and more is refused.
mount -o remount,ro disk
numbered_lines 1001 2000 >>app.log
for target in store flat spool; do refused $target; done
exactly_once disk/S 1000
