# shellcheck shell=bash
# lint.sh -- ./dev lint: what a machine can say about the sources.  One function a step.

lint_steps='gcc clang options layers sizes tidy cppcheck shell python page'

# Two compilers, every warning an error, tests and fuzzers included.
lint_gcc() {
	CC=gcc compile lint-gcc -Dwerror=true
}

lint_clang() {
	CC=clang compile lint-clang -Dwerror=true
}

# One database without the other.
lint_options() {
	compile lint-pg -Dsqlite=disabled -Dweb=false -Dtests=false &&
		compile lint-lite -Dpostgresql=disabled -Dweb=false -Dtests=false
}

lint_layers() {
	find src -name '*.[ch]' ! -name '.*' |
		awk -v layers=src/layers.txt -v root=src/ -f tools/layers.awk
}

lint_sizes() {
	git ls-files --cached --others --exclude-standard |
		awk -v exceptions=ci/exceptions.txt -f tools/sizes.awk
}

lint_tidy() {
	python3 tools/tidy.py build/lint-clang
}

lint_cppcheck() {
	mkdir -p build/lint-cppcheck
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --language=c -j "$(nproc)" \
		--enable=warning,performance,portability --suppressions-list=ci/cppcheck.txt \
		--cppcheck-build-dir=build/lint-cppcheck -DWITH_POSTGRESQL=1 -DWITH_SQLITE=1 \
		-D__GNUC__=12 --include=ci/cppcheck.h -Isrc -Ibuild/lint-gcc/src src tools
}

lint_shell() {
	local files
	mapfile -t files < <(git ls-files --cached --others --exclude-standard -- \
		dev .ci/run '*.sh' ':!tools/dev')
	shellcheck -x "${files[@]}"
}

lint_python() {
	need_venvs tests
	git ls-files --cached --others --exclude-standard -- '*.py' |
		xargs -r build/venv/bin/ruff check --quiet
}

lint_page() {
	page_has check || return 0
	dev_page check
}

dev_lint() {
	local wanted=${1:-} step failed=()
	need build lint
	need_clang_runtime
	for step in $lint_steps; do
		[[ -z $wanted || $step == "$wanted" ]] || continue
		say "lint: $step"
		# A subshell of its own: set -e is off for what stands in a condition.
		(set -e; "lint_$step") || failed+=("$step")
	done
	[ ${#failed[@]} -eq 0 ] || die "lint failed: ${failed[*]}"
	say "lint: clean"
}
