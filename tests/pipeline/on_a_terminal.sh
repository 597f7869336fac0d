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
drawn() { grep -q "^ *$1"$'\r' seen; }
eventually 20 drawn 100 || fail "not drawn: $(cat seen)"
numbered_lines 101 150 | logstore -q -d store
eventually 20 drawn 150 || fail "not drawn anew: $(cat seen)"
kill "$(cat pid)"
logquery -d store -f '* | count' >refused 2>&1
same "numbers without a span, not on a terminal" 3 $?
grep -q 'count by a span' refused || fail "$(cat refused)"
