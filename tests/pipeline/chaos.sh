# Every way that records can take, with programs killed at random moments: exactly once. `make chaos` takes CHAOS_KILLS=1000.
. "$SOURCE_DIR/tests/support/pipeline.sh"
python3 "$SOURCE_DIR/tests/chaos/chaos.py" --kills "${CHAOS_KILLS:-6}" ${SEED:+--seed "$SEED"}
