# logserve's doors: tokens and their scopes, a filter that hides the rest, limits, and hostile requests. It lives through all of them.
. "$SOURCE_DIR/tests/support/pipeline.sh"
token() { printf "$1%.0s" {1..32}; }
umask 077
cat >tokens <<EOF
# who does what
reader $(token r) read
shop   $(token s) read,write service=shop
boss   $(token b) admin
EOF
logserve -d S --listen "unix:$PWD/api" --token-file tokens --max-body 1MiB --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
curl_as() { local who=$1; shift; curl -s --max-time 60 --unix-socket api ${who:+-H "Authorization: Bearer $(token $who)"} "$@"; }
status_as() { curl_as "$@" -o body -w '%{http_code}'; }

same "a probe needs no token" 200 "$(status_as '' http://l/healthz)"
same "a search does" 401 "$(status_as '' http://l/logs/search)"
same "another token" 401 "$(status_as x http://l/logs/search)"
same "a token that is nearly right" 401 "$(curl -s --unix-socket api -o body -w '%{http_code}' -H "Authorization: Bearer $(token r)r" http://l/logs/search)"
same "a scope that lacks" 403 "$(status_as r http://l/logs/ingest -d '{}')"
records='[{"service":"shop","message":"ours"},{"service":"bank","message":"theirs"},{"message":"nobodys"}]'
same "ingest" 200 "$(status_as b http://l/logs/ingest -d "$records")"

# Whoever has a filter sees nothing else, whatever is asked.
same "all" 3 "$(curl_as b http://l/logs/search | jq .total)"
same "filtered" '1 "ours"' "$(curl_as s http://l/logs/search | jq -r '"\(.total) \(.logs[].message|tojson)"')"
for asked in 'aggregate?q=*%7Ccount' 'aggregate?q=NOT+service%3Dshop+OR+service%3Dshop%7Ccount' 'values?field=service' facets fields hits 'context?q=ours&before=9&after=9' \
  'search?q=theirs' 'search?q=service%3Dbank' 'aggregate?q=*%7Cstats+values(service)'; do
  curl_as s "http://l/logs/$asked" >answer
  ! grep -qE 'bank|theirs|nobodys' answer || fail "$asked shows what is not shop's: $(cat answer)"
done
same "filtered count" 1 "$(curl_as s 'http://l/logs/aggregate?q=*%7Ccount' | jq '.rows[0].count')"

# And writes nothing else: what its filter does not match is rejected, each by itself and in the order of the rest, and takes no place among
# those that a repeat is known by.
mine='{"service":"shop","message":"mine"}' other='{"service":"bank","message":"forged"}' none='{"message":"forged"}'
why='{"index":0,"reason":"this token writes only what its filter matches: service=shop"}'
same "one of others" 400 "$(status_as s http://l/logs/ingest -d "$other")"
same "why" "$why" "$(jq -c '.rejects[]' body)"
same "one of nobody" 400 "$(status_as s http://l/logs/ingest -d "$none")"
same "nothing was taken" '"REJECTED" 0 1 null' "$(jq -r '"\"\(.status)\" \(.accepted) \(.rejected) \(.log_ids)"' body)"
same "of which it is said twice" "shop" "$(printf '%s\n' '{"service":"bank","service":"shop"}' '{"service":"shop","service":"bank"}' |
  curl_as s http://l/logs/ingest --data-binary @- >body; logquery -d S -o ndjson 'NOT message?' | jq -r .service)"
for try in 1 2; do
  same "an array" 200 "$(status_as s http://l/logs/ingest -H 'Idempotency-Key: filtered' -d "[$other,$mine,7,$none,$mine]")"
  same "an array, time $try" "2 $((2 * (try - 1))) 3 [0,2,3] 2" "$(jq -r '"\(.accepted) \(.repeated) \(.rejected) \([.rejects[].index]|tojson) \(.log_ids|length)"' body)"
done
same "lines" 200 "$(printf '%s\n' "$mine" "$other" | gzip | status_as s http://l/logs/ingest -H 'Content-Encoding: gzip' --data-binary @-)"
same "lines" '1 1' "$(jq -r '"\(.accepted) \(.rejects[].index)"' body)"
for ((i = 0; i < 40000; ++i)); do echo '{"service":"shop","n":1}'; [ $((i % 10000)) -ne 9999 ] || echo "$other"; done >many
same "more than go together" 200 "$(status_as s http://l/logs/ingest --data-binary @many)"
same "more than go together" '40000 [10000,20001,30002,40003]' "$(jq -r '"\(.accepted) \([.rejects[].index]|tojson)"' body)"
same "nothing is forged" 0 "$(curl_as b http://l/logs/search -Gd 'q=forged' | jq .total)"
same "its own" 40003 "$(curl_as s http://l/logs/search -G --data-urlencode 'q=mine OR n=1' | jq .total)"
same "another may write what it likes" 200 "$(status_as b http://l/logs/ingest -d '{"service":"bank","message":"x"}')"

# Bodies that are too long, as they come and once they are decompressed; and some that make no sense.
head -c 2000000 /dev/zero | tr '\0' ' ' >long
same "a long body" 413 "$(status_as b http://l/logs/ingest --data-binary @long)"
head -c 200000000 /dev/zero | gzip >bomb.gz
head -c 200000000 /dev/zero | zstd -q >bomb.zst
same "a bomb" 413 "$(status_as b http://l/logs/ingest -H 'Content-Encoding: gzip' --data-binary @bomb.gz)"
same "another bomb" 413 "$(status_as b http://l/logs/ingest -H 'Content-Encoding: zstd' --data-binary @bomb.zst)"
same "half a body" 400 "$(head -c 1000 bomb.gz | status_as b http://l/logs/ingest -H 'Content-Encoding: gzip' --data-binary @-)"
same "an encoding of its own" 501 "$(status_as b http://l/logs/ingest -H 'Content-Encoding: br' -d '{}')"
same "no JSON" 400 "$(status_as b http://l/logs/ingest -d 'what')"
same "another method" 405 "$(status_as b http://l/logs/search -X DELETE)"
same "no path" 404 "$(status_as b --path-as-is http://l/logs/../../etc/passwd)"
same "a long header" 431 "$(status_as b -H "X: $(head -c 20000 /dev/zero | tr '\0' x)" http://l/healthz)"
same "a parameter that is misspelt" 400 "$(status_as b 'http://l/logs/search?servce=shop')"
same "why" "'servce': there is no such parameter; did you mean 'service'?" "$(jq -r .error.message body)"
same "a query of nonsense" 400 "$(status_as b 'http://l/logs/search?q=((((')"
same "a file of ours" 400 "$(status_as b 'http://l/logs/search?q=*%7Cjoin+tokens+by+a')"
curl_as b http://l/metrics | grep -q 'http_refused_total{program="logserve"} [1-9]' || fail "refusals are not counted"

# No token is in messages, and none in what it says of itself.
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
! grep -qE 'rrrr|ssss|bbbb' err || fail "a token was logged"
same "what is stored" 40008 "$(logquery -d S --count '*')"

chmod 644 tokens
logserve -d S --listen "unix:$PWD/api" --token-file tokens 2>err && fail "a token file that anybody reads was taken"
grep -q 'chmod 600' err || fail "not said: $(cat err)"

# Over TCP, for whoever is on this machine: but not for the pages that its browser shows.
logserve -d S --listen 127.0.0.1:0 --ready-fd 9 9>ready 2>err & server=$!
eventually 30 test -s ready || fail "no server: $(cat err)"
url=$(cat ready)
status() { curl -s --max-time 60 -o body -w '%{http_code}' "$@"; }
same "from here" 200 "$(status $url/logs/search)"
same "its own page" 200 "$(status $url/logs/search -H "Origin: $url")"
same "a page of another site" 403 "$(status $url/logs/ingest -d '{}' -H 'Origin: http://evil.example')"
same "a sandboxed page" 403 "$(status $url/logs/ingest -d '{}' -H 'Origin: null')"
same "a name that leads here" 403 "$(status $url/logs/search -H 'Host: evil.example')"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"

# TLS, and clients with a certificate.
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null
cat key.pem >>cert.pem
rm ready
logserve -d S --listen https://127.0.0.1:0 --cert cert.pem --client-ca cert.pem --ready-fd 9 9>ready 2>err & server=$!
eventually 30 test -s ready || fail "no server: $(cat err)"
url=$(cat ready)
same "TLS" 200 "$(status --cacert cert.pem --cert cert.pem $url/healthz)"
same "without a certificate" 000 "$(status --cacert cert.pem $url/healthz)"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
