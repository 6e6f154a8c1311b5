# shellcheck shell=bash
# setup.sh -- what the commands of ./dev need from the system, and how it gets there.
#
# Each set is lines of "PROBE PACKAGE".  A probe is a command, pc:NAME for pkg-config, a file, or
# pkg:NAME for the package itself.  What is there, wherever it came from, is not installed.
# shellcheck disable=SC2034 # the sets are named by need()

packages_build='
cc               build-essential
meson            meson
ninja            ninja-build
pkg-config       pkg-config
pc:libevent_core libevent-dev
pc:libpq         libpq-dev
pc:sqlite3       libsqlite3-dev
pc:jansson       libjansson-dev
pc:libcrypto     libssl-dev
pc:zlib          zlib1g-dev
flock            util-linux
node             nodejs
npm              npm'

packages_unit='
pc:cmocka        libcmocka-dev
pc:libmicrohttpd libmicrohttpd-dev
pc:fcgi          libfcgi-dev'

packages_test='
py:venv          python3-venv
py:headers       python3-dev
pg:initdb        postgresql
/usr/sbin/pgbouncer pgbouncer
/usr/sbin/nginx  nginx
/usr/sbin/haproxy haproxy
caddy            caddy
/usr/sbin/apache2 apache2-bin
systemd-analyze  systemd
sqlite3          sqlite3
curl             curl
man              man-db
zsh              zsh
dpkg-shlibdeps   dpkg-dev
promtool         prometheus'

packages_clang='
clang            clang'

packages_lint='
pc:cmocka        libcmocka-dev
pc:libmicrohttpd libmicrohttpd-dev
pc:fcgi          libfcgi-dev
clang-tidy       clang-tidy
cppcheck         cppcheck
shellcheck       shellcheck
py:venv          python3-venv'

packages_package='
dpkg-shlibdeps   dpkg-dev'

packages_format='
clang-format     clang-format'

# Services that a package starts by itself; nobody asked for them.
services='caddy haproxy nginx pgbouncer postgresql prometheus'

python_headers='
import os, sysconfig
os.stat(os.path.join(sysconfig.get_path("include"), "Python.h"))'

say() {
	printf '==> %s\n' "$*" >&2
}

die() {
	printf 'dev: %s\n' "$*" >&2
	exit 1
}

is_there() {
	case $1 in
	pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
	pkg:*) dpkg-query -W -f '${db:Status-Abbrev}' "${1#pkg:}" 2>/dev/null | grep -q ^ii ;;
	py:venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
	py:headers) python3 -c "$python_headers" 2>/dev/null ;;
	pg:*) compgen -G "/usr/lib/postgresql/*/bin/${1#pg:}" >/dev/null ;;
	/*) [ -e "$1" ] ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# Prints the packages of a set whose probes fail.
missing_of() {
	local probe package
	while read -r probe package; do
		[ -z "$probe" ] || is_there "$probe" || echo "$package"
	done <<<"$1"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif [ -n "${CI:-}" ]; then
		sudo -n "$@"
	else
		sudo "$@"
	fi
}

install_packages() {
	local before='' service
	command -v apt-get >/dev/null || die "please install what this needs: $*"
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
		die "please run as root: apt-get install $*"
	for service in $services; do
		is_there "pkg:$service" && before="$before $service "
	done
	say "installing with apt: $*"
	as_root apt-get update -qq -o DPkg::Lock::Timeout=300 </dev/null ||
		say "apt could not update all of its lists"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends -o DPkg::Lock::Timeout=300 \
		"$@" </dev/null >build/apt.log 2>&1 || {
		tail -30 build/apt.log >&2
		die "apt could not install: $*"
	}
	stop_new_services "$before"
}

# A package that came in for its programs shall not leave a server running on this machine.
stop_new_services() {
	local service
	[ -d /run/systemd/system ] || return 0
	for service in $services; do
		[[ $1 == *" $service "* ]] || ! is_there "pkg:$service" ||
			as_root systemctl disable --now "$service" >/dev/null 2>&1 || true
	done
}

# need SET...: the packages of these sets are there afterwards.
need() {
	local set name missing=()
	for set in "$@"; do
		name=packages_$set
		mapfile -t -O ${#missing[@]} missing < <(missing_of "${!name}")
	done
	[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

# clang's run-time libraries carry its version in their package's name.
need_clang_runtime() {
	need clang
	local major
	major=$(clang -dumpversion | cut -d. -f1)
	compgen -G "$(clang -print-resource-dir)/lib/*/libclang_rt.fuzzer*" >/dev/null ||
		install_packages "libclang-rt-$major-dev"
}

# A browser for the tests, named by SONIQ_CHROMIUM.  Ubuntu has Chromium as a snap only, which
# cannot read a folder below build/; there, Playwright fetches its own copy into build/.
need_chromium() {
	local name
	for name in chromium google-chrome google-chrome-stable; do
		SONIQ_CHROMIUM=${SONIQ_CHROMIUM:-$(command -v "$name" || true)}
	done
	if [ -z "$SONIQ_CHROMIUM" ] && grep -q '^ID=debian' /etc/os-release; then
		install_packages chromium
		SONIQ_CHROMIUM=$(command -v chromium)
	elif [ -z "$SONIQ_CHROMIUM" ]; then
		SONIQ_CHROMIUM=$(playwright_chromium)
	fi
	export SONIQ_CHROMIUM
	[ -n "$SONIQ_CHROMIUM" ]
}

playwright_chromium() {
	export PLAYWRIGHT_BROWSERS_PATH=$root/build/browsers
	if ! compgen -G "$PLAYWRIGHT_BROWSERS_PATH/chromium-*/chrome-linux*/chrome"; then
		say "fetching Chromium into build/browsers"
		as_root build/venv/bin/playwright install-deps chromium </dev/null >&2
		build/venv/bin/playwright install --no-shell chromium </dev/null >&2 || return 1
		compgen -G "$PLAYWRIGHT_BROWSERS_PATH/chromium-*/chrome-linux*/chrome"
	fi
}
