# What logquery answers is what a naive scanner of the same records finds: tests/differential/differential.py.
. "$SOURCE_DIR/tests/support/pipeline.sh"
python3 "$SOURCE_DIR/tests/differential/differential.py" || fail "logquery and the naive scanner differ"
