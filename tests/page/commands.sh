# The lines for a terminal that the page gives, run in one.
. "$SOURCE_DIR/tests/support/browse.sh"
browse commands
