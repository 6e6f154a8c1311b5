# shellcheck shell=bash
# bench.sh -- ./dev bench: runs what is in bench/ against the released build.

bench_run() {
	say "bench ${1##*/}"
	case $1 in
	*.py) build/venv/bin/python "$1" ;;
	*.sh) bash "$1" ;;
	esac
}

dev_bench() {
	local name=${1:-} found=0 file
	need build test
	# shellcheck disable=SC2119
	dev_build
	need_venvs
	export SONIQ_BIN=$root/build/soniq
	for file in bench/*.py bench/*.sh; do
		[[ -e $file && ( -z $name || $file == bench/$name.* ) ]] || continue
		found=1
		bench_run "$file"
	done
	[ $found -eq 1 ] || die "bench: there is no bench/$name.py or bench/$name.sh"
}
