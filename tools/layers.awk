# layers.awk -- who may include and call whom: src/layers.txt, held against the sources.
#
# usage: find src -name '*.[ch]' | awk -v layers=src/layers.txt -v root=src/ -f layers.awk
#
# Says every breach as FILE:LINE: MESSAGE and exits 1 if there was one.

function complain(message) {
	printf "%s:%d: %s\n", file, line, message > "/dev/stderr"
	bad = 1
}

# Is `name` (below src/) one of, or below one of, the places in `list`?
function among(name, list,    n, i, place) {
	n = split(list, place, " ")
	for (i = 1; i <= n; i++)
		if (name == place[i] || index(name, place[i] "/") == 1)
			return 1
	return 0
}

function load_layers(    text, i) {
	while ((getline text < layers) > 0) {
		sub(/#.*/, "", text)
		if (text !~ /:/)
			continue
		gsub(/[ \t]+/, " ", text)
		i = index(text, ":")
		if (text ~ /^owner /)
			owner[substr(text, 7, i - 7)] = substr(text, i + 1)
		else if (text ~ /^banned:/)
			load_banned(substr(text, i + 1))
		else
			may[substr(text, 1, i - 1)] = substr(text, i + 1) " "
	}
	close(layers)
}

function load_banned(list,    n, i, word) {
	n = split(list, word, " ")
	for (i = 1; i <= n; i++)
		owner[word[i]] = " "
}

# The text of a line without comments and without what stands between quotes.
function code_of(text,    out, i, c, quote) {
	out = ""
	quote = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (in_comment) {
			if (substr(text, i, 2) == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote)
				quote = ""
		} else if (substr(text, i, 2) == "/*") {
			in_comment = 1
			i++
		} else if (substr(text, i, 2) == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c
		} else {
			out = out c
		}
	}
	return out
}

function check_quoted(header,    room, part) {
	if (split(header, part, "/") < 2) {
		complain("#include \"" header "\" names no room")
		return
	}
	room = part[1]
	if (room == my_room)
		return
	if (index(" " may[my_room], " " room " ") == 0)
		complain(my_room " may not include " room " (src/layers.txt)")
	else if (3 in part)
		complain(header " is private to " room)
}

function check_system(header,    what) {
	for (what in owner)
		if (what ~ /\/$/ ? index(header, what) == 1 : header == what)
			check_owner("<" header ">", what)
}

function check_owner(thing, what) {
	if (owner[what] == " ")
		complain(thing " is banned")
	else if (!among(name, owner[what]))
		complain(thing " belongs to" owner[what])
}

function check_include(text,    header) {
	header = text
	sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", header)
	sub(/[">].*/, "", header)
	if (text ~ /include[ \t]*"/)
		check_quoted(header)
	check_system(header)
}

function check_calls(code,    what, word) {
	for (what in owner) {
		if (what ~ /[.\/]/ || index(code, what) == 0)
			continue
		word = "(^|[^A-Za-z0-9_.>])" what "[ \t]*[(]"
		if (code ~ word)
			check_owner(what "()", what)
	}
}

function check_file(    text) {
	name = substr(file, length(root) + 1)
	my_room = name
	sub(/\/.*/, "", my_room)
	line = 0
	in_comment = 0
	if (!(my_room in may))
		complain("room " my_room " is not in src/layers.txt")
	while ((getline text < file) > 0) {
		line++
		if (!in_comment && text ~ /^[ \t]*#[ \t]*include/)
			check_include(text)
		else
			check_calls(code_of(text))
	}
	close(file)
}

BEGIN { load_layers() }
{ file = $0; check_file() }
END { exit bad }
