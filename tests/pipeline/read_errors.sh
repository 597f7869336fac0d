# A file that cannot be read from its middle on, for a while: it is said once, other files are read meanwhile, and when it can be read again
# it goes on there; nothing is lost, nothing twice, nothing spins.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logcollect)" && skip "sanitizers and strace want the same place"
strace -o /dev/null -e inject=getppid:error=EIO:when=1 true 2>/dev/null || skip "strace cannot inject errors here"

numbered_lines 1 300000 >app.log
: >b.log
: >out
strace -f -P "$PWD/app.log" -o calls -e trace=pread64 -e inject=pread64:error=EIO:when=12..16 \
  logcollect --stats --rescan 200ms --start beginning -o raw app.log b.log >out 2>err &
tracer=$!
eventually 60 grep -q 'app.log: .*Input/output error' err || fail "not said: $(cat err)"
[ "$(wc -l <out)" -lt 300000 ] || fail "the error came too late"
echo other >>b.log
eventually 60 grep -qx other out || fail "the other file has to wait"
all_there() { [ "$(wc -l <out)" -ge 300001 ]; }
eventually 60 all_there || fail "it does not go on: $(wc -l <out) lines"
kill "$(pgrep -P $tracer)"
wait $tracer
same "status" 0 $?
grep '^line' out | cmp -s - app.log || fail "not every line once, in order"
same "said so often" 1 "$(grep -c 'Input/output error' err)"
same "in and out" "300001 300001" "$(conserved err)"
same "errors injected" 5 "$(grep -c INJECTED calls)"
