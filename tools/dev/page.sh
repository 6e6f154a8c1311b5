# shellcheck shell=bash
# page.sh -- ./dev page: the page alone.  src/web/README.md tells how it is built.

dev_page() {
	need build
	mkdir -p build/web
	sh tools/web.sh "$root" "$root/build/page" true build/web/web_assets.c build/web/web.d
	case ${1:-} in
	'') echo "$root/build/web/dist" ;;
	check) (cd build/web/page && SONIQ_ROOT=$root npm run --silent check </dev/null) ;;
	test) (cd build/web/page && SONIQ_ROOT=$root npm run --silent test </dev/null) ;;
	*) die "page: what is $1?" ;;
	esac
}

page_has() { # NAME: does package.json have a script of this name?
	local has='require("./src/web/package.json").scripts?.[process.argv[1]]'
	[ -f src/web/package.json ] && node -e "process.exit($has ? 0 : 1)" "$1"
}
