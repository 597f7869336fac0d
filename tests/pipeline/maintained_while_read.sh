# Compaction, cold tier and deletion run while records come in and are read: every reader sees each record once.
. "$SOURCE_DIR/tests/support/pipeline.sh"

runs=16 each=50
total=$((runs * each))
mkdir store
logquery -d store -f -o ndjson '*' >followed 2>errors &
follower=$!

# Joins and moves all the time; a small seal makes every run leave several segments.
(until [ -e enough ]; do
  logstore -d store compact -q || [ $? -eq 4 ]
  logstore -d store cool -q --cold-after 1ms --cold-dir "$PWD/archive" --cold-level 3 || [ $? -eq 4 ]
done) 2>maintenance_errors &
maintenance=$!

for ((run = 0; run < runs; run++)); do
  first=$((run * each + 1)) last=$(((run + 1) * each))
  numbered_lines $first $last | logstore -d store --seal-rows 10 --compaction off || fail "logstore ended with $?"
  exactly_once store $last
done
touch enough
wait $maintenance || fail "maintenance ended with $?: $(cat maintenance_errors)"

followed_all() { [ "$(grep -c 'line ' followed)" -ge $total ]; }
eventually 20 followed_all || fail "the follower saw $(grep -c 'line ' followed) of $total: $(cat errors)"
logstore -d store delete '"line 00000007"' >said || fail "delete ended with $?"
grep -q '^deleted 1 record' said || fail "$(cat said)"
echo "line 00000801" | logstore -d store
followed_last() { grep -q 'line 00000801' followed; }
eventually 20 followed_last || fail "the follower does not go on after the deletion: $(cat errors)"
kill $follower
wait $follower

grep -o 'line [0-9]\{8\}' followed | sort >shown
numbered_lines 1 $((total + 1)) >expected
cmp expected shown || fail "the follower showed $(wc -l <shown) lines, $(uniq shown | wc -l) of them different"
stored_lines store >stored
grep -v 00000007 expected | cmp - stored || fail "after the deletion $(wc -l <stored) lines are stored"
grep -rq 00000007 store archive && fail "a file still holds what was deleted"
logstore -d store compact | tail -1
