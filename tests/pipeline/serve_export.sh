# Exports to files: whole or not there, once, through kill -9; nowhere but below their folder; each token sees its own, and exports what it sees.
. "$SOURCE_DIR/tests/support/pipeline.sh"
token() { printf "$1%.0s" {1..32}; }
umask 077
printf 'shop %s read service=shop\nboss %s admin\nwriter %s write\n' "$(token s)" "$(token b)" "$(token w)" >tokens
start() {
  rm -f err
  logserve -d S --listen "unix:$PWD/api" --token-file tokens --export-dir E --print-address 2>err & server=$!
  eventually 30 grep -qs listening err || fail "no server: $(cat err)"
}
as() { local who=$1; shift; curl -s --max-time 60 --unix-socket api -H "Authorization: Bearer $(token $who)" "$@"; }
# ask WHO DESTINATION FORMAT QUERY: the answer is in the file job.
ask() { jq -n --arg d "$2" --arg f "$3" --arg q "$4" '{destination:$d, format:$f, query:$q}' | as "$1" http://l/logs/export -o job -w '%{http_code}' -d @-; }
state() { as "$1" "http://l/logs/export/$2" | jq -r .status; }
ended() { case $(state "$1" "$2") in DONE|FAILED|CANCELLED) ;; *) false ;; esac; }
done_of() { eventually 60 ended "$1" "$2" && same "the state of $2" DONE "$(state "$1" "$2")"; }
start
loggen -n 60000 --seed 7 -o json | sed 's/"service":"auth"/"service":"shop"/' >records
split -l 15000 records part.
for part in part.*; do as b http://l/logs/ingest --data-binary "@$part" | jq -e '.accepted == 15000' >/dev/null || fail "not taken"; done

# Every format, and what it says of itself.
for format in NDJSON csv JSON; do
  same "asked for $format" 202 "$(ask b "some/$format.out" $format 'level=ERROR')"
  id=$(jq -r .job_id job)
  done_of b "$id"
  as b "http://l/logs/export/$id" >job
  same "its size" "$(stat -c %s "E/some/$format.out")" "$(jq .bytes job)"
  same "all of it" 100 "$(jq .percent job)"
done
errors=$(as b 'http://l/logs/search?level=ERROR&limit=0' | jq .total)
same "NDJSON" "$errors" "$(wc -l <E/some/NDJSON.out)"
same "JSON" "$errors" "$(jq length E/some/JSON.out)"
same "CSV" $((errors + 1)) "$(wc -l <E/some/csv.out)"
same "the same" "$(jq -c .message E/some/NDJSON.out | sort | md5sum)" "$(jq -c '.[].message' E/some/JSON.out | sort | md5sum)"

# Nowhere else.
ln -s /tmp E/link
ln -s "$PWD/outside" E/dangling
for place in ../x some/../../x /etc/x .hidden some/.x link/x dangling '' some/ 'a//b' some some/csv.out "$(printf 'a\nb')"; do
  [ -z "$place" ] || same "refused: $place" 400 "$(ask b "$place" NDJSON '*')"
done
same "a wrong query" 400 "$(ask b x.csv CSV 'level=')"
same "a wrong format" 400 "$(ask b x.xml XML '*')"
same "who may not read" 403 "$(ask w x.csv CSV '*')"
[ ! -e outside ] && [ ! -e x ] || fail "something was written elsewhere"

# A token with a filter exports what it sees, and sees what it asked for.
same "its own" 202 "$(ask s shop.ndjson NDJSON '*')"
shop=$(jq -r .job_id job)
done_of s "$shop"
same "only the shop" shop "$(jq -r .service E/shop.ndjson | sort -u)"
same "not another's" 404 "$(as s "http://l/logs/export/$id" -o /dev/null -w '%{http_code}')"
same "nor is another's ended" 404 "$(as s -X DELETE "http://l/logs/export/$id" -o /dev/null -w '%{http_code}')"
same "one of its own" 1 "$(as s http://l/logs/export | jq '.exports | length')"

# A download is a job, too: made when it is fetched, seen meanwhile, and fetched again if it broke off.
same "a download" 202 "$(ask s download CSV 'level>=warn | fields service, level')"
id_of_download=$(jq -r .job_id job)
file=http://l$(jq -r .download job)
same "it waits" QUEUED "$(state s "$id_of_download")"
same "not another's" 404 "$(as b "$file" -o /dev/null -w '%{http_code}')"
same "asked only what it would be" "200 text/csv; charset=utf-8" "$(as s -I "$file" -o /dev/null -w '%{http_code} %{content_type}')"
same "then it still waits" QUEUED "$(state s "$id_of_download")"
as s "$file" >fetched
same "its head" service,level "$(head -1 fetched)"
same "only the shop's" shop "$(tail -n +2 fetched | cut -d, -f1 | sort -u)"
as s "http://l/logs/export/$id_of_download" | jq -e --argjson n $(($(wc -l <fetched) - 1)) --argjson b "$(stat -c %s fetched)" \
  '.status == "DONE" and .percent == 100 and .records == $n and .bytes == $b' >/dev/null || fail "what was fetched is not what is said"
as s -I "$file" >/dev/null
same "asked once more what it would be" DONE "$(state s "$id_of_download")"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
start
as s "$file" | cmp - fetched || fail "fetched again after a restart it is another"
ask b download NDJSON '*' >/dev/null
big=$(jq -r .job_id job)
# Who takes a little of it and leaves.
broke() { as b "http://l/logs/export/$big/file" --limit-rate 1k --max-time 0.3 >/dev/null; [ "$(state b "$big")" = FAILED ]; }
eventually 60 broke || fail "a download that broke off is $(state b "$big")"
same "fetched again" 60000 "$(as b "http://l/logs/export/$big/file" | wc -l)"
same "then it is done" DONE "$(state b "$big")"
# One that nobody fetches is cancelled; and one while it is fetched, which breaks off.
ask b download NDJSON '*' >/dev/null
same "cancelled" CANCELLED "$(as b -X DELETE "http://l/logs/export/$(jq -r .job_id job)" | jq -r .status)"
same "it is not there any more" 404 "$(as b "http://l$(jq -r .download job)" -o /dev/null -w '%{http_code}')"
ask b download NDJSON '*' >/dev/null
as b "http://l$(jq -r .download job)" --limit-rate 300k >cut & curl=$!
runs() { [ "$(state b "$(jq -r .job_id job)")" = RUNNING ]; }
eventually 60 runs || fail "it is not seen to be fetched"
same "not by two" 429 "$(as b "http://l$(jq -r .download job)" -o /dev/null -w '%{http_code}')"
same "cancelled while it is fetched" CANCELLED "$(as b -X DELETE "http://l/logs/export/$(jq -r .job_id job)" | jq -r .status)"
wait $curl && fail "a download that was cancelled looks whole"
same "it stays so" CANCELLED "$(state b "$(jq -r .job_id job)")"
same "nothing of it is a file" "" "$(find E -name 'download*')"

# Killed at any time: all of it is there, once, under its name.
for try in 1 2 3 4; do
  ask b "killed-$try" CSV '*' >/dev/null
  ids[$try]=$(jq -r .job_id job)
  sleep "0.0$((RANDOM % 90 + 10))"
  kill -9 $server
  wait $server 2>/dev/null
  [ ! -e E/killed-$try ] || same "killed, whole" 60001 "$(wc -l <E/killed-$try)"
  start
done
for try in 1 2 3 4; do
  done_of b "${ids[$try]}"
  same "whole after a kill" 60001 "$(wc -l <E/killed-$try)"
done
same "nothing is left over" "" "$(find E -name '*.part')"

# Cancelled: the one that runs, and one that waits behind it. Either may have ended before the request comes: then it is whole.
cancel() { as b -X DELETE "http://l/logs/export/$1" | jq -r .status; }
cancelled=()
for try in {1..200}; do
  ask b "never-$try-runs" CSV '*' >/dev/null
  runs=$(jq -r .job_id job)
  ask b "never-$try-waits" CSV '*' >/dev/null
  waits=$(jq -r .job_id job)
  for one in waits runs; do
    case $(cancel ${!one}) in
      CANCELLED) cancelled+=("$one ${!one}") ;;
      FINISHING|DONE)
        done_of b "${!one}"
        same "whole when it was too late" 60001 "$(wc -l <"E/never-$try-$one")"
        rm "E/never-$try-$one"
        ;;
      *) fail "cancelled: $(state b "${!one}")" ;;
    esac
  done
  [[ ${cancelled[*]} == *waits*runs* ]] && break
done
[[ ${cancelled[*]} == *waits* && ${cancelled[*]} == *runs* ]] || fail "none was cancelled in $try tries: ${cancelled[*]}"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
start
for one in "${cancelled[@]}"; do same "and stays so" CANCELLED "$(state b "${one#* }")"; done
same "no file of it" "" "$(find E -name 'never*' -o -name '*.part')"
same "what is done stays done" DONE "$(state s "$shop")"
kill $server
wait $server || fail "logserve ended with $?: $(cat err)"
