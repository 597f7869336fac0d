# Every way that records can take, with programs killed at random moments: exactly once. `make chaos` takes CHAOS_ROUNDS=800.
. "$SOURCE_DIR/tests/support/pipeline.sh"
python3 "$SOURCE_DIR/tests/chaos/chaos.py" --rounds "${CHAOS_ROUNDS:-5}" ${SEED:+--seed "$SEED"}
