# What only a terminal gets: colours, numbers drawn anew as they change, a pager for what is longer than the screen.
. "$SOURCE_DIR/tests/support/pipeline.sh"
command -v script >/dev/null || skip "script(1) makes terminals, and is not here"
export TERM=xterm
unset NO_COLOR PAGER

# terminal COMMAND: runs it on a terminal of 24 lines and prints what it wrote there.
terminal() { script -qec "stty rows 24 cols 80; $1" /dev/null </dev/null | tr -d '\r'; }

numbered_lines 1 10 | logstore -q -d store
terminal 'PAGER="cat >paged" logquery -d store' >seen
[ "$(grep -c 'line 000000' seen)" -eq 10 ] || fail "ten lines on a terminal: $(cat seen)"
[ ! -e paged ] || fail "a pager for ten lines"
numbered_lines 11 100 | logstore -q -d store
terminal 'PAGER="cat >paged" logquery -d store' >seen
[ "$(grep -c 'line 0000' paged)" -eq 100 ] || fail "the pager got $(grep -c line paged) lines of 100"
[ ! -s seen ] || fail "beside the pager: $(cat seen)"
terminal 'PAGER="cat >paged2" logquery -d store --no-pager 00000007' >seen
grep -q $'\e\\[1;31m00000007' seen || fail "the hit is not marked: $(cat seen)"

script -qefc 'logquery -d store -f "* | count" & echo $! >pid; wait' /dev/null </dev/null >seen 2>&1 &
drawn() { grep -q "^ *$1"$'\e\\[K\r' seen; }
eventually 20 drawn 100 || fail "not drawn: $(cat seen)"
numbered_lines 101 150 | logstore -q -d store
eventually 20 drawn 150 || fail "not drawn anew: $(cat seen)"
kill "$(cat pid)"
# More lines than the terminal has, and a terminal that becomes smaller: what does not fit is counted, and no bar is too long.
script -qefc 'stty rows 9 cols 100; tty >tty; logquery -d store -f "* | count by raw" & echo $! >pid; wait' /dev/null </dev/null >seen 2>&1 &
says() { grep -q "$1" seen; }
eventually 20 says '… 144 more' || fail "not as many as fit: $(cat seen)"
stty -F "$(cat tty)" rows 5 cols 40 || fail "the terminal stays as it is"
eventually 20 says '… 148 more' || fail "not drawn anew for a smaller terminal: $(cat seen)"
kill "$(cat pid)"

# Nothing that a record says reaches the terminal as a command, in no form.
printf '%s\n' '{"timestamp":"2026-01-01T00:00:00Z","message":"\u001b[31mred\u0007 \u009b5m \u202e","na\u001b[7mme":"\u001b]0;x\u0007"}' >hostile.ndjson
for form in text table csv tsv logfmt raw json; do
  terminal "logquery --color never -o $form '*' hostile.ndjson" >seen
  grep -q red seen || fail "-o $form shows nothing: $(cat -v seen)"
  ! grep -qaP '\x1b|\x07|\xc2\x9b|\xe2\x80\xae' seen || fail "-o $form let a command through: $(cat -v seen)"
done

logquery -d store -f '* | count' >refused 2>&1
same "numbers without a span, not on a terminal" 3 $?
grep -q 'count by a span' refused || fail "$(cat refused)"

# A pattern that matches nothing, which may be meant so.
logcollect --once 'nosuch/*.log' 'stor*/[l]*' 2>said || fail "a pattern that matches nothing is no error: $?"
same "in a script" "" "$(cat said)"
same "on a terminal" "logcollect: warning: nosuch/*.log: no file matches" "$(terminal "logcollect --once 'nosuch/*.log' 'stor*'")"
