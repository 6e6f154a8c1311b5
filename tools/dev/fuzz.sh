# shellcheck shell=bash
# fuzz.sh -- ./dev fuzz: libFuzzer over tests/fuzz/*.c.
#
# It starts from tests/fuzz/corpus/NAME, keeps what it learns in build/fuzz-corpus/NAME, and
# writes an input that broke something to build/fuzz-found/.  Such an input, once mended, belongs
# into tests/fuzz/corpus/NAME: ./dev test feeds all of that folder to the harness.

fuzz_one() {
	local name=$1 learnt=build/fuzz-corpus/$1 seed=tests/fuzz/corpus/$1
	mkdir -p "$learnt" "$seed" build/fuzz-found
	say "fuzz $name for ${FUZZ_SECONDS:-30} s"
	"build/fuzz/tests/fuzz_$name" -max_total_time="${FUZZ_SECONDS:-30}" -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="build/fuzz-found/$name-" "$learnt" "$seed" \
		>"build/fuzz-$name.log" 2>&1 && return
	tail -40 "build/fuzz-$name.log" >&2
	return 1
}

dev_fuzz() {
	local wanted=${1:-} file name passed=0 failed=0
	need build unit
	need_clang_runtime
	CC=clang compile fuzz -Dfuzz=true -Dweb=false -Dwerror=false -Db_sanitize=address,undefined
	for file in tests/fuzz/*.c; do
		name=$(basename "$file" .c)
		[[ -e $file && ( -z $wanted || $name == "$wanted" ) ]] || continue
		if fuzz_one "$name"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
	[ $((passed + failed)) -gt 0 ] || die "fuzz: there is no tests/fuzz/$wanted.c"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
