# The receiver is killed again and again while records come in: each is in the store exactly once.
command -v logquery > /dev/null || { echo "skipped: logquery is not built"; exit 77; }
set -eu
records=100000
start() {
  rm -f where
  logrecv --listen "unix:$PWD/sock" -d S --print-address 2> where &
  receiver=$!
  until grep -q unix: where; do sleep 0.01; done
}
start
seq $records | sed 's/.*/{"n":&}/' |
  logship "unix:$PWD/sock" -q --min-backoff 5ms --max-backoff 20ms --batch-records 100 --batch-bytes 4KiB &
sender=$!
for kill in 1 2 3 4 5 6; do
  sleep 0.1
  kill -9 $receiver
  wait $receiver 2> /dev/null || true
  start
done
wait $sender
kill $receiver
wait $receiver
logquery -d S '| stats count(), min(n), max(n), sum(n)' -o ndjson > got
echo '{"count":100000,"min(n)":1,"max(n)":100000,"sum(n)":5000050000}' | diff - got
