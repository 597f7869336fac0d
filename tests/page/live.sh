# A live tail under load.
. "$SOURCE_DIR/tests/support/browse.sh"
browse live
