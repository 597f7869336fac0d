# A ring between two programs, whichever starts first: everything arrives, and the ring is gone afterwards.
set -eu
ring="ring:test.$$"
for first in writer reader; do
  if [ $first = writer ]; then
    seq 100000 | logparse -i raw --to "$ring" &
    sleep 0.05
    logparse --from "$ring" -o raw > got
  else
    logparse --from "$ring" -o raw > got &
    sleep 0.05
    seq 100000 | logparse -i raw --to "$ring"
  fi
  wait
  seq 100000 | diff -q - got
  test ! -e "/dev/shm/logmill.test.$$"
done
