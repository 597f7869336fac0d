# A line typed into any filter comes out at once, though the input stays open.
. "$SOURCE_DIR/tests/support/pipeline.sh"

# comes_out NAME COMMAND: types a line into it, and waits for a line.
comes_out() {
  local name=$1
  shift
  mkfifo typed
  sh -c "$*" <typed >shown 2>errors &
  local pid=$!
  exec 4>typed
  echo '{"message":"typed","level":"INFO"}' >&4
  has_line() { grep -q typed shown; }
  eventually 10 has_line || fail "$name: the line does not come out: $(cat errors)"
  exec 4>&-
  wait $pid || fail "$name: ended with $?"
  rm -f typed shown
  echo "$name: at once"
}

comes_out "logcollect -" "logcollect -"
comes_out "logparse" "logparse -i json"
comes_out "logquery" "logquery '*' -o ndjson"
comes_out "all of them" "logcollect - | logparse | logquery '*' -o ndjson"
comes_out "all of them as frames" "LOGMILL_STREAM=frames logcollect - | logparse | logquery '*' -o ndjson"

# And one that is appended to a followed file.
touch app.log
logcollect app.log >shown & collector=$!
echo one >>app.log
has_line() { grep -q one shown; }
eventually 10 has_line || fail "the first line of a followed file does not come out"
echo typed >>app.log
has_line() { grep -q typed shown; }
eventually 10 has_line || fail "a line added to a followed file does not come out"
kill $collector
wait $collector || fail "logcollect ended with $?"
