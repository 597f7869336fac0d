# Files are searched in pieces by several threads: what is found, in which order and what is complained of is the same as of a pipe, which is read from its
# front, whatever the number of threads; with lines that are longer than a piece, empty or broken, ends without a newline, and archives that are cut.
. "$SOURCE_DIR/tests/support/pipeline.sh"

loggen -n 15000 --seed 7 -o json >app.log
loggen -n 15000 --seed 8 -o syslog >sys.log
awk '{ print } NR % 900 == 0 { print "" } NR % 7000 == 1 { print "{\"level\":\"ERROR\",\"message\":\"did not answer" }' app.log >broken.log
# Objects around lines of another format, and lines that were not parsed: of those all fields matter.
awk '{ print } NR % 3000 == 2500 { print "{\"log\":\"level=INFO service=auth status=200 duration_ms=9\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00Z\"}" }
  NR % 3000 == 2501 { print "{\"host\":\"h\",\"raw\":\"<134>Jan  1 00:00:00 web1 auth[7]: in\"}" }' app.log >wrapped.log
{
  cat sys.log
  printf 'Jan  3 00:00:00 web1 long[1]: did not answer '
  head -c 5000000 /dev/zero | tr '\0' x
  printf '\r\n'
  cat app.log
  printf 'Jan  3 00:00:01 web1 last[1]: did not answer'
} >long.log
gzip -k app.log long.log
zstd -q app.log long.log
{ head -n 9000 app.log | zstd -q; tail -n +9001 app.log | zstd -q; } >two.zst
head -c $(($(stat -c %s app.log.gz) * 2 / 3)) app.log.gz >cut.gz

for file in app.log app.log.gz app.log.zst two.zst; do
  same "records in $file" 15000 "$(logquery -q -c '' "$file")"
  same "answers in $file" "$(grep -c 'did not answer' app.log)" "$(logquery -q -c '"did not answer"' "$file")"
done

for file in app.log sys.log broken.log wrapped.log long.log app.log.gz long.log.gz app.log.zst long.log.zst two.zst cut.gz; do
  for query in "" '"did not answer"' 'level=ERROR' 'service=auth | count by level' 'user*' 'nothing_like_this' '* | head 9000 | tail 2'; do
    for threads in 1 2 5; do
      logquery -q -o raw --threads $threads "$query" "$file" >"$threads.out" 2>"$threads.err" && status=0 || status=$?
      echo "status $status" >>"$threads.out"
    done
    cmp 1.out 2.out || fail "$file: $query: two threads print something else than one"
    cmp 1.out 5.out || fail "$file: $query: five threads print something else than one"
    cmp 1.err 2.err || fail "$file: $query: two threads complain of something else than one"
    logquery -q -o raw "$query" - <"$file" >pipe.out 2>pipe.err && status=0 || status=$?
    echo "status $status" >>pipe.out
    cmp 1.out pipe.out || fail "$file: $query: a pipe gives another answer"
  done
  # Of records that are only counted next to nothing is made, of lines that are printed as they were little: as many, and the same.
  for query in level=INFO 'level!=DEBUG' service=auth 'status=200 duration_ms>5' '! service=*' 'timestamp<2026-01-02' 'raw=*' 'level=INFO "in"'; do
    logquery -q "$query" - <"$file" 2>/dev/null >of_pipe || true
    same "$query in $file" "$(wc -l <of_pipe)" "$(logquery -q -c "$query" "$file" 2>/dev/null)"
    logquery -q "$query" "$file" 2>/dev/null >of_file || true
    cmp of_pipe of_file || fail "$file: $query: a file has other records than a pipe"
    logquery -q -o raw "$query" - <"$file" 2>/dev/null >of_pipe || true
    logquery -q -o raw "$query" "$file" 2>/dev/null >of_file || true
    cmp of_pipe of_file || fail "$file: $query: a file has other lines than a pipe"
  done
done
grep -q 'too early' <(logquery '' cut.gz 2>&1 >/dev/null) || fail "a file that is cut is not told"

# Who needs no more of a piece than its first records has found them all the same.
last=$(tail -n 1 app.log | sed 's/.*"trace_id":"\([^"]*\)".*/\1/')
logquery --stats "trace_id=$last | head 1" app.log >head.out 2>head.err || fail "a record behind the head is found, and the status says that none is"
same "records found behind the head" 1 "$(wc -l <head.out)"
grep -q ' [1-9][0-9]* matched, 1 shown' head.err || fail "statistics of a record behind the head: $(cat head.err)"

# A line behind the head is parsed as the head's lines taught, whatever stands before it, and whichever lines are left out.
{
  yes 'plain words with nothing in them' | head -n 2500
  echo '1.2.3.4 - - [17/Oct/2023:05:57:56 +1100] "GET / HTTP/1.1" 400 226 "-" "-"'
  echo '2026-01-24T01:34:36.743000000+00:00 stdout F [2026-01-24T01:34:36.743Z] "GET /test HTTP/1.1" 200 - 0 256 50 25 "-" "curl/8.10.1"'
} >taught.log
same "statuses when all lines are parsed" 1 "$(logquery -q -c 'status=*' taught.log)"
same "statuses when few lines are parsed" 1 "$(logquery -q -c 'status=* "GET"' taught.log)"
# A pipe teaches no more than a file, however it comes: a line that is of two formats is read as that of the head, not of the line before it.
{
  yes '2026-11-21T01:48:52+0000 loghost01 sshd[27706]: check pass; user unknown' | head -n 1000
  echo '{"message":"of another format"}'
  echo '2026-11-21 01:50:12.829 UTC [17334] LOG:  00000: received fast shutdown request'
} >ambiguous.log
for query in '*' 'fast' '* | count by pid, host'; do
  logquery "$query" ambiguous.log >of_file
  cat ambiguous.log | logquery "$query" >of_pipe
  { head -c 100 ambiguous.log; tail -c +101 ambiguous.log; } | logquery "$query" >of_slow_pipe
  cmp of_file of_pipe || fail "$query: a pipe is read in another way than a file"
  cmp of_file of_slow_pipe || fail "$query: a slow pipe is read in another way than a file"
done

# Levels and numbers are looked for by the names of their fields: lines of which that tells nothing are parsed all the same.
loggen -n 4000 --seed 9 -o logfmt | grep -v 'level=fatal' >mixed.log
cat >few.log <<'LINES'
{"level":"FATAL","status":599}
{"level" : "fatal" , "status" : 5.99e2}
{"l\u0065vel":"\u0046ATAL","status":"599"}
{"lvl":60,"http":{"status":599},"status":599}
{"log":"level=fatal status=599\n","stream":"stdout","time":"2026-11-21T10:15:00Z"}
level=fatal status=599
status=599 msg=x lvl="fatal"
web-1  | level=fatal status=599
F1121 10:15:00.123456     815 server.cc:253] listener closed
<128>Nov 21 10:15:00 web1 sshd[815]: gone
www.example.com - - [21/Nov/2026:10:15:00 +0000] "GET / HTTP/1.1" 599 512 "-" "-"
LINES
{ cat mixed.log few.log mixed.log; printf 'level=fatal status=599'; } >named.log
zstd -q named.log
for file in named.log named.log.zst; do
  same "levels in $file" 11 "$(logquery -q -c level=FATAL "$file")"
  same "numbers in $file" 10 "$(logquery -q -c 'status=599' "$file")"
  same "numbers above a limit in $file" 10 "$(logquery -q -c 'status>598.5' "$file")"
done

# Each record with a field of its own takes no longer than others: comparing each name with all before it took minutes.
awk 'BEGIN { for (i = 0; i < 400000; ++i) print "{\"k" i "\":1,\"message\":\"in\"}" }' >names.log
same "records with names of their own" 400000 "$(timeout 40 logquery -q -c 'message=in' names.log)"
timeout 40 logquery 'mesage=in' names.log 2>names.err && fail "a field is found that no record has"
grep -q 'did you mean message' names.err || fail "among many names the right one is not suggested: $(cat names.err)"
same "records with names of their own in a pipe" 400000 "$(timeout 40 logquery -q -c 'message=in' - <names.log)"
