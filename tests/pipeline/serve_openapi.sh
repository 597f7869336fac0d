# /openapi.json says what is served: every operation it has is asked for, and what is sent and answered is as its schemas say; what is
# served has one.
. "$SOURCE_DIR/tests/support/pipeline.sh"
mkdir exports
logserve -d S --export-dir exports --listen "unix:$PWD/api" --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
python3 "$SOURCE_DIR/tests/support/openapi_check.py" api "$SOURCE_DIR/tools/logserve" || fail "/openapi.json does not say what is served"
# The test would see it: a document that says something else is refused.
curl -s --unix-socket api http://l/openapi.json | jq -e '.paths["/logs/search"].get.responses["200"].content["application/json"].schema["$ref"] == "#/components/schemas/SearchAnswer"' \
  >/dev/null || fail "the schema of a search is missing"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
