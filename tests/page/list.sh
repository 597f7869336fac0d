# The list of very many rows.
. "$SOURCE_DIR/tests/support/browse.sh"
browse list
