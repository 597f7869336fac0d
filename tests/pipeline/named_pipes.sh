# A named pipe is read like standard input: its writer is waited for, a signal ends that, and nothing of what he writes is lost.
. "$SOURCE_DIR/tests/support/pipeline.sh"
mkfifo pipe

# Nobody writes: SIGTERM and SIGINT end the waiting.
for signal in TERM INT; do
  for command in 'logquery * pipe' 'logparse pipe' 'logstore -q -d S --from pipe'; do
    set -f
    python3 - $signal $command <<'PY' >out 2>&1 || fail "$command: $signal does not end it"
import signal, subprocess, sys, time
program = subprocess.Popen(sys.argv[2:], start_new_session=True)
time.sleep(0.3)
if program.poll() is not None:
    sys.exit("it did not wait")
program.send_signal(getattr(signal, "SIG" + sys.argv[1]))
try:
    program.wait(30)
except subprocess.TimeoutExpired:
    program.kill()
    sys.exit("it does not end")
PY
    set +f
  done
done

# Who waits to write is heard to the end, however early he comes.
for turn in 1 2 3 4 5; do
  seq 20000 >pipe & writer=$!
  [ "$turn" = 1 ] && sleep 0.2
  same "lines of a pipe" '{"count":20000}' "$(logquery '* | count' pipe)"
  wait $writer || fail "the writer's status is $?"
done
(sleep 0.3 && seq 1000 >pipe) &
same "lines of a late writer" 1000 "$(logparse pipe | wc -l)"

# What must be a file says so.
logindex pipe >out 2>err
same "status of logindex" 1 $?
grep -q 'pipe: is no file' err || fail "logindex: $(cat err)"
loginspect pipe >out 2>err
same "status of loginspect" 3 $?
grep -q 'pipe: is neither a file nor a folder' err || fail "loginspect: $(cat err)"
