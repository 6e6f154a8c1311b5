"""sql2c: what src/sql may hold, and what becomes of it."""

import subprocess

import pytest

from support.paths import ROOT

DIALECTS = ("pg", "lite")


def generate(folder, files):
    """Runs sql2c over these files; the process, and the C that it wrote ("" if none)."""
    for name, text in files.items():
        path = folder / "sql" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    outputs = [folder / "sql.h", folder / "sql.c", folder / "sql.d"]
    done = subprocess.run(
        ["sh", ROOT / "tools/sql2c.sh", folder / "sql", *outputs], capture_output=True, text=True
    )
    return done, "".join(path.read_text() for path in outputs[:2] if path.exists())


def test_a_shared_statement_has_the_mark_of_each_database(tmp_path):
    done, text = generate(tmp_path, {"job_get.sql": "-- job_get: one.\nSELECT $2, $1, $2;\n"})
    assert done.returncode == 0, done.stderr
    assert '"SELECT $2, $1, $2"' in text
    assert '"SELECT ?2, ?1, ?2"' in text
    assert ".n_params = 2" in text
    assert "SQL_JOB_GET" in text


def test_parts_stand_in_statements_with_the_parameter_given(tmp_path):
    parts = {
        f"parts/{dialect}/{name}.sql": f"-- {name}: b.\n{text}\n"
        for dialect in DIALECTS
        for name, text in (
            ("outer", "(x = $it OR @inner($it) @>1)"),
            ("inner", "y = $it @own()"),
            ("many", "$it2 < $it + $it2 * $it3"),
        )
    }
    own = {f"parts/{dialect}/own.sql": f"-- own: c.\n'{dialect}'\n" for dialect in DIALECTS}
    done, text = generate(
        tmp_path,
        {"a.sql": "-- a: b.\nSELECT $1 FROM t WHERE @outer($2) AND @many($3, $1, $2);\n"}
        | parts
        | own,
    )
    assert done.returncode == 0, done.stderr
    made = " ".join(text.replace('\\n"\n\t\t\t"', " ").split())
    assert "SELECT $1 FROM t WHERE (x = $2 OR y = $2 'pg' @>1) AND $1 < $3 + $1 * $2" in made
    assert "SELECT ?1 FROM t WHERE (x = ?2 OR y = ?2 'lite' @>1) AND ?1 < ?3 + ?1 * ?2" in made


def test_quotes_are_kept_and_comments_are_not(tmp_path):
    statement = "-- a: b.\nSELECT '$9 -- it''s;', \"c;?\" -- $8;\n/* $7; */ FROM t WHERE x = $1;\n"
    done, text = generate(tmp_path, {"a.sql": statement})
    assert done.returncode == 0, done.stderr
    assert "\"SELECT '$9 -- it''s;', \\\"c;?\\\"\\n\"" in text
    assert '" FROM t WHERE x = ?1"' in text
    assert ".n_params = 1" in text


def test_a_backslash_stays_one(tmp_path):
    done, text = generate(tmp_path, {"a.sql": "-- a: b.\nSELECT 'a\\_b';\n"})
    assert done.returncode == 0, done.stderr
    assert r"'a\\_b'" in text


@pytest.mark.parametrize("folder", ["history", "removal"])
def test_scripts_of_our_own_tables(tmp_path, folder):
    scripts = {f"{folder}/{dialect}/01_a.sql": f"SELECT '{dialect}';\n" for dialect in DIALECTS}
    done, text = generate(tmp_path, scripts)
    assert done.returncode == 0, done.stderr
    made = text[text.index(f"struct migration_text {folder}_texts[] = {{") :]
    assert made.index("SELECT 'pg'") < made.index("SELECT 'lite'") < made.index("NULL, NULL")


def test_migrations_are_kept_as_they_are(tmp_path):
    script = "-- why $1\nDO $$ BEGIN END $$;\nSELECT 1;\n"
    done, text = generate(
        tmp_path,
        {
            "migrations/pg/0002_more.sql": script,
            "migrations/lite/0002_more.sql": "SELECT 2;\n",
            "migrations/pg/0001_base.sql": "SELECT 3;\n",
            "migrations/lite/0001_base.sql": "SELECT 4;\n",
        },
    )
    assert done.returncode == 0, done.stderr
    assert '"DO $$ BEGIN END $$;\\n"' in text
    assert text.index('.version = "0001"') < text.index('.version = "0002"')
    assert '.name = "more"' in text


BROKEN = {
    "no first line": ({"a.sql": "SELECT 1;\n"}, "first line"),
    "another name": ({"a.sql": "-- b: c.\nSELECT 1;\n"}, "first line"),
    "no semicolon": ({"a.sql": "-- a: b.\nSELECT 1\n"}, "semicolon"),
    "two statements": ({"a.sql": "-- a: b.\nSELECT 1; SELECT 2;\n"}, "more than one"),
    "a gap": ({"a.sql": "-- a: b.\nSELECT $1, $3;\n"}, "$2 is missing"),
    "a question mark": ({"a.sql": "-- a: b.\nSELECT ?1;\n"}, "not a parameter"),
    "a dollar quote": ({"a.sql": "-- a: b.\nSELECT $$x$$;\n"}, "dollar quotes"),
    "an open quote": ({"a.sql": "-- a: b.\nSELECT 'x;\n"}, "not closed"),
    "one dialect": ({"pg/a.sql": "-- a: b.\nSELECT 1;\n"}, "one dialect only"),
    "shared and not": (
        {"a.sql": "-- a: b.\nSELECT 1;\n", "lite/a.sql": "-- a: b.\nSELECT 1;\n"},
        "both shared and of a dialect",
    ),
    "counts": (
        {"pg/a.sql": "-- a: b.\nSELECT $1;\n", "lite/a.sql": "-- a: b.\nSELECT $1, $2;\n"},
        "1 parameters in pg, 2 in lite",
    ),
    "a migration of one": ({"migrations/pg/0001_a.sql": "SELECT 1;\n"}, "one dialect only"),
    "no such part": ({"a.sql": "-- a: b.\nSELECT @p($1);\n"}, "no part p in parts/pg"),
    "a part of itself": (
        {
            "a.sql": "-- a: b.\nSELECT @p($1);\n",
            "parts/pg/p.sql": "-- p: b.\n@p($it)\n",
            "parts/lite/p.sql": "-- p: b.\n$it\n",
        },
        "or it has itself",
    ),
    "a part that is given too few": (
        {
            "a.sql": "-- a: b.\nSELECT @p($1);\n",
            "parts/pg/p.sql": "-- p: b.\n$it = $it2\n",
            "parts/lite/p.sql": "-- p: b.\n$it = $it2\n",
        },
        "too few: ($1)",
    ),
    "a part's own parameter": ({"parts/pg/p.sql": "-- p: b.\n$1\n"}, "no parameter but $it"),
    "a part without its name": ({"parts/pg/p.sql": "-- q: b.\n1\n"}, "first line"),
    "a strange folder": ({"mysql/a.sql": "-- a: b.\nSELECT 1;\n"}, "no folder"),
}


@pytest.mark.parametrize("files, reason", BROKEN.values(), ids=BROKEN.keys())
def test_what_breaks_a_rule_is_named_and_nothing_is_written(tmp_path, files, reason):
    done, text = generate(tmp_path, files)
    assert done.returncode != 0
    assert reason in done.stderr
    assert ".sql: " in done.stderr
    assert text == ""
