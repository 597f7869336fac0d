# browse NAME: tests of the page in Chromium, on a server.
. "$SOURCE_DIR/tests/support/pipeline.sh"

browse() {
  local page=$BIN/../page
  [ -d "$page/node_modules" ] || skip "built without npm: there is no page"
  CHROMIUM=$(command -v chromium) || skip "there is no chromium"
  export CHROMIUM
  node --test "$page/browser/$1.test.mjs"
}
