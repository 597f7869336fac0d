# A damaged block never yields status 0: the rest of the answer is printed, and where how many records are missing is said.
. "$SOURCE_DIR/tests/support/pipeline.sh"

loggen -n 200000 --seed 7 -o json >app.log
logstore -q -d S --from app.log || fail "logstore ended with $?"
same "records before" 200000 "$(logquery -d S -c '*')"

segment=$(echo S/*/*.seg)
python3 - "$segment" <<'PY'
import os, sys
with open(sys.argv[1], "r+b") as file:
    file.seek(os.path.getsize(sys.argv[1]) // 2)
    byte = file.read(1)
    file.seek(-1, 1)
    file.write(bytes([byte[0] ^ 1]))
PY

for threads in 1 2; do
  status=0
  logquery --threads $threads -d S -o ndjson >out 2>err || status=$?
  same "status with $threads threads" 3 "$status"
  grep -q "block .*: column .*checksum mismatch, left out" err || fail "the place is not said: $(cat err)"
  missing=$(sed -n 's/.*damaged blocks: \([0-9,]*\) records.*/\1/p' err | tr -d ,)
  same "records shown and missing" 200000 "$(($(wc -l <out) + missing))"
done
