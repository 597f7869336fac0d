# A server with too few descriptors for all who want to connect: it says so and does not spin, those who are connected can have records committed, and
# those who wait are served once others have gone.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -q __ubsan "$(command -v logserve)" && skip "a sanitizer needs descriptors of its own to look at memory"
(ulimit -n 40 && exec logserve -d S --listen "unix:$PWD/sock" --print-address) 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
cat >connect.py <<'PY'
import socket, sys, time
links = []
for n in range(60):
    links.append(socket.socket(socket.AF_UNIX))
    links[-1].settimeout(60)
    links[-1].connect("sock")
record = b'{"service":"shop","message":"held"}'

def ask(link):
    link.sendall(b"POST /logs/ingest HTTP/1.1\r\nHost: l\r\nContent-Length: %d\r\n\r\n%s" % (len(record), record))
    return link.recv(1000)

def ticks():
    with open(f"/proc/{sys.argv[1]}/stat") as stat:
        return sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))

while "Too many open files" not in open("err").read():
    time.sleep(0.1)
before = ticks()
time.sleep(2)
print("hundredths of a second in two seconds:", ticks() - before)
assert ticks() - before < 20, "it spins"
assert b"ACCEPTED" in ask(links[0]), "nothing is committed while connections are held"
waiting = links.pop()
for link in links:
    link.close()
assert b"ACCEPTED" in ask(waiting), "who waited is not served"
PY
python3 connect.py $server || fail "$(cat err)"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
same "stored" 2 "$(logquery -q -d S --count service=shop)"
