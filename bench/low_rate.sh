#!/usr/bin/env bash
# What becomes of a store into which ten records a second flow for a week? Simulated: see bench/low_rate_bench.cc. COUNT is the
# number of records, a week of them by default. In memory if there is /dev/shm: not the disk is measured, but files and bytes.
set -euo pipefail
folder=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || folder=/dev/shm
work=$(mktemp -d "$folder/logmill-low-rate.XXXXXX")
trap 'rm -rf "$work"' EXIT
loggen -n "${COUNT:-6048000}" --seed 7 --time-step 100ms -o json | low_rate_bench "$work/store"
