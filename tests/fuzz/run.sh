#!/usr/bin/env bash
# run.sh FOLDER SECONDS: each fuzzer in FOLDER for that long, from its corpus. New finds go to build/fuzz.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p build/fuzz/found
for fuzzer in "$1"/*_fuzz; do
  name=$(basename "$fuzzer" _fuzz)
  mkdir -p "build/fuzz/corpus/$name"
  echo "== $name"
  "$fuzzer" -max_total_time="$2" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/found/$name-" "build/fuzz/corpus/$name" "$here/corpus/$name"
done
