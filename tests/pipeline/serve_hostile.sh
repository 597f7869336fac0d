# Log text is hostile: whatever it holds, no answer shows it as a page, as a header, or as what moves a terminal's cursor.
. "$SOURCE_DIR/tests/support/pipeline.sh"
logserve -d S --listen "unix:$PWD/api" --export-dir exports --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
PYTHONPATH="$SOURCE_DIR/tests/support" python3 "$SOURCE_DIR/tests/support/hostile_check.py" api || fail "hostile text is served as it came"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
