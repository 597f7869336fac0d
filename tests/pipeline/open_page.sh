# logquery --open: the address of the page, which answers as the query does; a browser only on a terminal.
. "$SOURCE_DIR/tests/support/pipeline.sh"
command -v script >/dev/null || skip "script(1) makes terminals, and is not here"
unset BROWSER
printf '{"timestamp":"2026-11-21T10:00:0%dZ","level":"ERROR","message":"a & b = \\"%d\\""}\n' 1 1 2 2 | logstore -q -d S
logserve -d S --listen 127.0.0.1:0 --print-address >served 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
LOGMILL_SERVER=$(grep -o 'http://[0-9.:]*' err)
export LOGMILL_SERVER

address=$(BROWSER='touch shown' logquery --open '"a & b" level=ERROR' -S 2026-11-21T10:00:02Z) || fail "status $?"
[ ! -e shown ] || fail "a browser without a terminal"
same "the address" "$LOGMILL_SERVER/?q=%22a%20%26%20b%22%20level%3DERROR&timestamp_from=2026-11-21T10:00:02Z" "$address"
# The page takes the same parameters as the API.
same "what it shows" 1 "$(curl -s "${address/\/\?//logs/search?}" | jq .total)"
curl -s "$address&plain=1" | grep -q 'value="&quot;a &amp; b&quot; level=ERROR"' || fail "the page does not have the query"

terminal() { script -qec "$1" /dev/null </dev/null | tr -d '\r'; }
cat >browser <<'END'
#!/bin/sh
printf '%s\n' "$@" >shown
END
chmod +x browser
same "nothing is printed" "" "$(BROWSER=false:./browser terminal 'logquery --open "* | count"')"
same "the second browser shows it" "$LOGMILL_SERVER/?q=%2A%20%7C%20count" "$(sed 's/?q=\*/?q=%2A/' shown)"
BROWSER='./browser --tab %s --new' terminal 'logquery --open' >/dev/null
same "with the address in its place" "--tab $LOGMILL_SERVER/ --new" "$(tr '\n' ' ' <shown | sed 's/ $//')"
same "printed if none can" "$LOGMILL_SERVER/" "$(BROWSER=false terminal 'logquery --open')"

kill $server; wait $server
logquery --open >out 2>message; same "without a server" 4 $?
grep -q 'no logserve answers' message || fail "$(cat message)"
[ ! -s out ] || fail "an address of nobody"
