# What logcollect does at the limits of the system: too few descriptors, no inotify watch left, folders that cannot be listed, a reader
# that is full. It says so once, waits, and loses nothing.
. "$SOURCE_DIR/tests/support/pipeline.sh"

lines() { [ "$(sort -u "$1" | wc -l)" = "$2" ] && [ "$(wc -l <"$1")" = "$2" ]; }
# ended NAME: ends the collector in order; what it said about its records adds up.
ended() {
  kill -TERM $collector
  wait $collector
  same "$1: status" 0 $?
  same "$1: in and out" "$2 $2" "$(conserved "$1.err")"
}

# Sixty files, descriptors for a few: with --once in turns, when following as others go.
mkdir many
for i in $(seq 60); do echo "line $i" >many/$i.log; done
(ulimit -n 30 && exec logcollect --once --stats -o raw 'many/*.log') >once.out 2>once.err || fail "--once with few descriptors: status $?"
lines once.out 60 || fail "--once with few descriptors: $(wc -l <once.out) lines"
same "in and out" "60 60" "$(conserved once.err)"
same "--once with few descriptors: warnings" 1 "$(grep -c 'too many open files' once.err)"

: >follow.out
(ulimit -n 30 && exec logcollect --stats --rescan 200ms -o raw 'many/*.log') >follow.out 2>follow.err & collector=$!
eventually 30 grep -q 'too many open files' follow.err || fail "no word of descriptors that are missing"
# What was read and is deleted makes room.
all_came() {
  while read -r _ i; do rm -f "many/$i.log"; done <follow.out
  lines follow.out 60
}
eventually 60 all_came || fail "with few descriptors: $(wc -l <follow.out) lines of 60"
ended follow 60

# So few that files would come one at a time; and so few that none would.
(ulimit -n 16 && exec logcollect --once --stats -o raw 'many/*.log') >few.out 2>few.err || fail "--once with 16 descriptors: status $?"
for i in $(seq 60); do echo "line $i" >many/$i.log; done
: >few.out
(ulimit -n 16 && exec logcollect --stats --rescan 200ms -o raw 'many/*.log') >few.out 2>few.err & collector=$!
eventually 30 test -s few.out || fail "with 16 descriptors no file is followed: $(cat few.err)"
kill -TERM $collector; wait $collector || fail "with 16 descriptors: status $?"
status=0
(ulimit -n 15 && exec logcollect -o raw 'many/*.log') >none.out 2>none.err || status=$?
same "15 descriptors: status" 3 $status
grep -q '15 descriptors are too few (ulimit -n)' none.err || fail "15 descriptors: $(cat none.err)"

# Two inotify watches for five folders: the others are looked at every second.
if unshare -Ur sh -c 'echo 2 >/proc/sys/user/max_inotify_watches' 2>/dev/null; then
  mkdir -p watched/{1,2,3,4,5}
  : >watch.out
  unshare -Ur sh -c 'echo 2 >/proc/sys/user/max_inotify_watches; exec logcollect --stats -o raw "watched/*/*.log"' >watch.out 2>watch.err &
  collector=$!
  eventually 30 grep -q 'no inotify watch left' watch.err || fail "no word of watches that are missing: $(cat watch.err)"
  for i in 1 2 3 4 5; do echo "first $i" >watched/$i/a.log; done
  eventually 30 lines watch.out 5 || fail "without watches: $(wc -l <watch.out) of 5 first lines"
  for i in 1 2 3 4 5; do echo "second $i" >>watched/$i/a.log; done
  eventually 30 lines watch.out 10 || fail "without watches: $(wc -l <watch.out) of 10 lines"
  ended watch 10
  same "missing watches are said" 1 "$(grep -c 'no inotify watch left' watch.err)"
  # No inotify at all: as on a machine where others have all instances.
  mkdir instances
  : >instance.out
  unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances; exec logcollect --stats -o raw "instances/*.log"' >instance.out 2>instance.err &
  collector=$!
  eventually 30 grep -q inotify instance.err || fail "no word of inotify that is missing: $(cat instance.err)"
  echo "first 1" >instances/a.log
  eventually 30 lines instance.out 1 || fail "without inotify: no line came"
  echo "second 1" >>instances/a.log
  eventually 30 lines instance.out 2 || fail "without inotify: what was added did not come"
  ended instance 2
  same "missing inotify is said" 1 "$(grep -c inotify instance.err)"
else
  echo "inotify watches: not tested, no user namespaces here"
fi

# A folder that may not be listed is said, and what can be read is.
mkdir -p closed/{open,shut}
echo yes >closed/open/a.log
echo no >closed/shut/a.log
chmod 000 closed/shut
as_nobody=
if [ "$(id -u)" = 0 ]; then
  chmod 755 . closed closed/open
  cp "$(command -v logcollect)" collect
  as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
fi
if [ -z "$as_nobody" ] || $as_nobody ./collect --version >/dev/null 2>&1; then
  program=logcollect
  [ -n "$as_nobody" ] && program="$as_nobody ./collect"
  $program --once --stats -o raw 'closed/**/*.log' >closed.out 2>closed.err
  same "a folder that may not be listed: status" 1 $?
  same "a folder that may not be listed: lines" yes "$(cat closed.out)"
  same "a folder that may not be listed: warnings" 1 "$(grep -c 'closed/shut: Permission denied' closed.err)"
  conserved closed.err >/dev/null
else
  echo "unreadable folders: not tested"
fi
chmod 755 closed/shut

# A full disk behind standard output is no success.
logcollect --once -o raw closed/open/a.log >/dev/full 2>full.err
same "full output: status" 4 $?
grep -q 'No space left' full.err || fail "full output: $(cat full.err)"

# So is an error of reading, here of a file whose beginning cannot be read.
logcollect --once --stats -o raw /proc/self/mem closed/open/a.log >eio.out 2>eio.err
same "a read error: status" 1 $?
same "a read error: other files" yes "$(cat eio.out)"
grep -q '/proc/self/mem: .*Input/output error' eio.err || fail "a read error: $(cat eio.err)"
