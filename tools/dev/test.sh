# shellcheck shell=bash
# test.sh -- ./dev test: every test there is, counted by tools/results.py.
#
# Everything runs on the build with ASan and UBSan: the C tests, and the black-box tests in pytest,
# which find the program in SONIQ_BIN.  Only the last line is counted by those who call this.

results=build/results

# need_venvs [NAME...]: the Python environments of the tests, all of them or these.
need_venvs() {
	sh tests/support/venvs.sh "$@" </dev/null >&2
}

# expect FILE WHAT STATUS: that WHAT left no FILE, or ended as no test run ends, is a failure.
expect() {
	[[ -s $results/$1 && $3 -le 1 ]] ||
		echo "$2 broke off (exit status $3)" >>"$results/failed"
}

# Prints the Meson tests whose name holds one of "$@".
c_tests_named() {
	meson test -C build/asan --no-rebuild --list 2>/dev/null | sed -n 's/^.* \/ //p' |
		grep -F "${@/#/-e}" || true
}

# Each of these takes the names that were given, or none for all tests.

run_c_tests() {
	local names=() status=0
	if [ $# -gt 0 ]; then
		mapfile -t names < <(c_tests_named "$@")
		[ ${#names[@]} -gt 0 ] || return 0
	fi
	say "C tests"
	rm -f build/asan/meson-logs/testlog.json
	# One more than there are processors, for most tests wait for a database.
	meson test -C build/asan --no-rebuild --print-errorlogs \
		--num-processes "${SONIQ_TEST_WORKERS:-$(($(nproc) + 1))}" \
		"${names[@]}" </dev/null >&2 || status=$?
	cp build/asan/meson-logs/testlog.json "$results/c.json" || true
	# Meson's exit status is the number of tests that failed.
	expect c.json "meson test" $((status > 0))
}

is_of_page() {
	local name
	for name; do
		[[ page != *"$name"* && web != *"$name"* ]] || return 0
	done
	[ $# -eq 0 ]
}

run_page_tests() {
	page_has test && is_of_page "$@" || return 0
	say "page tests"
	local status=0
	dev_page test >"$results/page.tap" || status=$?
	[ $status -eq 0 ] || grep -A 12 '^ *not ok' "$results/page.tap" >&2 || true
	expect page.tap "npm test" $status
}

run_python_tests() {
	compgen -G 'tests/*/test_*.py' >/dev/null || return 0
	local status=0 without=() workers=() names="$*"
	say "black-box tests"
	need_venvs
	if ! need_chromium; then
		echo "no Chromium was to be had for tests/browser" >>"$results/failed"
		without=(--ignore=tests/browser)
	fi
	# Two processes, for most tests wait; files as a whole, whose fixtures are dear.  A few
	# tests are over before the second has begun.
	local n=${SONIQ_TEST_WORKERS:-2}
	[[ -n $names && -z ${SONIQ_TEST_WORKERS:-} ]] && n=1
	[ "$n" -eq 1 ] || workers=(-n "$n" --dist loadfile)
	# Without CI, for pytest then writes every difference in full.
	env -u CI SONIQ_BIN="$root/build/asan/src/soniq" SONIQ_ROOT="$root" \
		build/venv/bin/python -m pytest tests -q -ra --tb=short \
		--junitxml="$results/pytest.xml" ${names:+-k "${names// / or }"} \
		"${without[@]}" "${workers[@]}" \
		</dev/null >&2 || status=$?
	# 5: the names fit none of them.
	[[ $status -eq 5 && -n $names ]] || expect pytest.xml pytest $status
}

# Sanitizers that find something must fail the test that ran, whatever the program does then.
# The exit status is one that Soniq has no meaning for.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:exitcode=99}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1:exitcode=99}

dev_test() {
	local names=("${@##*/}")
	names=("${names[@]%.*}")
	need build unit test
	rm -rf "$results"
	mkdir -p "$results"
	if ! compile asan "${options_asan[@]}"; then
		echo "0 passed, 1 failed"
		return 1
	fi
	run_c_tests "${names[@]}"
	run_page_tests "${names[@]}"
	run_python_tests "${names[@]}"
	python3 tools/results.py "$results"
}

dev_golden() {
	SONIQ_GOLDEN="write" dev_test "$@"
}
