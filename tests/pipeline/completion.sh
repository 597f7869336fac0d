# What is typed in bash, zsh and fish goes on as the fields, values and stages of a query, within quotes and without.
. "$SOURCE_DIR/tests/support/pipeline.sh"

printf '%s\n' '{"service":"auth","level":"ERROR","user":"two words"}' '{"service":"auth","level":"WARN","user":"x"}' \
  '{"service":"gateway","level":"INFO","user":"x"}' | logstore -q -d store
mkdir scripts
for shell in bash fish; do logquery --generate "complete-$shell" >"scripts/logquery.$shell"; done
logquery --generate complete-zsh >scripts/_logquery

# What is typed, and what it becomes, but for spaces at its end.
cat >cases <<'CASES'
logquery -d store 'serv<TAB>|logquery -d store 'service=
logquery -d store 'service=g<TAB>|logquery -d store 'service=gateway
logquery -d store 'service=auth AND le<TAB>|logquery -d store 'service=auth AND level=
logquery -d store 'service=auth AND level=e<TAB>|logquery -d store 'service=auth AND level=error
logquery -d store "serv<TAB>|logquery -d store "service=
logquery -d store serv<TAB>|logquery -d store service=
logquery -d store service=g<TAB>|logquery -d store service=gateway
logquery -d store service=auth\ le<TAB>|logquery -d store service=auth\ level=
logquery -d store 'user="tw<TAB>|logquery -d store 'user="two words"
logquery -d store "user=\"tw<TAB>|logquery -d store "user=\"two words\"
logquery -d store user=\"tw<TAB>|logquery -d store user=\"two\ words\"
echo x \| logquery -n 5 -d ./store '\| com<TAB>|echo x \| logquery -n 5 -d ./store '\| compare
logquery -d store '\| top 5 us<TAB>|logquery -d store '\| top 5 user
logquery -d store --by us<TAB>|logquery -d store --by user
logquery -d store --by=us<TAB>|logquery -d store --by=user
logquery -d store --top service,le<TAB>|logquery -d store --top service,level
logquery -d store 'x' scri<TAB>|logquery -d store 'x' scripts/
logquery -d store scri<TAB>|logquery -d store scripts/
logquery -d nosuch 'serv<TAB>|logquery -d nosuch 'serv
CASES
sed 's/\\|/\x01/g; s/|.*//; s/\x01/|/g' cases >typed
sed 's/\\|/\x01/g; s/.*|//; s/\x01/|/g' cases >meant
for shell in bash zsh fish; do
  command -v $shell >/dev/null || { echo "no $shell here"; continue; }
  python3 "$SOURCE_DIR/tests/support/type_in_shell.py" $shell scripts <typed >got || fail "$shell: $(cat got)"
  sed -i 's/ *$//' got
  diff meant got >differences || fail "$shell: $(cat differences)"
done

# Nobody reads messages there.
logquery -d nosuch --complete 'a' >messages 2>&1
same "without a store" 1 $?
same "messages" "" "$(cat messages)"
