# The page's own tests: its types, what it computes, and that it stays small.
. "$SOURCE_DIR/tests/support/pipeline.sh"
page=$BIN/../page
[ -d "$page/node_modules" ] || skip "built without npm: there is no page"
bytes=$(for file in "$page"/dist/page.*; do gzip -9c "$file"; done | wc -c)
[ "$bytes" -lt $((60 << 10)) ] || fail "the page has $bytes bytes, compressed: more than 60 KiB"
cd "$page" || fail "no folder of the page"
npm run --silent check || fail "the types do not fit"
OUT=$OLDPWD npm run --silent test
