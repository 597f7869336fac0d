# The page's own tests: its types, and what it computes.
. "$SOURCE_DIR/tests/support/pipeline.sh"
page=$BIN/../page
[ -d "$page/node_modules" ] || skip "built without npm: there is no page"
cd "$page" || fail "no folder of the page"
npm run --silent check || fail "the types do not fit"
OUT=$OLDPWD npm run --silent test
