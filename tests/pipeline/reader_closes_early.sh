# "| head" ends every program quietly, with status 0.
. "$SOURCE_DIR/tests/support/pipeline.sh"

numbered_lines 1 300000 >app.log

logcollect --once app.log 2>err | head -n 1 >out
same "logcollect" "0 0" "${PIPESTATUS[*]}"
logcollect --once app.log 2>>err | logparse 2>>err | head -n 1 >>out
same "logcollect | logparse" "0 0 0" "${PIPESTATUS[*]}"
logcollect --once -o frames app.log 2>>err | logparse 2>>err | head -c 1 >/dev/null
same "as frames" "0 0 0" "${PIPESTATUS[*]}"
loggen -n 300000 2>>err | head -n 1 >>out
same "loggen" "0 0" "${PIPESTATUS[*]}"
logcollect app.log 2>>err | head -n 1 >>out
same "logcollect, following" "0 0" "${PIPESTATUS[*]}"
logstore -q -d S <app.log 2>>err
logquery -d S -n 1 --follow '*' 2>>err | head -n 1 >>out
same "logquery, following" "0 0" "${PIPESTATUS[*]}"
logrecv -q --listen "unix:$PWD/socket" 2>>err | true
same "logrecv, waiting" "0 0" "${PIPESTATUS[*]}"

same "lines out" 5 "$(wc -l <out)"
same "messages" "" "$(cat err)"
