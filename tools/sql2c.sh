#!/bin/sh
# sql2c.sh -- runs sql2c.awk over a folder of SQL; writes sql.h, sql.c and a depfile.
#
# usage: sql2c.sh SQL_DIR OUT.h OUT.c DEPFILE
#
# The depfile names the folders too, so that a new statement is seen.  Outputs that would be
# equal are left as they are: a changed statement then compiles one file, not the tree.
set -eu
export LC_ALL=C
sql=$1 header=$2 source=$3 depfile=$4
here=$(dirname "$0")
tmp=$source.tmp

find "$sql" -name '*.sql' ! -name '.*' | sort |
	awk -v root="$sql/" -v header="$tmp.h" -v source="$tmp.c" -f "$here/sql2c.awk"

for pair in "h $header" "c $source"; do
	made=$tmp.${pair%% *} wanted=${pair#* }
	if cmp -s "$made" "$wanted"; then
		rm "$made"
	else
		mv "$made" "$wanted"
	fi
done

{
	printf '%s %s:' "$header" "$source"
	find "$sql" \( -type d -o -name '*.sql' \) ! -name '.*' -print |
		sed 's/ /\\ /g; s/^/ /' | tr '\n' ' '
	echo
} >"$depfile"
