# sql2c.awk -- turns src/sql into sql.h and sql.c: every statement in both dialects, checked.
#
# usage: find SQL_DIR -name '*.sql' | sort |
#        awk -v root=SQL_DIR/ -v header=sql.h -v source=sql.c -f sql2c.awk
#
# What a statement's file has to look like is told in src/sql/README.md.  A file that does not
# is named, with the reason, and nothing is written.

function complain(message) {
	printf "%s: %s\n", file, message > "/dev/stderr"
	bad = 1
}

function slurp(    text, all) {
	all = ""
	while ((getline text < file) > 0)
		all = all text "\n"
	close(file)
	return all
}

# How many bytes at `i` are a comment or quoted, which are copied or skipped whole.
function span(text, i,    two, c, rest, end) {
	two = substr(text, i, 2)
	c = substr(text, i, 1)
	rest = substr(text, i + 1)
	if (two == "--")
		return index(rest, "\n")
	if (two == "/*") {
		end = index(substr(text, i + 2), "*/")
		if (end == 0)
			complain("a comment is not closed")
		return end == 0 ? length(text) : end + 3
	}
	if (c != "'" && c != "\"")
		return 0
	end = index(rest, c)
	if (end == 0)
		complain("a quote is not closed")
	return end == 0 ? length(text) : end + 1
}

# Remembers parameter $n of the statement at hand; gives its digits.
function parameter(text, i,    digits) {
	digits = substr(text, i + 1)
	sub(/[^0-9].*/, "", digits)
	if (digits == "")
		complain("$ without a number: dollar quotes are not for statements")
	used[digits + 0] = 1
	if (digits + 0 > n_used)
		n_used = digits + 0
	return digits
}

# `@name($3, $5)` stands for the part of that name, in which `$it` stands for $3 and `$it2` for $5;
# `@name()` for one that has none.
function expand(text, dialect,    call, name, n) {
	while (match(text, /@[a-z_]+[(][$a-z0-9, ]*[)]/)) {
		call = substr(text, RSTART + 1, RLENGTH - 2)
		name = substr(call, 1, index(call, "(") - 1)
		if (!((dialect, name) in part) || ++n > 50) {
			complain("there is no part " name " in parts/" dialect ", or it has itself")
			return text
		}
		text = substr(text, 1, RSTART - 1) \
			put_it(part[dialect, name], substr(call, length(name) + 2)) \
			substr(text, RSTART + RLENGTH)
	}
	return text
}

function put_it(text, given,    them, n) {
	for (n = split(given, them, /, */); n > 1; n--)
		gsub("[$]it" n, them[n], text)
	if (text ~ /[$]it[0-9]/)
		complain("a part is given too few: (" given ")")
	gsub(/[$]it/, them[1], text)
	return text
}

function add_part(dialect,    all, name, first) {
	all = slurp()
	name = base_of(file)
	first = substr(all, 1, index(all, "\n") - 1)
	if (index(first, "-- " name ": ") != 1)
		complain("the first line is not \"-- " name ": what it is true of\"")
	if (all ~ /[$][0-9]/ || all ~ /;/)
		complain("a part has no semicolon and no parameter but $it, $it2 ...")
	sub(/\n$/, "", all)
	part[dialect, name] = all
}

# One statement's text in a dialect: no comments, no last semicolon, its own parameter mark.
# Leaves the number of parameters in n_used.
function statement(text, dialect,    out, i, n, c, digits, plain) {
	text = expand(text, dialect)
	split("", used)
	n_used = 0
	out = plain = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		n = span(text, i)
		if (n > 0 && (c == "-" || c == "/")) {
			i += n - 1
		} else if (n > 0) {
			out = out substr(text, i, n)
			i += n - 1
		} else if (c == "$") {
			digits = parameter(text, i)
			out = out (dialect == "lite" ? "?" : "$") digits
			i += length(digits)
		} else {
			out = out c
			plain = plain c
		}
	}
	check_plain(plain, dialect)
	return trim(out)
}

function check_plain(plain, dialect,    i) {
	if (plain !~ /;[ \t\n]*$/)
		complain("does not end with a semicolon")
	else if (gsub(/;/, ";", plain) > 1)
		complain("holds more than one statement")
	if (dialect == "lite" && plain ~ /[?]/)
		complain("? is not a parameter here: write $1, $2 ...")
	for (i = 1; i <= n_used; i++)
		if (!(i in used))
			complain("$" i " is missing, though $" n_used " is there")
}

# Blank lines, trailing blanks and the last semicolon go; line ends stay, for error positions.
function trim(text) {
	gsub(/[ \t]+\n/, "\n", text)
	gsub(/\n\n+/, "\n", text)
	sub(/^[ \t\n]+/, "", text)
	sub(/[ \t\n;]+$/, "", text)
	return text
}

function c_string(text, indent,    n, i, row, out) {
	gsub(/\\/, "\\\\\\\\", text)
	gsub(/"/, "\\\"", text)
	gsub(/\t/, "\\t", text)
	gsub(/[?][?]/, "?\\?", text)
	n = split(text, row, "\n")
	if (row[n] == "" && n > 1)
		n--
	out = ""
	for (i = 1; i <= n; i++)
		out = out "\n" indent "\"" row[i] (i < n ? "\\n" : "") "\""
	return out
}

function base_of(path) {
	sub(/.*\//, "", path)
	sub(/[.]sql$/, "", path)
	return path
}

function add_dialect(name, dialect, all, doc) {
	raw_of[name, dialect] = all
	if (!(name in doc_of)) {
		names[++n_names] = name
		doc_of[name] = doc
	}
	file_of[name, dialect] = file
}

function add_statement(where,    all, first, name, doc) {
	all = slurp()
	name = base_of(file)
	first = substr(all, 1, index(all, "\n") - 1)
	if (name !~ /^[a-z][a-z0-9_]*$/)
		complain("a statement's name is of a-z, 0-9 and _")
	if (index(first, "-- " name ": ") != 1) {
		complain("the first line is not \"-- " name ": what it does\"")
		return
	}
	doc = substr(first, length("-- " name ": ") + 1)
	if (where == "" ? (name in doc_of) : ((name, "shared") in file_of))
		complain(name " is both shared and of a dialect")
	if (where == "") {
		add_dialect(name, "pg", all, doc)
		add_dialect(name, "lite", all, doc)
		file_of[name, "shared"] = file
	} else {
		add_dialect(name, where, all, doc)
	}
}

# A script of the folder `set`: migrations, history or removal.
function add_script(set, dialect,    name) {
	name = base_of(file)
	if (name !~ /^[0-9]+_[a-z0-9_]+$/)
		complain("a script's name is NNNN_name.sql")
	script[set, name, dialect] = slurp()
	if (!((set, name) in seen_script)) {
		seen_script[set, name] = file
		scripts[set, ++n_scripts[set]] = name
	}
}

# When all parts are known.
function make_statements(    i, k, name, dialect, both) {
	split("pg lite", both, " ")
	for (i = 1; i <= n_names; i++) {
		for (k = 1; k <= 2; k++) {
			name = names[i]
			dialect = both[k]
			if (!((name, dialect) in raw_of))
				continue
			file = file_of[name, dialect]
			text_of[name, dialect] = statement(raw_of[name, dialect], dialect)
			count_of[name, dialect] = n_used
		}
	}
}

function check_pairs(    i, name) {
	for (i = 1; i <= n_names; i++) {
		name = names[i]
		file = file_of[name, (name, "pg") in file_of ? "pg" : "lite"]
		if (!((name, "pg") in text_of) || !((name, "lite") in text_of))
			complain("is there for one dialect only")
		else if (count_of[name, "pg"] != count_of[name, "lite"])
			complain("has " count_of[name, "pg"] " parameters in pg, " \
				count_of[name, "lite"] " in lite")
	}
	check_scripts("migrations")
	check_scripts("history")
	check_scripts("removal")
}

function check_scripts(set,    i, name) {
	for (i = 1; i <= n_scripts[set]; i++) {
		name = scripts[set, i]
		file = seen_script[set, name]
		if (!((set, name, "pg") in script) || !((set, name, "lite") in script))
			complain("is there for one dialect only")
	}
}

function sort_scripts(set,    list, i) {
	for (i = 1; i <= n_scripts[set]; i++)
		list[i] = scripts[set, i]
	sort_names(list, n_scripts[set])
	for (i = 1; i <= n_scripts[set]; i++)
		scripts[set, i] = list[i]
}

# Dialect folders come in any order; the enum is in the order of names.
function sort_names(list, n,    i, j, keep) {
	for (i = 2; i <= n; i++) {
		keep = list[i]
		for (j = i - 1; j > 0 && list[j] > keep; j--)
			list[j + 1] = list[j]
		list[j + 1] = keep
	}
}

function h(text) {
	print text > header
}

function write_enum(    i) {
	h("enum sql_id {")
	for (i = 1; i <= n_names; i++)
		h("\tSQL_" toupper(names[i]) ",\t/* " doc_of[names[i]] " */")
	h("\tSQL__COUNT\n};\n")
}

function write_header() {
	h("/* sql.h -- the statements and migrations of src/sql; made by tools/sql2c.awk. */")
	h("#ifndef SQL_SQL_H\n#define SQL_SQL_H\n")
	write_enum()
	h("/* One statement.  pg has $1..$n, lite has ?1..?n, for the same n. */")
	h("struct sql_text {")
	h("\tconst char *name;\n\tconst char *pg;\n\tconst char *lite;")
	h("\tint n_params;\n\tconst char *doc;\n};\n")
	h("/* By enum sql_id; one row more, all zero, closes it. */")
	h("extern const struct sql_text sql_texts[SQL__COUNT + 1];\n")
	h("/* One step of the schema: a script of any number of statements, for each database. */")
	h("struct migration_text {")
	h("\tconst char *version;\t/* \"0001\" */\n\tconst char *name;")
	h("\tconst char *pg;\n\tconst char *lite;\n};\n")
	h("/* In order of version; a row of NULLs closes it. */")
	h("extern const struct migration_text migration_texts[];")
	h("/* The same for our own tables, which the history is kept in. */")
	h("extern const struct migration_text history_texts[];")
	h("/* And what takes them away again. */")
	h("extern const struct migration_text removal_texts[];\n\n#endif")
}

function write_statement(name) {
	print "\t[SQL_" toupper(name) "] = {" > source
	print "\t\t.name = \"" name "\"," > source
	print "\t\t.pg =" c_string(text_of[name, "pg"], "\t\t\t") "," > source
	print "\t\t.lite =" c_string(text_of[name, "lite"], "\t\t\t") "," > source
	print "\t\t.n_params = " count_of[name, "pg"] "," > source
	print "\t\t.doc =" c_string(doc_of[name], "\t\t\t") ",\n\t}," > source
}

function write_scripts(set, symbol,    i) {
	print "\nconst struct migration_text " symbol "[] = {" > source
	for (i = 1; i <= n_scripts[set]; i++)
		write_script(set, scripts[set, i])
	print "\t{ NULL, NULL, NULL, NULL },\n};" > source
}

function write_script(set, name,    at) {
	at = index(name, "_")
	print "\t{" > source
	print "\t\t.version = \"" substr(name, 1, at - 1) "\"," > source
	print "\t\t.name = \"" substr(name, at + 1) "\"," > source
	print "\t\t.pg =" c_string(script[set, name, "pg"], "\t\t\t") "," > source
	print "\t\t.lite =" c_string(script[set, name, "lite"], "\t\t\t") ",\n\t}," > source
}

function write_source(    i) {
	print "/* sql.c -- the texts of src/sql; made by tools/sql2c.awk. */" > source
	print "#include \"sql/sql.h\"\n\n#include <stddef.h>\n" > source
	print "const struct sql_text sql_texts[SQL__COUNT + 1] = {" > source
	for (i = 1; i <= n_names; i++)
		write_statement(names[i])
	print "};" > source
	write_scripts("migrations", "migration_texts")
	write_scripts("history", "history_texts")
	write_scripts("removal", "removal_texts")
}

{
	file = $0
	name = substr(file, length(root) + 1)
	if (name ~ /^(migrations|history|removal)\/(pg|lite)\/[^\/]+$/)
		add_script(substr(name, 1, index(name, "/") - 1),
			name ~ /^[a-z]+\/pg/ ? "pg" : "lite")
	else if (name ~ /^parts\/(pg|lite)\/[^\/]+$/)
		add_part(name ~ /^parts\/pg/ ? "pg" : "lite")
	else if (name ~ /^(pg|lite)\/[^\/]+$/)
		add_statement(name ~ /^pg/ ? "pg" : "lite")
	else if (name !~ /\//)
		add_statement("")
	else
		complain("is in no folder that sql2c.awk knows")
}

END {
	make_statements()
	check_pairs()
	if (bad)
		exit 1
	sort_names(names, n_names)
	sort_scripts("migrations")
	sort_scripts("history")
	sort_scripts("removal")
	write_header()
	write_source()
	close(header)
	close(source)
}
