# shellcheck shell=bash
# bench.sh -- ./dev bench: runs what is in bench/ against the released build.

bench_run() {
	local file=$1
	shift
	say "bench ${file##*/}"
	case $file in
	*.py) build/venv/bin/python "$file" "$@" ;;
	*.sh) bash "$file" "$@" ;;
	esac
}

# One by its name, with whatever arguments it takes; without a name all of them.
dev_bench() {
	local name=${1:-} found=0 file
	[ $# -gt 0 ] && shift
	need build test
	# shellcheck disable=SC2119
	dev_build
	need_venvs
	[[ -n $name && $name != page ]] || need_chromium ||
		die "bench page: no Chromium was to be had"
	export SONIQ_BIN=$root/build/soniq
	for file in bench/*.py bench/*.sh; do
		[[ -e $file && ( -z $name || $file == bench/$name.* ) ]] || continue
		found=1
		bench_run "$file" "$@"
	done
	[ $found -eq 1 ] || die "bench: there is no bench/$name.py or bench/$name.sh"
}
