# The page as one uses it.
. "$SOURCE_DIR/tests/support/browse.sh"
browse page
