# sizes.awk -- no file and no line above its size.
#
# usage: git ls-files | awk -v exceptions=ci/exceptions.txt -f sizes.awk
#
# exceptions names the files that may be larger ("lines FILE", "columns FILE"); one that is not
# needed any more is an error too, so that the list can only shrink.

function complain(message) {
	print message > "/dev/stderr"
	bad = 1
}

function load_exceptions(    text, part) {
	while ((getline text < exceptions) > 0) {
		sub(/#.*/, "", text)
		if (split(text, part, " ") == 2)
			excused[part[1], part[2]] = 1
	}
	close(exceptions)
}

function excuse(kind, file, message) {
	if (!((kind, file) in excused))
		complain(message)
	delete excused[kind, file]
}

# Columns of a line on a screen: tabs of 8, one for each character of UTF-8.
function columns(text,    n, i, part, at) {
	gsub(/[\200-\277]/, "", text)
	n = split(text, part, "\t")
	at = 0
	for (i = 1; i <= n; i++) {
		at += length(part[i])
		if (i < n)
			at += 8 - at % 8
	}
	return at
}

function most_lines(file) {
	if (file ~ /[.]c$/)
		return 500
	if (file ~ /[.]h$/)
		return 200
	return file ~ /[.](py|ts|tsx|mjs|sh|awk|css)$/ || file == "dev" ? 500 : 0
}

function check(file,    text, n, wide, first_wide) {
	n = wide = 0
	while ((getline text < file) > 0) {
		n++
		if (columns(text) > 100 && text !~ /https?:\/\/[^ ]*$/ && !wide++)
			first_wide = n
	}
	close(file)
	if (wide)
		excuse("columns", file, file ":" first_wide ": over 100 columns (" wide " lines)")
	if (n > most_lines(file))
		excuse("lines", file, file ": " n " lines, " most_lines(file) " are the limit")
}

BEGIN { load_exceptions() }

most_lines($0) > 0 { check($0) }

END {
	for (key in excused) {
		split(key, part, SUBSEP)
		complain(exceptions ": " part[1] " " part[2] " is no longer needed")
	}
	exit bad
}
