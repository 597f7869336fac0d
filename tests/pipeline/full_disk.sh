# A disk that is full: said in one line, status 4, nothing lost. With more space the same command goes on
# and every line is there exactly once. Needs root, for a small file system of its own.
. "$SOURCE_DIR/tests/support/pipeline.sh"
[ "$(id -u)" = 0 ] || skip "only root may mount"
mkdir disk
mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null || skip "cannot mount here"
trap 'umount disk' EXIT

loggen -n 20000 --seed 7 -o json | awk '{ printf "line %08d %s\n", NR, $0 }' >app.log
pipeline() { logcollect --once --resume disk/S app.log | logstore -d disk/S --on-full fail; }

pipeline 2>err && fail "a full disk was not noticed"
echo "first: $(cat err)"
grep -q '^logstore: .*[Nn]o space left on device' err || fail "the message does not say so"
same "lines of message" 1 "$(wc -l <err)"
pipeline 2>/dev/null
same "statuses while full" "4" "$?"

mount -o remount,size=64m disk
pipeline || fail "with space again the pipeline ended with $?"
exactly_once disk/S 20000

# Waiting for space instead: it is said, and the program goes on by itself.
mount -o remount,size=64m disk
rm -rf disk/S
mount -o remount,size=256k disk
rm err  # so that nobody takes the message of the one before for a new one
logcollect --once --resume disk/S app.log | logstore -d disk/S 2>err &
says_so() { grep -qs 'o space left' err; }
eventually 30 says_so || fail "logstore does not say that it waits"
mount -o remount,size=64m disk
wait $! || fail "after waiting for space logstore ended with $?"
exactly_once disk/S 20000

# Under a spool: it waits for space, and nothing is lost.
mount -o remount,size=64m disk
rm -rf disk/S
mount -o remount,size=256k disk
rm err
logcollect --once --resume spool:disk/Q app.log | logship --compress none --spool disk/Q --min-backoff 5ms --max-backoff 20ms "unix:$PWD/sock" 2>err &
sender=$!
eventually 30 says_so || fail "logship does not say that it waits: $(cat err)"
mount -o remount,size=64m disk
logrecv -q --listen "unix:$PWD/sock" -d S & receiver=$!
wait $sender || fail "after waiting for space logship ended with $?: $(cat err)"
kill $receiver
wait $receiver || fail "logrecv ended with $?"
exactly_once S 20000
