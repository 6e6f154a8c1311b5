# shellcheck shell=bash
# build.sh -- ./dev build, package, demo, format, clean; and `compile`, which the others use.

# configure DIR OPTION...: build/DIR is set up with these options.
configure() {
	local dir=build/$1 args
	shift
	args="${CC:-cc} $*"
	if [ -e "$dir/build.ninja" ] && [ "$(cat "$dir/dev-args" 2>/dev/null)" != "$args" ]; then
		rm -rf "$dir"
	fi
	[ -e "$dir/build.ninja" ] && return
	say "configuring $dir"
	mkdir -p "$dir"
	meson setup "$dir" "$@" >"$dir/setup.log" 2>&1 || {
		cat "$dir/setup.log" >&2
		rm -rf "$dir"
		return 1
	}
	echo "$args" >"$dir/dev-args"
}

# compile DIR OPTION...: configure if need be, then build all of it.
compile() {
	local dir=build/$1
	configure "$@" || return 1
	# ninja cannot see that a file is new.
	sh tools/sources.sh "$root" | cmp -s - "$dir/src/sources.list" ||
		meson setup --reconfigure "$dir" >"$dir/setup.log" 2>&1 || {
		cat "$dir/setup.log" >&2
		return 1
	}
	ninja -C "$dir" --quiet >&2
}

# Warnings stop ./dev lint, where compilers are chosen; not somebody who has a newer one.
options_release=(-Dtests=false -Dwerror=false)
options_asan=("-Db_sanitize=address,undefined" -Dwerror=false)

# shellcheck disable=SC2120 # dev_demo and dev_bench take the defaults
dev_build() {
	local kind=release dir
	for arg in "$@"; do
		case $arg in
		--san) kind=asan ;;
		--cc=*) export CC=${arg#--cc=} ;;
		*) die "build: what is $arg?" ;;
		esac
	done
	need build
	[ "${CC:-cc}" != clang ] || need_clang_runtime
	dir=$kind${CC:+-$CC}
	if [ "$kind" = asan ]; then
		need unit
		compile "$dir" "${options_asan[@]}"
	else
		compile "$dir" "${options_release[@]}"
	fi
	ln -sfn "$dir/src/soniq" build/soniq
	say "build/soniq ($dir)"
}

# The packages lie in build/package alone, so that the folder is what a container is built from.
dev_package() {
	need build package
	rm -rf build/package
	tools/deb.sh build/package
}

dev_demo() {
	# shellcheck disable=SC2119
	dev_build
	exec build/soniq demo "$@"
}

dev_format() {
	need format
	if [ $# -gt 0 ]; then
		clang-format -i "$@"
	else
		git clang-format --force --extensions c,h HEAD || true
	fi
}

dev_clean() {
	rm -rf build
}
