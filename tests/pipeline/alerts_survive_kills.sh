# logalert, killed with -9 again and again, tells of every change exactly once: what its command and its webhook get is what --test says, in the same
# order, though both take their time, so that many a kill comes when something is told and not yet marked.
. "$SOURCE_DIR/tests/support/pipeline.sh"
use_seed

# Fifty bursts of errors, one a minute.
for minute in $(seq 10 59); do
  for second in 10 11 12 13 14; do
    echo '{"timestamp":"2026-11-21T10:'$minute:$second'Z","level":"ERROR","service":"s'$((minute % 7))'","message":"failed"}'
  done
done | logstore -q -d S || fail "logstore ended with $?"
cat >rules.toml <<'END'
[[rule]]
name = "errors"
query = 'level=ERROR | count by service'
above = 3
window = "10s"
flaps = 0
actions = ["note", "hook"]

[action.note]
kind = "command"
command = ["sh", "-c", "cat >>told; sleep 0.03"]

[action.hook]
kind = "webhook"
url = "http://127.0.0.1:PORT/"
format = "json"
END
cat >hook.py <<'END'
import http.server, time
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("hooked", "ab") as out:
            out.write(body + b"\n")
        time.sleep(0.03)
        self.send_response(204)
        self.end_headers()
    def log_message(self, *words):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
print(server.server_port, flush=True)
server.serve_forever()
END
python3 hook.py >port & hook=$!
trap 'kill $hook' EXIT
has_port() { [ -s port ]; }
eventually 30 has_port || fail "the receiver does not start"
sed -i "s/PORT/$(cat port)/" rules.toml
from='2026-11-21 10:00'
logalert --test rules.toml -d S --utc --from "$from" --to '2026-11-21 11:10' | jq -r .key >expected
[ "$(wc -l <expected)" -eq 100 ] || fail "$(wc -l <expected) changes, not 100"

touch told hooked
kills=0
all_told() { [ "$(wc -l <told)" -ge 100 ] && [ "$(wc -l <hooked)" -ge 100 ]; }
until all_told; do
  [ $kills -lt 1000 ] || fail "not everything is told after $kills kills: $(wc -l <told), $(wc -l <hooked); $(tail -1 errors)"
  logalert -q rules.toml -d S --utc --from "$from" 2>>errors & alert=$!
  sleep 0.$((RANDOM % 20 + 3))
  kill -9 $alert
  wait $alert 2>/dev/null
  kills=$((kills + 1))
done
# Once more, without a kill: nothing is left to tell.
logalert -q rules.toml -d S --utc --from "$from" 2>>errors & alert=$!
nothing_waits() { [ "$(sqlite3 -readonly rules.toml.db "SELECT count(*) FROM outgoing WHERE state = 'waiting'")" = 0 ]; }
eventually 30 nothing_waits || fail "something still waits: $(tail -1 errors)"
kill -9 $alert

jq -r .key told >got
same "what the command was told" "$(cat expected)" "$(cat got)"
jq -r .key hooked >got
same "what the webhook was told" "$(cat expected)" "$(cat got)"
echo "$kills kills"
