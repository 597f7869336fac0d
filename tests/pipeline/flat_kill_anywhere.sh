# kill -9 of one or both programs of `logcollect --resume app.log | logstore --flat -d app.log`, again and again, while the
# log grows and is rotated by size; then a run to the end: every line is in the flat files exactly once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed
kills=15

start() {
  open_pipe lines
  on_pipe logcollect --once --resume flat/app.log 'in.log*' >&$lines_in 2>>errors & pids[0]=$!
  on_pipe logstore --flat -d flat/app.log --rotate-size 256KiB --compress "$1" --commit-interval 2ms <&$lines_out >>errors 2>&1 & pids[1]=$!
  close_pipes
}

all_lines() {
  { zstdcat flat/app-*.log.zst; zcat flat/app-*.log.gz; cat flat/app-*Z.log flat/app.log; } 2>/dev/null
}

written=0
died=0
for ((round = 1; round <= kills || (died < 5 && round <= 10 * kills); ++round)); do  # a fast machine may be done before the kill
  count=$((20000 + RANDOM % 40000))
  numbered_lines $((written + 1)) $((written + count)) >>in.log
  written=$((written + count))
  if ((RANDOM % 3 == 0)); then mv in.log in.log.$round; fi
  start "$( ((RANDOM % 2)) && echo zstd || echo gzip)"
  kill_any 40
done 2>/dev/null

logcollect --once --resume flat/app.log 'in.log*' | logstore --flat -d flat/app.log --rotate-size 256KiB
same "statuses of the run to the end" "0 0" "${PIPESTATUS[*]}"
echo "$died processes killed, $written lines written, $(ls flat | wc -l) files"
[ $died -ge 5 ] || fail "the kills came too late to show anything"
same "leftovers of compression" "" "$(find flat -name '*.tmp')"
same "rotated files that are not compressed" "" "$(find flat -name 'app-*.log')"
all_lines | sort >stored
numbered_lines 1 $written >expected
cmp -s expected stored && exit 0
echo "missing:    $(comm -23 expected <(uniq stored) | wc -l) $(comm -23 expected <(uniq stored) | head -3 | tr '\n' ',')"
echo "duplicated: $(uniq -d stored | wc -l) $(uniq -d stored | head -3 | tr '\n' ',')"
echo "unknown:    $(comm -13 expected <(uniq stored) | wc -l) $(comm -13 expected <(uniq stored) | head -3 | tr '\n' ',')"
fail "not every line is there exactly once"
