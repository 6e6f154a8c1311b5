#!/bin/sh
# sources.sh -- prints the C sources of folders, one a line, sorted.
#
# Meson wants lists; people who add files at the same time want no list to quarrel about.
# So the meson.build files ask this script, and tools/tree.sh notices when the answer changes.
#
# usage: sources.sh ROOT FOLDER...   each *.c of ROOT/FOLDER; a folder that is missing has none
#        sources.sh ROOT             every *.c below src/ and tests/
set -eu
root=$1
shift
if [ $# -eq 0 ]; then
	find "$root/src" "$root/tests" -name '*.c' ! -name '.*' | LC_ALL=C sort
	exit
fi
for folder in "$@"; do
	[ -d "$root/$folder" ] || continue
	find "$root/$folder" -maxdepth 1 -name '*.c' ! -name '.*' | LC_ALL=C sort
done
