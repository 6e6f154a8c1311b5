"""Rows that nobody should write, in tables that lost what forbids them."""

import itertools
import json
import uuid

from support.pg import Database
from support.sqlite_world import JSON_COLUMNS, TABLES, SqliteDatabase

MARKUP = '<img src=x onerror="window.__pwned=1">\'"&lt;</script><!--\u2028'
TEXTS = {
    "markup": MARKUP,
    "controls": "\x01\x02\x07\x08\x0b\x0c\x1b[31m\x1b]0;owned\x07\x7f\x9b31m\r\nSet-Cookie: a=b\t.",
    "bidi": "\u202etxt.exe\u202c \u2066a\u2069 \u200f\u200b\ufeff",
    "wide": "\U0001f40d\U000e0041" * 5000,
    "long": "x" * 70_000,
    "controls long": "\x01" * 70_000,
    "empty": "",
    "spaces": " \t ",
    "percent": "%s%n%00%0a${jndi:x}{{7*7}}",
    "formula": '=HYPERLINK("http://evil.test")',
    "backslashes": '\\u0000\\"\\',
    "replacement": "\ufffd\uffff\ufdd0",
}
DEEP = 10_000
MOMENTS = ("infinity", "-infinity", "4713-01-01 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00",
           "0001-01-01 00:00:00+00", "1970-01-01 00:00:00+00")  # fmt: skip
NUMBERS = (-(2**31), 2**31 - 1, 0, -1)
JSONS = (
    "null", "true", "0", "-1e308", "1" + "0" * 400, "1e-400", '"text"', "[]", "{}", '[null, [{}]]',
    json.dumps(MARKUP), json.dumps({MARKUP: {MARKUP: [MARKUP]}}), '{"cpu_percent": "high"}',
    '{"cpu_percent": 1e300, "memory_mb": -5}', '{"cpu_percent": [], "memory_mb": {}}',
    '{"a": 1, "b": 12345678901234567890123456789.00000000000000000001}',
    "[" * DEEP + "]" * DEEP, '{"a":' * 3000 + "1" + "}" * 3000, json.dumps("y" * 70000),
    json.dumps(["\x01" * 9000] * 2), json.dumps({"key": "x" * 60000}),
)  # fmt: skip
BIG_JSON = json.dumps({"blob": "z" * (16 << 20)})


ODD_IDS = ("", " ", "1", MARKUP, "a\r\nSet-Cookie: b=c", "\x1b[31m", "%0d%0a", "x" * 5000, "é" * 36,
           "00000000-0000-4000-8000-00000000000G", "{00000000-0000-4000-8000-0000000000aa}",
           "00000000-0000-4000-8000-0000000000AA")  # fmt: skip


def new_id() -> str:
    return str(uuid.uuid4())


# --- PostgreSQL ---


def unlock(database: Database) -> None:
    """No NOT NULL, no CHECK, no foreign key is left; primary keys are."""
    for table in TABLES:
        for (name,) in database.rows(
            """SELECT conname FROM pg_constraint
               WHERE conrelid = %s::regclass AND contype IN ('c', 'f')""",
            table,
        ):
            database.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for (name,) in database.rows(
            """SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass
               AND a.attnotnull AND a.attnum > 0 AND NOT EXISTS (SELECT 1 FROM pg_index i
               WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY(i.indkey))""",
            table,
        ):
            database.execute(f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL")


def columns_of(database: Database, table: str) -> dict[str, str]:
    return dict(
        database.rows(
            """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
               WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""",
            table,
        )
    )


VALUES = {
    "text": tuple(TEXTS.values()),
    "integer": NUMBERS,
    "timestamp with time zone": MOMENTS,
    "jsonb": JSONS,
    "boolean": (True, False),
    "text[]": ("{}", "{NULL}", "{NULL,a,NULL}", "{{a,b},{c,d}}", '{"<b>","\x01"}',
               "{" + ",".join(["q" * 400] * 300) + "}"),
    "uuid": (),
}  # fmt: skip


def hostile_rows(columns: dict[str, str], n_plain: int) -> list[dict]:
    """One that is all NULL, then each value of its type in every column at once, then a few that
    have the status that people look at and are odd besides."""
    longest = max(len(VALUES[type]) for type in columns.values())
    rows = [{}]
    for n in range(longest):
        row = {}
        for name, type in columns.items():
            if VALUES[type]:
                row[name] = VALUES[type][n % len(VALUES[type])]
        rows.append(row)
    statuses = {
        "soniq": ("queued", "processing", "done", "cancelled", "active", "stopping", "paused")
    }
    for n, status in zip(range(n_plain), itertools.cycle(statuses["soniq"])):
        row = dict(rows[1 + n % longest])
        rows.append(row | {"status": status} if "status" in columns else row)
    return rows


def fill(database: Database) -> None:
    unlock(database)
    with database.connect() as connection:
        for table in TABLES:
            columns = columns_of(database, table)
            keys = {"id"} & set(columns)
            for n, row in enumerate(hostile_rows(columns, 14)):
                row |= {key: new_id() for key in keys}
                if table == "soniq_workers":
                    row["pid"] = n
                if table == "soniq_task_registry":
                    row = {"task_name": "x", "worker_id": str(n)} | row
                    row["worker_id"] = str(n)
                # Equal keys of unique indexes are none of what is tested.
                row.pop("unique_job", None), row.pop("dedup_key", None)
                marks = ", ".join(f"%s::{columns[name]}" for name in row)
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values())
                )
        connection.execute(
            """INSERT INTO soniq_jobs (id, job_name, args, result, status, queue)
               VALUES (%s, 'big', %s::jsonb, %s::jsonb, 'done', 'big')""",
            [new_id(), BIG_JSON, BIG_JSON],
        )
        connection.execute(
            """INSERT INTO soniq_dead_letter_jobs (id, job_name, args, tags, queue, priority,
                   max_attempts, attempts, dead_letter_reason, original_created_at,
                   moved_to_dead_letter_at)
               VALUES (%s, 'big', %s::jsonb, %s::jsonb, 'big', 1, 1, 1, 'big', now(), now())""",
            [new_id(), BIG_JSON, BIG_JSON],
        )


# --- SQLite, where any column takes any type ---

ODD_VALUES = (
    "NULL", "''", "'text'", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5",
    "9e999", "-9e999", "1e300", "x''", "x'00'", "x'ff00fe'", "x'7b7d'", "CAST(x'ff' AS TEXT)",
    "CAST(x'610062' AS TEXT)", "CAST(x'c080' AS TEXT)", "CAST(x'eda080' AS TEXT)", "'2026-01-01'",
    "'12'", "'{'", "'{}'", "'[1,'", "'null'", "'{\"a\": NaN}'", "'{\"a\": 1, \"a\": 2}'",
    "'[1, \"b\", null]'",
    "'queued'", "'processing'", "'done'", "'active'",
)  # fmt: skip


def fill_sqlite(database: SqliteDatabase) -> None:
    """Tables without types, keys or checks; each odd value in each column, and all at once."""
    with database.connect() as connection:
        connection.execute("BEGIN")
        for table in TABLES:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
            for (name,) in connection.execute(
                """SELECT name FROM sqlite_schema
                   WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?""",
                [f"old_{table}"],
            ).fetchall():
                connection.execute(f"DROP INDEX {name}")
            connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            connection.execute(f"INSERT INTO {table} SELECT {', '.join(columns)} FROM old_{table}")
            connection.execute(f"DROP TABLE old_{table}")
            _fill_table(connection, table, columns)
        connection.execute("CREATE INDEX idx_soniq_jobs_queue_status ON soniq_jobs (queue, status)")
        connection.execute("COMMIT")


def _fill_table(connection, table, columns) -> None:
    def insert(row: dict) -> None:
        marks = ", ".join(row.values())
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})")

    for value in ODD_VALUES:
        # An id is text, if an odd one; anything else would not be a row of ours at all.
        insert(dict.fromkeys(columns, value) | _id(columns))
        for name in columns:
            insert({name: value} | _id(columns))
    for text in ODD_IDS if "id" in columns else ():
        connection.execute(f"INSERT INTO {table} (id) VALUES (?)", [text])
    big = (BIG_JSON,) if "id" in columns else ()
    for text in (*TEXTS.values(), *JSONS, *big):
        row = dict.fromkeys(columns, "?") | _id(columns)
        if text is BIG_JSON:
            row = {n: v for n, v in row.items() if n in JSON_COLUMNS | {"last_error"}}
            row |= _id(columns)
        names = ", ".join(row)
        connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join(row.values())})",
            [text] * list(row.values()).count("?"),
        )


def _id(columns) -> dict[str, str]:
    return {"id": f"'{new_id()}'"} if "id" in columns else {}


# --- as wide as a row may be, and as many as are shown ---


def fill_widely(database) -> None:
    """Every list full, every name as long as names are shown and six times as long in JSON."""
    for start in range(0, 2200, 100):
        rows = [(n, _wide_name(n)) for n in range(start, start + 100)]
        _insert(
            database,
            "soniq_task_registry",
            rows,
            lambda n, name: {"task_name": name, "worker_id": _id_of(1, 0), "last_seen_at": "now()"},
        )
        if start < 600:
            _insert(database, "soniq_workers", rows, _wide_worker)
            _insert(database, "soniq_jobs", rows, _wide_job)
            _insert(database, "soniq_dead_letter_jobs", rows, _wide_dead)
            _insert(database, "soniq_recurring_jobs", rows, _wide_schedule)


def _wide_name(n: int) -> str:
    return f"{n:05}" + "\x01" * 250


def _id_of(kind: int, n: int) -> str:
    return f"00000000-0000-4000-8000-0{kind:03}{n:08}"


def _wide_worker(n, name) -> dict:
    queues = [_wide_name(i) for i in range(100)]
    return {"id": _id_of(1, n), "hostname": name, "pid": n, "queues": queues, "version": name}


def _wide_job(n, name) -> dict:
    return {
        "id": _id_of(2, n), "job_name": name, "args": json.dumps({"k": "\x01" * 10000}),
        "status": "processing", "queue": name, "last_error": "\x01" * 70000,
        "worker_id": _id_of(1, n % 3), "producer_id": "\x01" * 70000, "dedup_key": name,
        "result": json.dumps("\x01" * 10000),
    }  # fmt: skip


def _wide_dead(n, name) -> dict:
    return {
        "id": _id_of(3, n), "job_name": name, "args": "{}", "queue": name, "priority": 1,
        "max_attempts": 1, "attempts": 1, "dead_letter_reason": name, "last_error": "\x01" * 70000,
        "original_created_at": "now()", "moved_to_dead_letter_at": "now()",
        "tags": json.dumps("\x01" * 10000),
    }  # fmt: skip


def _wide_schedule(n, name) -> dict:
    return {
        "id": _id_of(4, n), "job_name": name, "schedule_type": "cron", "schedule_value": name,
        "queue": name, "job_kwargs": json.dumps({"k": "\x01" * 10000}),
    }  # fmt: skip


def _insert(database, table, rows, make) -> None:
    is_pg = database.kind == "postgresql"
    with database.connect() as connection:
        for n, name in rows:
            row = make(n, name)
            now = "now()" if is_pg else "CAST(strftime('%%s', 'now') AS INTEGER) * 1000000"
            marks = ", ".join(now if value == "now()" else "%s" for value in row.values())
            values = [value for value in row.values() if value != "now()"]
            statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
            if not is_pg:
                statement = statement.replace("%%", "%").replace("%s,", "?,").replace("%s)", "?)")
                values = [json.dumps(v) if isinstance(v, list) else v for v in values]
            connection.execute(statement, values)
