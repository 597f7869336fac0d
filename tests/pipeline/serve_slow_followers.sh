# Who follows the live stream and does not read is given up, told so, and costs no memory meanwhile; once it reads it gets every record, once.
. "$SOURCE_DIR/tests/support/pipeline.sh"
cat >slow.py <<'EOF2'
"""Many clients that follow and do not read until they are told to: slow.py SSE WEBSOCKETS LAST. Prints what each came to."""
import os, re, socket, sys, threading
from web_socket import WebSocket

last = int(sys.argv[3])
NUMBER = re.compile(r'"n":(\d+)')


class Client:
    """Goes on where it was cut off."""
    def __init__(self, number):
        self.target = f"/logs/stream?q=n%3E0+n%3E-{number + 1}"  # each its own query, which shares no event with others
        self.numbers, self.told, self.cut, self.cursor = [], False, 0, ""
        self.connect()

    def read(self):
        while len(self.numbers) < last:
            try:
                if not self.take():
                    raise EOFError
            except (EOFError, ConnectionError, TypeError, ValueError):
                self.cut += 1
                self.connect()


class Events(Client):
    def connect(self):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(120)
        link.connect("api")
        link.sendall(f"GET {self.target}&cursor={self.cursor} HTTP/1.0\r\nHost: l\r\n\r\n".encode())
        self.stream = link.makefile("rb")
        while self.stream.readline().strip():
            pass

    def take(self):
        """One event; false: the connection ended, perhaps within one."""
        numbers, cursor, lines = [], "", 0
        while (line := self.stream.readline()) not in (b"\n", b""):
            lines += 1
            text = line.decode()
            self.told |= text == "event: slow\n"
            if text.startswith("data: {"):
                numbers.append(int(NUMBER.search(text)[1]))
            if text.startswith("id: "):
                cursor = text[4:-1]
        if line and cursor:
            self.numbers += numbers
            self.cursor = cursor
        return line


class Socket(Client):
    def connect(self):
        self.socket = WebSocket("api", f"{self.target}&cursor={self.cursor}")

    def take(self):
        text = self.socket.text()
        self.told |= text == '{"slow":true}'
        self.numbers += [int(one) for one in NUMBER.findall(text)]
        if found := re.match(r'{"cursor":"([^"]*)"', text):
            self.cursor = found[1]
        return True


clients = [Events(i) for i in range(int(sys.argv[1]))] + [Socket(100 + i) for i in range(int(sys.argv[2]))]
open("there", "w").close()
os.read(0, 1)
threads = [threading.Thread(target=client.read) for client in clients]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for client in clients:
    print("told" if client.told else "cut off" if client.cut else "neither",
          "whole" if sorted(client.numbers) == list(range(1, last + 1)) else "not whole")
EOF2
logserve -d S --listen "unix:$PWD/api" --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
api() { curl -s --max-time 120 --unix-socket api "$@"; }
metric() { api http://l/metrics | awk -v name="logmill_$1{" 'index($0, name) == 1 { print $2 }'; }
send() { seq "$1" "$2" | sed 's/.*/{"service":"shop","n":&,"message":"'"$(printf 'x%.0s' {1..900})"'"}/' | api http://l/logs/ingest --data-binary @- | jq -e '.status == "ACCEPTED"' >/dev/null || fail "not taken"; }
mkfifo go
PYTHONPATH="$SOURCE_DIR/tests/support" python3 slow.py 8 4 40000 <go >told & client=$!
exec 3>go
eventually 60 test -e there || fail "the clients do not come"
following() { [ "$(metric stream_clients)" = 12 ]; }
eventually 60 following || fail "nobody follows: $(metric stream_clients)"
for part in {0..9}; do send $((part * 2000 + 1)) $((part * 2000 + 2000)); done
# Each was given up by now, or cut off because it took nothing for so long.
slow() { [ $(($(metric stream_slow_total) + 12 - $(metric stream_clients))) -ge 12 ]; }
eventually 60 slow || fail "only $(metric stream_slow_total) were given up"
resident() { awk '/^VmRSS/ { print $2 }' /proc/$server/status; }
before=$(resident)
for part in {10..19}; do send $((part * 2000 + 1)) $((part * 2000 + 2000)); done
after=$(resident)
echo "resident: $((before / 1024)) MiB, then $((after / 1024)) MiB"
# Queues without an end would have grown by 200 MiB.
grep -qE '__(asan|tsan)_init' "$(command -v logserve)" || [ $((after - before)) -lt $((64 << 10)) ] || fail "those who do not read cost memory"
echo >&3
exec 3>&-
wait $client || fail "the clients ended with $?"
sort told | uniq -c
same "who has each record once" 12 "$(grep -vc 'not whole' told)"
same "who was neither told nor cut off" 0 "$(grep -c neither told)"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
