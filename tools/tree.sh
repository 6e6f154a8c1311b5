#!/bin/sh
# tree.sh -- checks the source tree as a part of every build: the layers, and that Meson knows
# all the sources.
#
# usage: tree.sh ROOT BUILD_DIR STAMP DEPFILE
#
# The depfile names the folders too: ninja looks again when a file is added or taken away.
set -eu
root=$1 build=$2 stamp=$3 depfile=$4
tools=$root/tools

if ! sh "$tools/sources.sh" "$root" | cmp -s - "$build/src/sources.list"; then
	# An old build.ninja is what makes ninja configure before it builds.
	touch -d @0 "$build/build.ninja"
	echo "tree.sh: C files were added or taken away: run the build again" >&2
	exit 1
fi

find "$root/src" -name '*.[ch]' ! -name '.*' | LC_ALL=C sort |
	awk -v layers="$root/src/layers.txt" -v root="$root/src/" -f "$tools/layers.awk"

{
	printf '%s:' "$stamp"
	find "$root/src" "$root/tests" \( -name '__pycache__' -o -name '.*' \) -prune -o \
		\( -type d -o -name '*.[ch]' \) -print | sed 's/ /\\ /g; s/^/ /' | tr '\n' ' '
	echo
} >"$depfile"
: >"$stamp"
