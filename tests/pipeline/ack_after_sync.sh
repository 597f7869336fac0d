# No acknowledgement leaves logrecv before the sync that covers it, seen from the kernel's side: what was written is synced, and so is
# the folder that got a new name.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logrecv)" && skip "sanitizers and strace want the same place"
strace -o /dev/null true 2>/dev/null || skip "strace cannot trace here"

strace -f -y -o calls -e trace=write,pwrite64,writev,pwritev,rename,renameat2,fsync,fdatasync,sendto,sendmsg \
  logrecv -q --listen "unix:$PWD/socket" -d S 2>errors &
tracer=$!
is_there() { [ -S socket ]; }
eventually 30 is_there || fail "the receiver did not start: $(cat errors)"
for ((from = 1; from < 1000; from += 50)); do
  numbered_lines $from $((from + 49)) | logship -q "unix:$PWD/socket" || fail "logship ended with $?"
done
kill -TERM "$(pgrep -P $tracer)"
wait $tracer || fail "logrecv ended with $?: $(cat errors)"
exactly_once S 1000

# An acknowledgement is message 4 of docs/formats/link.md.
awk -F'[<>]' '
  /(write|writev|pwrite64|pwritev)\(/ && $2 ~ /\/S\// { unsynced[file($2)] = 1 }
  /rename/ && / = 0$/ { renamed = 1 }
  /fdatasync\(|fsync\(/ { delete unsynced[file($2)]; if ($2 !~ /\.(live|seg|tmp)$/) renamed = 0 }
  /send(to|msg)\(/ && /"\\4\\0\\0\\0/ { ++acks; for (name in unsynced) early = name; if (renamed) early = "a folder" }
  early { print "acknowledged before the sync of " early ": " $0; exit 1 }
  END { print acks + 0 " acknowledgements"; if (acks < 20) exit 1 }
  function file(path) { sub(/\.tmp$/, "", path); return path }
' calls || fail "see above"
