# Verbs of the pipeline tests: sourced by tests/pipeline/*.sh, which run in an empty folder.

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

skip() {
  echo "skipped: $*"
  exit 77
}

# same WHAT EXPECTED GOT
same() {
  [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# Waits until a command succeeds: eventually SECONDS COMMAND...
eventually() {
  local seconds=$1
  shift
  local end=$((SECONDS + seconds))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.02
  done
}

# with_faults PROGRAM ARGUMENTS...: with the library that refuses room and moves the clock (faults.c), once `make_faults` has made it.
make_faults() {
  grep -qE '__(asan|tsan)_init' "$(command -v logstore)" && skip "a sanitizer wants to be the first library"
  ${CC:-cc} -shared -fPIC -O1 -o faults.so "$SOURCE_DIR/tests/support/faults.c" || skip "no C compiler here"
  [ "$(LD_PRELOAD=$PWD/faults.so true 2>&1)" = "" ] || skip "libraries cannot be put in front of others here"
}
with_faults() {
  LD_PRELOAD=$PWD/faults.so exec "$@"
}

# Prints a seed so that a failure can be repeated: SEED=… bash tests/pipeline/…
use_seed() {
  RANDOM=${SEED:-1}
  echo "seed ${SEED:-1}"
}

# numbered_lines FROM TO: "line 00000001" and so on.
numbered_lines() {
  seq -f 'line %08.0f' "$1" "$2"
}

# follow_into_store NAME OPTIONS...: follows NAME.log into the store S, in the background, with these options of logstore; `collector`,
# `parser` and `storer` are set. Messages go to the file errors.
follow_into_store() {
  local name=$1
  shift
  rm -f "$name.lines" "$name.frames"
  mkfifo "$name.lines" "$name.frames"
  logcollect --resume S "$name.log" >"$name.lines" 2>>errors & collector=$!
  logparse <"$name.lines" >"$name.frames" 2>>errors & parser=$!
  logstore -q -d S "$@" <"$name.frames" 2>>errors & storer=$!
}

# open_pipe NAME: a pipe, its ends the descriptors $NAME_in and $NAME_out of this shell. Who opens a named pipe by itself waits for the other
# side, which may have been killed before it came.
pipe_ends=()
open_pipe() {
  local both
  rm -f "$1"
  mkfifo "$1"
  exec {both}<>"$1"
  eval "exec {$1_in}>$1 {$1_out}<$1; pipe_ends+=(\$$1_in \$$1_out)"
  exec {both}>&-
}

# on_pipe PROGRAM ARGUMENTS... <&$NAME_out &: a program that has no other end of these pipes.
on_pipe() {
  close_pipes
  exec "$@"
}

close_pipes() {
  local end
  for end in "${pipe_ends[@]}"; do exec {end}>&-; done
  pipe_ends=()
}

# collect_into_store OPTIONS...: logcollect with these, logparse, and logstore for the store S, in the background; `pids` are the three.
collect_into_store() {
  open_pipe lines
  open_pipe frames
  on_pipe logcollect --resume S "$@" >&$lines_in 2>>errors & pids[0]=$!
  on_pipe logparse <&$lines_out >&$frames_in 2>>errors & pids[1]=$!
  on_pipe logstore -d S <&$frames_out >>errors 2>&1 & pids[2]=$!
  close_pipes
}

memory_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

# stays_flat NAME PID...: once all of them are stuck, none grows by more than 1 MiB in STALL_SECONDS; nor do those of `unrest`, which try again
# and again.
unrest=()
all_moved() {
  local pid
  for pid in "$@"; do awk '/^[rw]char/ { printf "%s ", $2 }' "/proc/$pid/io"; done
}
all_stuck() {
  local before
  before=$(all_moved "$@")
  sleep 2
  [ "$before" = "$(all_moved "$@")" ]
}
stays_flat() {
  local name=$1 pid after
  shift
  eventually 60 all_stuck "$@" || fail "$name: something goes on and on"
  local -A before
  for pid in "$@" "${unrest[@]}"; do
    before[$pid]=$(memory_kib "$pid")
    [ -n "${before[$pid]}" ] || fail "$name: one of them has ended"
  done
  sleep "${STALL_SECONDS:-2}"
  for pid in "$@" "${unrest[@]}"; do
    after=$(memory_kib "$pid")
    echo "$name: $(cat "/proc/$pid/comm") ${before[$pid]} -> $after KiB"
    [ $((after - before[$pid])) -lt 1024 ] || fail "$name: $(cat "/proc/$pid/comm") grew"
  done
}

# The numbered lines that a store holds, in order of their numbers, repeats included.
stored_lines() {
  logquery -d "$1" -o ndjson '*' | grep -o 'line [0-9]\{8\}' | sort
}

# exactly_once STORE COUNT: the store holds numbered lines 1 to COUNT, each once.
exactly_once() {
  stored_lines "$1" >stored
  numbered_lines 1 "$2" >expected
  cmp -s expected stored && return
  echo "missing:    $(comm -23 expected <(uniq stored) | wc -l) $(comm -23 expected <(uniq stored) | head -3 | tr '\n' ',')"
  echo "duplicated: $(uniq -d stored | wc -l) $(uniq -d stored | head -3 | tr '\n' ',')"
  echo "unknown:    $(comm -13 expected <(uniq stored) | wc -l)"
  fail "not every line is there exactly once"
}

# conserved FILE: what --stats said in FILE adds up: in = out + dropped + pending. Prints in and out.
conserved() {
  local line
  line=$(grep ' in, .* out, .* pending' "$1" | tail -1 | tr -d ,) || fail "$1: no statistics"
  local in out dropped pending
  read -r in out dropped pending <<<"$(sed -E 's/^[^:]*: ([0-9]+) in ([0-9]+) out ([0-9]+) dropped.* ([0-9]+) pending;.*/\1 \2 \3 \4/' <<<"$line")"
  same "$1: in = out + dropped + pending" "$in" $((out + dropped + pending))
  echo "$in $out"
}

# kill_any MS: within MS milliseconds kills -9 a random choice of the programs in `pids`, at least one of them, waits for all, and counts in
# `died` those that had not ended before.
kill_any() {
  local which=$((1 + RANDOM % ((1 << ${#pids[@]}) - 1))) i pid
  sleep "0.$(printf %03d $((RANDOM % $1)))"  # not to wait for something: to hit anything
  for i in "${!pids[@]}"; do
    if ((which >> i & 1)); then kill -9 "${pids[$i]}" 2>/dev/null; fi
  done
  for pid in "${pids[@]}"; do
    wait "$pid"
    if [ $? = 137 ]; then died=$((died + 1)); fi
  done
} 2>/dev/null
