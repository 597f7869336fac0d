# The example units: systemd takes them, and their pipelines, killed in the middle and started again, are exact.
. "$SOURCE_DIR/tests/support/pipeline.sh"
units=$SOURCE_DIR/examples/systemd
if command -v systemd-analyze >/dev/null; then
  for unit in "$units"/*.service; do
    # The programs are where they are installed, not here.
    sed 's|^ExecStart=log|ExecStart=/bin/true log|' "$unit" >"${unit##*/}"
    systemd-analyze verify --man=no "./${unit##*/}" >complaints 2>&1
    ! grep -q "${unit##*/}" complaints || fail "$(cat complaints)"
  done
else
  echo "no systemd-analyze: units are not verified"
fi

# command_of UNIT: its pipeline, with files of ours.
command_of() {
  sed -n "s|^ExecStart=/bin/bash -o pipefail -c '\(.*\)'\$|\1|p" "$units/$1.service" |
    sed "s|\"/var/log/\*\*/\*.log\" /var/log/syslog|app.log|; s|/var/lib/logmill-ship|$PWD/Q|g; s|/var/lib/logmill|$PWD/S|g; s|tls://loghost:6514|--min-backoff 5ms --max-backoff 20ms unix:$PWD/sock|"
}
# start COMMAND: as systemd does, in a group of its own, to which signals go.
start() {
  setsid bash -o pipefail -c "$1" 2>>errors & service=$!
}
stored() { [ "$(stored_lines S 2>/dev/null | wc -l)" -ge "$1" ]; }

for unit in logmill-collect logmill-ship; do
  rm -rf S Q
  command=$(command_of $unit)
  [ -n "$command" ] || fail "no pipeline in $unit"
  numbered_lines 1 50000 >app.log
  if [ $unit = logmill-ship ]; then
    logrecv -q --listen "unix:$PWD/sock" -d S & receiver=$!
  fi
  for victim in logparse logcollect; do
    start "$command"
    eventually 60 stored 1 || fail "$unit: nothing arrives: $(tail -1 errors)"
    seq -f 'line %08.0f' $(($(wc -l <app.log) + 1)) $(($(wc -l <app.log) + 20000)) >>app.log
    pkill -9 -s $service $victim
    wait $service
    status=$?
    # 4, or that of the one that was killed if it came last in the pipe.
    [ $status -eq 4 ] || [ $status -eq 137 ] || fail "$unit without $victim: status $status: $(tail -1 errors)"
  done
  start "$command"
  eventually 60 stored 90000 || fail "$unit: not all is there: $(tail -1 errors)"
  kill -TERM -- -$service
  wait $service
  if [ $unit = logmill-ship ]; then
    kill $receiver
    wait $receiver || fail "logrecv ended with $?"
  fi
  exactly_once S 90000
done
