#!/bin/sh
# web.sh -- builds the page and turns it into C.
#
# usage: web.sh ROOT BUILD_DIR true|false OUT.c DEPFILE    (false: an empty table)
#
# npm never writes into the source tree: the sources are copied to WORK/page, the packages are
# installed beside them in WORK/node_modules, the page is built to WORK/dist.  WORK is
# ROOT/build/web for every build directory below ROOT/build, which so share one; a build
# directory elsewhere has its own.  src/web/README.md says what the page has to bring.
set -eu
root=$1 build=$2 wanted=$3 out=$4 depfile=$5
case $build in
"$root"/build/*) work=$root/build/web ;;
*) work=$build/web ;;
esac
tools=$root/tools

sources() {
	find "$root/src/web" -name node_modules -prune -o \
		\( -type f -o -type d \) ! -name '.*' ! -name '*.[ch]' -print
	echo "$root/api"
	find "$root/api" -name '*.yaml' 2>/dev/null || :
}

hash_of() {
	cat | LC_ALL=C sort | while read -r file; do
		[ -f "$file" ] && printf '%s\n' "${file#"$root"}" && cat "$file"
	done | sha256sum | cut -d' ' -f1
}

is_stamped() { # NAME HASH: did WORK/NAME get as far with the same input?
	[ "$(cat "$work/$1" 2>/dev/null)" = "$2" ]
}

install_packages() {
	lock=$(find "$root"/src/web/package*.json | hash_of)
	is_stamped packages.ok "$lock" && return
	rm -f "$work/packages.ok"
	cp "$root/src/web/package.json" "$root/src/web/package-lock.json" "$work/"
	(cd "$work" && npm ci --no-audit --no-fund --loglevel=error </dev/null >npm.log 2>&1) || {
		cat "$work/npm.log" >&2
		return 1
	}
	echo "$lock" >"$work/packages.ok"
}

build_page() {
	page=$( (sources; echo "$tools/web.sh") | hash_of)
	is_stamped dist.ok "$page" && return
	rm -rf "$work/dist.ok" "$work/page" "$work/dist"
	cp -R "$root/src/web" "$work/page"
	rm -rf "$work/page/node_modules"
	mkdir "$work/dist"
	(cd "$work/page" && SONIQ_ROOT=$root node build.mjs "$work/dist" </dev/null >&2)
	echo "$page" >"$work/dist.ok"
}

if [ "$wanted" = true ] && [ -f "$root/src/web/build.mjs" ]; then
	mkdir -p "$work"
	exec 9>"$work/lock"
	flock 9
	install_packages
	build_page
	node "$tools/embed.mjs" "$work/dist" "$out"
else
	printf '#include "web/web.h"\n\nconst struct web_asset web_assets[] = { { 0 } };\n%s\n' \
		'const size_t web_assets_n = 0;' >"$out"
fi

{
	printf '%s:' "$out"
	sources | sed 's/ /\\ /g; s/^/ /' | tr '\n' ' '
	echo
} >"$depfile"
