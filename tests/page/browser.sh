# The page in Chromium, on a server.
. "$SOURCE_DIR/tests/support/pipeline.sh"
page=$BIN/../page
[ -d "$page/node_modules" ] || skip "built without npm: there is no page"
CHROMIUM=$(command -v chromium) || skip "there is no chromium"
export CHROMIUM
node --test "$page"/browser/*.test.mjs
