# Alerts, health, saved views, permalinks, the tail, keys, 360 pixels.
. "$SOURCE_DIR/tests/support/browse.sh"
browse views
