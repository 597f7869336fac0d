#!/usr/bin/env bash
# in_temp_dir.sh BIN SCRIPT: runs SCRIPT in a new empty folder with the programs of BIN first on PATH.
# The folder is removed afterwards, and all processes that the script left behind are ended. What their counters say must add up.
set -u
bin=$(cd "$1" && pwd)
script=$(realpath "$2")
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-test.XXXXXX")
counters=$work.counters
mkdir -m 777 "$counters"
group=
cleanup() {
  [ -z "$group" ] || kill -KILL -- "-$group" 2>/dev/null
  rm -rf "$work" "$counters"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
SOURCE_DIR=$(cd "$(dirname "$0")/../.." && pwd)
export PATH="$bin:$PATH" BIN="$bin" TZ=UTC LC_ALL=C.UTF-8 SOURCE_DIR
cd "$work" || exit 1
unset LOGMILL_STORE LOGMILL_STREAM
export LOGMILL_METRICS=$counters/%p.prom
set -m # the script and what it starts are a process group of their own
bash "$script" </dev/null &
group=$!
wait "$group"
status=$?
[ $status != 0 ] || python3 "$SOURCE_DIR/tests/support/conservation.py" "$counters" || status=1
exit $status
