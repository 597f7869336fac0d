# Stores, flat logs and spools in a folder whose parent may be passed through but not read, as systemd's /var/lib/private is.
. "$SOURCE_DIR/tests/support/pipeline.sh"
[ "$(id -u)" = 0 ] || skip "only root can make a folder for somebody else"
chmod 755 .
for program in logstore logship; do cp "$(command -v $program)" .; done
as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
$as_nobody ./logstore --version >/dev/null 2>&1 || skip "this folder is not for others"

mkdir -p private/own
chown 65534 private/own
chmod 711 private
loggen -n 1000 --seed 7 -o json >lines
$as_nobody ./logstore -q -d private/own/S <lines || fail "logstore: $?"
$as_nobody ./logstore -q -d private/own <lines || fail "logstore in the folder itself: $?"
same "stored" "1000 1000" "$(logquery -c -d private/own/S '*') $(logquery -c -d private/own '*')"
$as_nobody ./logstore -q --flat -d private/own/flat.log <lines || fail "logstore --flat: $?"
same "flat" 1000 "$(wc -l <private/own/flat.log)"
$as_nobody ./logship -q --spool private/own/Q --retries 1 --min-backoff 10ms "unix:$PWD/nowhere" <lines
same "spooled, nobody takes it" 4 $?
[ -n "$(ls private/own/Q)" ] || fail "nothing is in the spool"
# What cannot be made is still refused.
$as_nobody ./logstore -q -d private/other <lines 2>err && fail "a store was made where nothing may be made"
grep -q 'private/other: Permission denied' err || fail "$(cat err)"
