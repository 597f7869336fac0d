# Spans of time that logquery -f counts add up to every record, while segments are rotated, sealed and joined.
. "$SOURCE_DIR/tests/support/pipeline.sh"

runs=12 each=100
total=$((runs * each))
mkdir store
numbered_lines 1 $each | logstore -d store || fail "logstore ended with $?"
logquery -d store -f -o csv '* | stats count() by 1s | fields count' >counts 2>errors &
counter=$!
logquery -d store -f -o ndjson '* | uniq raw' >rows 2>>errors &
follower=$!

(until [ -e enough ]; do logstore -d store compact -q || [ $? -eq 4 ]; done) 2>maintenance_errors &
maintenance=$!
for ((run = 1; run < runs; run++)); do
  numbered_lines $((run * each + 1)) $(((run + 1) * each)) | logstore -d store --seal-rows 30 --compaction off ||
    fail "logstore ended with $?"
done
touch enough
wait $maintenance || fail "maintenance ended with $?: $(cat maintenance_errors)"

counted_all() { [ "$(awk '/^[0-9]/ { n += $1 } END { print n + 0 }' counts)" -ge $total ]; }
eventually 20 counted_all || fail "counted $(cat counts | tr '\n' ' ') of $total: $(cat errors)"
followed_all() { [ "$(wc -l <rows)" -ge $total ]; }
eventually 20 followed_all || fail "followed $(wc -l <rows) of $total: $(cat errors)"
kill $counter $follower
wait $counter || fail "the counter ended with $?: $(cat errors)"
wait $follower || fail "the follower ended with $?: $(cat errors)"
same "all that was counted" $total "$(awk '/^[0-9]/ { n += $1 } END { print n + 0 }' counts)"
same "different rows" $total "$(wc -l <rows)"
[ ! -s errors ] || fail "$(cat errors)"
echo "$(grep -c '^[0-9]' counts) spans of time hold $total records"
