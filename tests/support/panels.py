"""A folder of panels, written by tests."""

from pathlib import Path

from support.hostile import MARKUP, TEXTS
from support.paths import ROOT

EXAMPLES = ROOT / "contrib" / "panels"


def write(folder: Path, id: str, sql: str, title: str | None = None, **keys) -> Path:
    """DIR/id.sql with a header of these keys."""
    folder.mkdir(exist_ok=True)
    head = {"title": title or f"Panel {id}"} | keys
    lines = [f"-- {key}: {value}" for key, value in head.items()]
    path = folder / f"{id}.sql"
    path.write_text("\n".join([*lines, sql, ""]), encoding="utf-8")
    return path


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def write_hostile(folder: Path, kind: str) -> None:
    """Markup and what turns or hides text, in titles, columns and cells."""
    cells = [*(text for text in TEXTS.values() if len(text) < 5000), "[" * 1000 + "]" * 1000]
    column = MARKUP.replace("\x00", "")[:60]
    rows = " UNION ALL ".join(f"SELECT {quoted(cell)} AS {identifier(column)}" for cell in cells)
    write(folder, "hostile-table", rows, title=MARKUP.replace("\u2028", ""))
    write(folder, "hostile-line", f"SELECT 1 AS x, 2 AS {identifier(column)}", show="line")
    write(folder, "hostile-text", f"SELECT {quoted(TEXTS['bidi'] + MARKUP)}", show="text")
    write(folder, "hostile-number", f"SELECT {quoted(MARKUP)}", show="number", label=MARKUP[:40])
    cast = "CAST({} AS integer)" if kind == "postgresql" else "nothing_of({})"
    write(folder, "hostile-error", f"SELECT {cast.format(quoted(MARKUP + TEXTS['bidi']))}")


SHAPES = {
    "postgresql": """
        SELECT 9007199254740993::bigint AS big, 9007199254740992::bigint AS edge,
               1.50::numeric AS price, 12345678901234567890.123::numeric AS wide, 0.1::float8 AS f,
               1e300::float8 AS huge, 'NaN'::float8 AS nan, '-Infinity'::float8 AS least,
               true AS yes, false AS no, NULL AS none, 'it''s' AS text,
               timestamptz '2026-11-25 10:00:00+02' AS at, '{"a": [1]}'::jsonb AS doc,
               '\\x0102ff'::bytea AS bytes, ARRAY['a', NULL] AS list""",
    "sqlite": """
        SELECT 9007199254740993 AS big, 9007199254740992 AS edge, 1.50 AS price,
               '12345678901234567890.123' AS wide, 0.1 AS f, 1e300 AS huge, 'NaN' AS nan,
               -9e999 AS least, 1 AS yes, 0 AS no, NULL AS none, 'it''s' AS text,
               '2026-11-25T08:00:00Z' AS at, '{"a": [1]}' AS doc, x'0102ff' AS bytes,
               '{a,NULL}' AS list""",
}
VALUES = {
    "big": '"9007199254740993"', "edge": "9007199254740992", "price": "1.5", "f": "0.1",
    "wide": '"12345678901234567890.123"', "huge": "1e+300", "nan": '"NaN"',
    "least": '"-Infinity"', "none": "null", "text": '"it\'s"', "at": '"2026-11-25T08:00:00Z"',
    "doc": '"{\\"a\\": [1]}"', "bytes": '"(3 bytes)"', "list": '"{a,NULL}"',
}  # fmt: skip
# What differs: PostgreSQL has booleans, and keeps a number's zeros.
VALUES_OF = {
    "postgresql": VALUES | {"yes": "true", "no": "false", "price": "1.50",
                            "at": '"2026-11-25T08:00:00.000000Z"'},
    "sqlite": VALUES | {"yes": "1", "no": "0"},
}

# Each tries to change something, or to leave something behind.
WRITES = {
    "insert": "INSERT INTO soniq_workers (id, hostname, pid) VALUES ('x', 'x', 1)",
    "update": "UPDATE soniq_jobs SET priority = 1",
    "delete": "DELETE FROM soniq_jobs",
    "create": "CREATE TABLE soniq_panel_was_here (id int)",
    "drop": "DROP TABLE soniq_dead_letter_jobs",
    "begin": "BEGIN",
    "commit": "COMMIT",
    "rollback": "ROLLBACK",
    "vacuum": "VACUUM",
    "explain": "EXPLAIN DELETE FROM soniq_jobs",
}
WRITES_OF = {
    "postgresql": WRITES
    | {
        "cte": "WITH x AS (DELETE FROM soniq_jobs RETURNING id) SELECT * FROM x",
        "into": "SELECT 1 AS id INTO soniq_panel_was_here",
        "copy": "COPY soniq_jobs TO STDOUT",
        "program": "COPY soniq_jobs TO PROGRAM 'cat >&2'",
        "set": "SET default_transaction_read_only = off",
        "do": "DO $$ BEGIN DELETE FROM soniq_jobs; END $$",
        "wipe": "SELECT wipe()",
        "set-wipe": "SELECT set_config('transaction_read_only', 'off', false), wipe()",
        "lock": "SELECT id FROM soniq_jobs FOR UPDATE",
        "truncate": "TRUNCATE soniq_dead_letter_jobs",
    },
    "sqlite": WRITES
    | {
        "attach": "ATTACH 'soniq-panel-was-here.db' AS x",
        "into": "VACUUM INTO 'soniq-panel-was-here.db'",
        "pragma": "PRAGMA query_only = OFF",
        "pragma-read": "PRAGMA user_version",
        "load": "SELECT load_extension('x')",
        "temp": "CREATE TEMP TABLE x (id int)",
    },
}
# These are no errors of a query that reads; nothing of them may stay.
SLY = {
    "default": "SELECT set_config('default_transaction_read_only', 'off', false)",
    "timeout": "SELECT set_config('statement_timeout', '0', false)",
    "path": "SELECT set_config('search_path', 'nowhere', false)",
    "advisory": "SELECT pg_advisory_lock(4711)",
    "large": "SELECT lo_create(4711)",
    "notify": "SELECT pg_notify('soniq_panel_was_here', 'x')",
}
ENDLESS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
)
