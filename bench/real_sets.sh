#!/usr/bin/env bash
# How small is a store of large logs of real programs, beside what compressors make of the same records?
#
# Makes a log of each program that is installed, of at least MEGABYTES (default 100), into a folder that goes away afterwards, or into KEEP,
# where one that is there is taken as it is; then bench/store_size.sh measures them. What cannot be made is said and left out.
#   postgres, postgres-json   PostgreSQL under pgbench with log_statement=all and log_duration: its stderr log, and the same as jsonlog
#   nginx                     its access log, under wrk with addresses, paths, queries, referrers and agents of unlike frequency
#   strace                    strace -f -ttt -T of make, which lets gcc read every header in /usr/include
#   tcpdump                   tcpdump -tttt of nginx and wrk on the loopback interface
# Debian's packages: postgresql, nginx-core, wrk, strace, make, gcc, tcpdump.
set -euo pipefail
source_dir=$(cd "$(dirname "$0")/.." && pwd)
bytes=$((${MEGABYTES:-100} * 1000000))
work=$(mktemp -d "${TMPDIR:-/tmp}/logmill-real.XXXXXX")
sets=${KEEP:-$work/sets}
stop_servers() {
  [ ! -e "$work/nginx.pid" ] || kill "$(cat "$work/nginx.pid")"
  [ ! -e "$work/pg/data/postmaster.pid" ] || as_postgres "$pg/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null
}
trap 'stop_servers; rm -rf "$work"' EXIT
mkdir -p "$sets"

# missing SET PROGRAM...: whether the set is there already, or a program is not, which it says.
missing() {
  [ ! -e "$sets/$1.log" ] || return 0
  for program in "${@:2}"; do
    command -v "$program" >/dev/null || { echo "$1: skipped, no $program"; return 0; }
  done
  return 1
}
large() { [ -e "$1" ] && [ "$(stat -c %s "$1")" -ge "$bytes" ]; }

# The server does not run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
make_postgres() {
  chmod 755 "$work"
  mkdir "$work/pg"
  [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  as_postgres "$pg/initdb" -D "$work/pg/data" -A trust --no-sync >/dev/null
  cat >>"$work/pg/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work/pg'
fsync = off
logging_collector = on
log_destination = 'stderr,jsonlog'
log_directory = '$work/pg'
log_filename = 'postgres'
log_rotation_size = 0
log_rotation_age = 0
log_statement = all
log_duration = on
log_connections = on
log_disconnections = on
log_line_prefix = '%m [%p] %q%u@%d '
CONF
  as_postgres "$pg/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/start" start >/dev/null
  as_postgres "$pg/createdb" -h "$work/pg" bench
  as_postgres "$pg/pgbench" -h "$work/pg" -i -s 5 -q bench 2>/dev/null
  as_postgres "$pg/pgbench" -h "$work/pg" -c 4 -t 200 -C bench >/dev/null 2>&1  # a connection for each transaction
  while ! large "$work/pg/postgres"; do
    as_postgres "$pg/pgbench" -h "$work/pg" -c 4 -t 8000 bench >/dev/null 2>&1
    as_postgres "$pg/pgbench" -h "$work/pg" -c 2 -t 10000 -S -M extended bench >/dev/null 2>&1
  done
  as_postgres "$pg/pg_ctl" -D "$work/pg/data" -m fast stop >/dev/null
  mv "$work/pg/postgres" "$sets/postgres.log"
  mv "$work/pg/postgres.json" "$sets/postgres-json.log"
}

start_nginx() {
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir -p "$work/html"
  for page in $(seq 1 300); do head -c $((page * 7919 % 90000)) /dev/zero >"$work/html/f$page.html"; done
  chmod 755 "$work" "$work/html"
  cat >"$work/nginx.conf" <<CONF
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx.error;
events {}
http {
  access_log $work/access combined;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fcgi; uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server {
    listen 127.0.0.1:$port;
    root $work/html;
    set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;
    location /api { return 200 "ok"; }
    location /old { return 301 /new\$request_uri; }
    location /broken { return 503; }
  }
}
CONF
  cat >"$work/load.lua" <<'LUA'
math.randomseed(7)
local agents = {
  "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
  "curl/7.88.1", "Googlebot/2.1 (+http://www.google.com/bot.html)"}
local function seldom(n) return math.floor(n ^ math.random()) end  -- small numbers most often
request = function()
  local kind, path = math.random(), "/broken"
  if kind < 0.5 then path = "/f" .. seldom(330) .. ".html"
  elseif kind < 0.8 then path = "/api/v" .. math.random(3) .. "/users/" .. seldom(20000) .. "/orders?page=" .. seldom(40)
  elseif kind < 0.9 then path = "/api/search?q=" .. string.format("%x", seldom(2 ^ 30))
  elseif kind < 0.95 then path = "/old/" .. seldom(1000)
  elseif kind < 0.99 then path = "/missing/" .. seldom(5000) .. ".php" end
  local headers = {["X-Real-IP"] = math.random(5) .. "." .. seldom(250) .. "." .. seldom(250) .. "." .. seldom(250), ["User-Agent"] = agents[seldom(5)]}
  if kind < 0.4 then headers["Referer"] = "https://shop.example.com/list/" .. seldom(500) end
  return wrk.format(math.random() < 0.9 and "GET" or "POST", path, headers)
end
LUA
  nginx -c "$work/nginx.conf" -e "$work/nginx.error"
}
load_nginx() { wrk -t 1 -c 16 -d 5 -s "$work/load.lua" "http://127.0.0.1:$port" >/dev/null; }
stop_nginx() {
  kill -QUIT "$(cat "$work/nginx.pid")"
  while [ -e "$work/nginx.pid" ]; do sleep 0.1; done
}
make_nginx() {
  start_nginx
  while ! large "$work/access"; do load_nginx; done
  stop_nginx
  mv "$work/access" "$sets/nginx.log"
}
make_tcpdump() {
  start_nginx
  tcpdump -i lo -tttt -n --immediate-mode "tcp port $port" >"$work/packets" 2>"$work/tcpdump.error" &
  local dump=$!
  while ! large "$work/packets"; do
    load_nginx
    kill -0 $dump 2>/dev/null || { echo "tcpdump: skipped, $(tail -1 "$work/tcpdump.error")"; stop_nginx; return; }
  done
  kill $dump
  wait $dump || true
  stop_nginx
  mv "$work/packets" "$sets/tcpdump.log"
}

make_strace() {
  mkdir -p "$work/make"
  printf 'all: $(patsubst /usr/include/%%.h,%%.i,$(wildcard /usr/include/*.h))\n%%.i: /usr/include/%%.h\n\tgcc -E -o $@ $<\n' >"$work/make/Makefile"
  while ! large "$work/calls"; do
    strace -f -ttt -T -o "$work/calls.one" make -k -s -C "$work/make" all >/dev/null 2>&1 || true
    cat "$work/calls.one" >>"$work/calls"
    rm "$work"/make/*.i
  done
  mv "$work/calls" "$sets/strace.log"
}

if [ -z "$pg" ]; then
  echo "postgres: skipped, not in /usr/lib/postgresql"
else
  missing postgres "$pg/initdb" "$pg/pgbench" || make_postgres
fi
missing nginx nginx wrk || make_nginx
missing strace strace make gcc || make_strace
missing tcpdump tcpdump nginx wrk || make_tcpdump
CORPORA=$sets ONLY_CORPORA=1 bash "$source_dir/bench/store_size.sh"
