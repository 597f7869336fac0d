#!/bin/sh
# install.sh BUILD PREFIX: installs programs, manual pages and completions below $DESTDIR$PREFIX.
#
# With PROGRAM_PREFIX=x- every program is called x-NAME, also where a manual page or a completion
# script speaks of another: syslog-ng has a loggen too.
set -eu
build=$1
root=${DESTDIR:-}$2
p=${PROGRAM_PREFIX:-}
cd "$(dirname "$0")/.."

tools=$(cd tools && ls)
rename=
if [ -n "$p" ]; then
  for tool in $tools; do
    rename="$rename;s/\\(^\\|[^A-Za-z0-9_/.-]\\)$tool\\([^A-Za-z0-9_-]\\|\$\\)/\\1$p$tool\\2/g"
  done
fi

# text FROM TO MODE: FROM with the programs renamed.
text() {
  mkdir -p "$(dirname "$2")"
  sed "$rename" "$1" >"$2"
  chmod 0644 "$2"
}

for tool in $tools; do
  install -D -m 0755 "$build/bin/$tool" "$root/bin/$p$tool"
  # What all programs have in common stands once, in man/parts.
  page=$(mktemp)
  sed -e '/^\.\\" @common@$/{r man/parts/common.mdoc
d}' "man/$tool.1" >"$page"
  text "$page" "$root/share/man/man1/$p$tool.1"
  rm "$page"
  text "completions/$tool.bash" "$root/share/bash-completion/completions/$p$tool"
  text "completions/_$tool" "$root/share/zsh/site-functions/_$p$tool"
  text "completions/$tool.fish" "$root/share/fish/vendor_completions.d/$p$tool.fish"
done
for page in man/*.[57]; do
  [ -e "$page" ] || continue
  text "$page" "$root/share/man/man${page##*.}/$p$(basename "$page")"
done
