#!/bin/sh
# venvs.sh -- make the Python environments of the tests, unless they are up to date.
#
#	tests/support/venvs.sh [tests] [new] [stable] [old] [mount]      (none named: all)
#
# An environment is up to date when its stamp has the hash of its requirements, of this script
# and of the Python that it is made with.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
python=${PYTHON:-python3}

# name, directory below build/, requirements
table() {
	cat <<-'EOF'
	tests  venv              requirements.txt
	new    venv-soniq-new    requirements-soniq-new.txt
	stable venv-soniq-stable requirements-soniq-stable.txt
	old    venv-soniq-0.0.3  requirements-soniq-old.txt
	mount  venv-mount        requirements-mount.txt
	EOF
}

wanted_hash() {
	{ "$python" -VV; cat "$root/tests/support/venvs.sh" "$1"; } | sha256sum | cut -d' ' -f1
}

make_venv() {
	venv=$root/build/$1
	requirements=$root/tests/$2
	wanted=$(wanted_hash "$requirements")
	if [ "$(cat "$venv/.stamp" 2>/dev/null || true)" = "$wanted" ]; then
		return 0
	fi
	echo "installing $2 into build/$1"
	rm -rf "$venv"
	"$python" -m venv "$venv"
	"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
		--requirement "$requirements"
	echo "$wanted" >"$venv/.stamp"
}

mkdir -p "$root/build"
# Two test runs that start together must not fill the same directory.
exec 9>"$root/build/.venvs.lock"
if command -v flock >/dev/null; then
	flock 9
fi

[ $# -gt 0 ] || set -- tests new stable old mount
for name in "$@"; do
	line=$(table | awk -v name="$name" '$1 == name { print $2, $3 }')
	if [ -z "$line" ]; then
		echo "venvs.sh: unknown environment '$name'" >&2
		exit 2
	fi
	# shellcheck disable=SC2086
	make_venv $line
done
