# An export that is killed, again and again, while records come in and segments are joined, holds every record once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed

numbered_lines 1 20000 | logstore -d store --seal-rows 500 --compaction off || fail "logstore ended with $?"
(for ((run = 0; run < 6; run++)); do
  numbered_lines $((20001 + run * 1000)) $((21000 + run * 1000)) | logstore -d store --seal-rows 300 --compaction off
  logstore -d store compact -q || [ $? -eq 4 ]
done) 2>writer_errors &
writer=$!

export_some() { logquery -d store '*' --export "$1" --cursor-file "$1.cursor" 2>>errors; }
kills=0
for ((attempt = 0; attempt < 25; attempt++)); do
  for file in a.ndjson.zst b.csv; do
    logquery -d store '*' --export $file --cursor-file $file.cursor 2>>errors & exporter=$!
    sleep 0.0$((RANDOM % 9))
    kill -9 $exporter 2>/dev/null
    wait $exporter 2>/dev/null
    [ $? -eq 137 ] && kills=$((kills + 1))
  done
done
wait $writer || fail "the writer ended with $?: $(cat writer_errors)"
for file in a.ndjson.zst b.csv; do export_some $file; done

numbered_lines 1 26000 >expected
zstd -dc a.ndjson.zst | grep -o 'line [0-9]\{8\}' | sort >exported
cmp expected exported || fail "a.ndjson.zst: $(wc -l <exported) lines, $(uniq exported | wc -l) different"
grep -o 'line [0-9]\{8\}' b.csv | sort >exported
cmp expected exported || fail "b.csv: $(wc -l <exported) lines, $(uniq exported | wc -l) different"
same "head lines" 1 "$(grep -c timestamp b.csv)"
[ ! -s errors ] || fail "$(sort errors | uniq -c)"

# What came since, and nothing else.
numbered_lines 26001 26010 | logstore -d store
export_some b.csv || fail "the export ended with $?"
same "lines of b.csv" 26011 "$(wc -l <b.csv)"
logquery -d store 'line' --export b.csv --cursor-file b.csv.cursor 2>said
same "the cursor of another query" 3 $?
logquery -d store '*' --export b.csv 2>said && fail "an existing file was overwritten"
echo "killed $kills of 50 exports"

# What holds nothing can be unpacked too, and its head comes with its first record.
for pack in zst gz; do
  some_day() { logquery -q -d store service=nobody --fields service,message --export c.csv.$pack --cursor-file c.$pack.cursor; }
  unpacked() { if [ $pack = gz ]; then zcat c.csv.gz; else zstdcat c.csv.zst; fi; }
  some_day; some_day
  same "an empty $pack" "" "$(unpacked 2>&1)"
  echo '{"service":"nobody","message":"late"}' | logstore -q -d store
  some_day || fail "what came later is not exported"
  same "$pack with its head" "service,message nobody,late" "$(unpacked 2>&1 | xargs)"
  logstore -q -d store delete service=nobody
done
