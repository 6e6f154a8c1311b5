#!/usr/bin/env bash
# deb.sh -- builds the Debian package soniq, and soniq-dbgsym with its debug symbols.
#
# usage: tools/deb.sh OUTDIR
#
# The released build is kept in build/deb.  What is in the packages is dated by the last commit (or
# by SOURCE_DATE_EPOCH), belongs to root, is sorted, and has no path of this machine in it: who
# builds the same commit with the same compiler and libraries gets the same bytes.  The names of the
# packages are the last lines of the output.  DEBFULLNAME and DEBEMAIL may name the maintainer.
set -euo pipefail

[ $# -eq 1 ] || {
	echo "usage: tools/deb.sh OUTDIR" >&2
	exit 2
}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
build=$root/build/deb
export LC_ALL=C TZ=UTC
umask 022

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
maintainer="${DEBFULLNAME:-The Soniq authors} <${DEBEMAIL:-soniq@localhost}>"

work=$(mktemp -d "${TMPDIR:-/tmp}/soniq-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
stage=$work/soniq
symbols=$work/soniq-dbgsym
mkdir -p "$stage/DEBIAN" "$symbols/DEBIAN" "$work/debian"

# ---- build ----

compile() {
	local again=()
	[ ! -e "$build/build.ninja" ] || again=(--reconfigure)
	meson setup "${again[@]}" "$build" "$root" --prefix=/usr --buildtype=debugoptimized \
		-Dtests=false -Dwerror=false -Dc_args="-ffile-prefix-map=$root=."
	ninja -C "$build"
	DESTDIR=$stage meson install -C "$build" --no-rebuild
}

version() {
	meson introspect --projectinfo "$build" |
		python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])'
}

# ---- what Debian wants to be otherwise than meson install leaves it ----

programs() { # every ELF file of the package
	find "$stage/usr" -type f -exec sh -c 'head -c 4 "$1" | grep -q "^.ELF"' _ {} \; -print |
		sort
}

build_id() {
	readelf -n "$1" | sed -n 's/.*Build ID: //p'
}

split_symbols() { # PROGRAM: its symbols go where debuggers look for them
	local id folder
	id=$(build_id "$1")
	folder=$symbols/usr/lib/debug/.build-id/${id:0:2}
	mkdir -p "$folder"
	objcopy --only-keep-debug --compress-debug-sections "$1" "$folder/${id:2}.debug"
	chmod 644 "$folder/${id:2}.debug"
	strip --strip-unneeded --remove-section=.comment --remove-section=.note "$1"
}

# Ours, and of what the page has in it.
write_copyright() {
	local name
	echo "Soniq"
	echo
	cat "$root/LICENSE"
	node -p 'Object.keys(require(process.argv[1]).dependencies).join("\n")' \
		"$root/src/web/package.json" |
		while read -r name; do
			printf '\n\nIn the page: %s\n\n' "$name"
			cat "$root/build/web/node_modules/$name/LICENSE"
		done
}

write_changelog() {
	printf 'soniq (%s) unstable; urgency=medium\n\n' "$version"
	printf '  * See CHANGELOG.md.\n\n'
	printf ' -- %s  %s\n' "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")"
}

fit_debian() {
	local docs=$stage/usr/share/doc/soniq page program
	rm "$docs/LICENSE"
	write_copyright >"$docs/copyright"
	write_changelog | gzip -9n >"$docs/changelog.gz"
	mkdir -p "$symbols/usr/share/doc"
	ln -s soniq "$symbols/usr/share/doc/soniq-dbgsym"
	if [ -d "$stage/usr/share/zsh/site-functions" ]; then
		mv "$stage/usr/share/zsh/site-functions" "$stage/usr/share/zsh/vendor-completions"
	fi
	for page in "$stage"/usr/share/man/*/*; do
		gzip -9n "$page"
	done
	for program in $(programs); do
		split_symbols "$program"
	done
}

# ---- control files ----

depends() {
	local found
	printf 'Source: soniq\n\nPackage: soniq\nArchitecture: any\n' >"$work/debian/control"
	mapfile -t found < <(programs)
	(cd "$work" && dpkg-shlibdeps -O -xsoniq "${found[@]}") |
		sed -n 's/^shlibs:Depends=//p'
}

# As Debian counts: kibibytes of each file, rounded up, and one for whatever else there is.
installed_size() {
	(cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%s\n' -o -printf '0\n') |
		awk '{ sum += $1 ? int(($1 + 1023) / 1024) : 1 } END { print sum }'
}

write_control() { # FOLDER NAME SECTION DEPENDS
	cat >"$1/DEBIAN/control" <<-END
		Package: $2
		Version: $version
		Architecture: $architecture
		Maintainer: $maintainer
		Installed-Size: $(installed_size "$1")
		Depends: $4
		Section: $3
		Priority: optional
	END
}

describe() {
	cat >>"$stage/DEBIAN/control" <<-'END'
		Suggests: postgresql
		Description: dashboard for background jobs that live in a database
		 Shows queues, workers, jobs with their errors, arguments and attempts, dead
		 letters and throughput, from the PostgreSQL database that the Python project
		 Soniq fills, or from a SQLite file: as a page, as a JSON API and on the command
		 line. Read-only unless told otherwise.
		 .
		 "soniq demo" shows all of it on a temporary database.
	END
	cat >>"$symbols/DEBIAN/control" <<-END
		Auto-Built-Package: debug-symbols
		Build-Ids: $build_ids
		Description: debug symbols for soniq
	END
}

# Units are of nobody until they are enabled; one that is enabled is stopped before its program
# goes, and takes the new one after an upgrade.  DPKG_ROOT: into another root nothing is started.
write_scripts() {
	local units=() name file
	for file in "$stage"/usr/lib/systemd/system/*; do
		[ ! -e "$file" ] || units+=("${file##*/}")
	done
	[ ${#units[@]} -gt 0 ] || return 0
	for name in postinst prerm postrm; do
		sed "s/@units@/${units[*]}/" "$root/tools/deb/$name" >"$stage/DEBIAN/$name"
		chmod 755 "$stage/DEBIAN/$name"
	done
}

# The library comes with the program: others find it, and what it depends on, by these.
write_library() {
	local library
	for library in "$stage"/usr/lib/*/libsoniq.so.*.*.*; do
		[ -e "$library" ] || return 0
		chmod 644 "$library"
	done
	printf 'libsoniq 0 soniq (>= %s)\n' "$version" >"$stage/DEBIAN/shlibs"
	printf 'activate-noawait ldconfig\n' >"$stage/DEBIAN/triggers"
}

pack() { # FOLDER NAME
	local deb=$out/$2_${version}_$architecture.deb
	(cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z |
		xargs -0 md5sum >DEBIAN/md5sums)
	find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
	dpkg-deb --root-owner-group -Zxz --build "$1" "$deb" >&2
	echo "$deb"
}

compile >&2
version=$(version)
architecture=$(dpkg --print-architecture)
build_ids=$(for program in $(programs); do build_id "$program"; done | paste -sd ' ')
fit_debian
write_control "$stage" soniq admin "$(depends)"
write_control "$symbols" soniq-dbgsym debug "soniq (= $version)"
describe
write_scripts
write_library
pack "$stage" soniq
pack "$symbols" soniq-dbgsym
