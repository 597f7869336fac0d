# logserve's memory stays bounded while a segment of 2,048 small commits is sealed beside those that follow: of long texts of noise, of which a
# segment holds far more than the bound.
. "$SOURCE_DIR/tests/support/pipeline.sh"
grep -qE '__(asan|tsan)_init' "$(command -v logserve)" && skip "a sanitizer's memory is its own"
bound_mib=96  # 65 or 66 in 14 runs, beside load; 229 when sealing did not write out what it joins

cat >send.py <<'EOF2'
import base64, random, socket, sys, threading
requests, each = int(sys.argv[1]), int(sys.argv[2])
def send(number):
    of, link = random.Random(number), socket.socket(socket.AF_UNIX)
    link.connect("api")
    answers = link.makefile("rb")
    for n in range(requests):
        body = b"".join(b'{"n":%d,"message":"%s"}\n' % (n, base64.b64encode(of.randbytes(6_000))) for _ in range(each))
        link.sendall(b"POST /logs/ingest HTTP/1.1\r\nHost: l\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = b""
        while not head.endswith(b"\r\n\r\n"): head += answers.readline()
        assert head.startswith(b"HTTP/1.1 200 "), head
        answers.read(int(head.lower().split(b"content-length:")[1].split()[0]))
senders = [threading.Thread(target=send, args=(number,)) for number in range(2)]
for one in senders: one.start()
for one in senders: one.join()
EOF2

requests=2300 each=4  # of each of two clients, and records of each request
logserve -d S --listen "unix:$PWD/api" --max-body 8MiB --max-queue 16MiB --print-address 2>err & server=$!
eventually 30 grep -qs listening err || fail "no server: $(cat err)"
python3 send.py $requests $each || fail "not all was taken"
peak=$(awk '/VmHWM/ { print $2 }' "/proc/$server/status")
sealed=$(find S -name '*.seg' | wc -l)
echo "peak of $((peak / 1024)) MiB, $sealed sealed meanwhile"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
[ "$sealed" -gt 0 ] || fail "nothing was sealed meanwhile"
[ "$peak" -le $((bound_mib << 10)) ] || fail "more than $bound_mib MiB"
same "what is stored" $((2 * requests * each)) "$(logquery -d S --count '*')"
