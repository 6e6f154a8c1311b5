"""Random rows and filters, and what a slow reading of all rows in Python finds of them."""

import json
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from support import sqlite_world

SEED = 20261128
JOBS, DEAD, FILTERS = 400, 150, 60
WORKERS = [f"00000000-0000-4000-8000-0000000f000{n}" for n in (1, 2, 3)]
QUEUES = ["mail", "mail.slow", "sms", "a,b", "очередь", None]
TYPES = ["mail.send", "mail.Send", "report.build", "pay*", 'say "hi"', "back\\slash"]
PRODUCERS = ["web-1", "web-2", "cron:7", None]
ERRORS = [
    "ValueError: Timed out",
    "timed-out 50%",
    "under_score",
    "[Errno 32] Broken pipe",
    "",
    None,
]
REASONS = ["max_retries_exceeded", "poisoned", "manual"]
STATUSES = ["queued", "processing", "done", "cancelled"]
BIG = 12345678901234567890123
SCALARS = [
    42,
    "42",
    42.5,
    "42.5",
    -7,
    0,
    BIG,
    BIG + 1,
    2**53,
    2**53 + 1,
    True,
    "true",
    None,
    "null",
    "bob@example.org",
    "bob",
    "",
    "a,b c",
    'q"\\',
    "é☃",
    "1e3",
    1000,
]
# How a value may be written, and what it then means.
BARE = {
    "42": [Decimal(42), "42"],
    "42.5": [Decimal("42.5"), "42.5"],
    "42.50": [Decimal("42.5"), "42.50"],
    "-7": [Decimal(-7), "-7"],
    "0": [Decimal(0), "0"],
    "-0": [Decimal(0), "-0"],
    str(BIG): [Decimal(BIG), str(BIG)],
    str(2**53): [Decimal(2**53), str(2**53)],
    str(2**53 + 1): [Decimal(2**53 + 1), str(2**53 + 1)],
    "true": [True, "true"],
    "null": [None, "null"],
    "bob": ["bob"],
    "1e3": ["1e3"],
    "042": ["042"],
    "1000": [Decimal(1000), "1000"],
    "é☃": ["é☃"],
}
KEYS = ["user_id", "a.b", "items", "0", 'k"\\', "ключ"]
HOUR = timedelta(hours=1)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def random_args(rng):
    def value(depth):
        kind = rng.random()
        if depth > 0 and kind < 0.25:
            return [value(depth - 1) for _ in range(rng.randrange(4))]
        if depth > 0 and kind < 0.5:
            return {key: value(depth - 1) for key in rng.sample(KEYS, 2)}
        return rng.choice(SCALARS)

    return {key: value(2) for key in rng.sample(KEYS, rng.randrange(1, 5))}


def random_rows(rng, now):
    """Every moment is half an hour off the whole hours that filters ask for."""

    def moment():
        return now - rng.randrange(1, 50) * HOUR - HOUR / 2

    def row(n, status):
        return {
            "id": f"{n:08x}-0000-4000-8000-{rng.randrange(16**12):012x}",
            "job_name": rng.choice(TYPES),
            "args": random_args(rng),
            "status": status,
            "queue": rng.choice(QUEUES),
            "attempts": rng.randrange(5),
            "priority": rng.choice([-3, 0, 1, 2, 3, 100]),
            "last_error": rng.choice(ERRORS),
            "created_at": moment() if rng.random() < 0.95 else None,
            "updated_at": moment(),
            "scheduled_at": rng.choice([None, None, moment(), now + 5 * HOUR]),
            "worker_id": rng.choice([None, *WORKERS]),
            "producer_id": rng.choice(PRODUCERS),
            "reason": None,
        }

    jobs = [row(n, rng.choice(STATUSES)) for n in range(1, JOBS)]
    dead = [
        row(n, "dead")
        | {
            "reason": rng.choice(REASONS),
            "queue": rng.choice(QUEUES[:-1]),
            "created_at": moment(),
            "scheduled_at": None,
            "worker_id": None,
            "producer_id": None,
        }
        for n in range(JOBS, JOBS + DEAD)
    ]
    return jobs, dead


# ---- terms: how each is written, and what it is true of ----


def finished(row):
    return row["updated_at"] if row["status"] in ("done", "cancelled", "dead") else None


def a_name(rng, qualifier, column, values):
    def one():
        value = rng.choice([v for v in values if v] + ["none-of-them"])
        plain = value.isascii() and not set(value) & set(' ,"\\*:')
        if plain and rng.random() < 0.3:
            head = value[: rng.randrange(len(value))]
            return head + "*", lambda held: held is not None and held.startswith(head)
        text = value if plain and rng.random() < 0.5 else quoted(value)
        return text, lambda held: held == value

    some = [one() for _ in range(rng.choice([1, 1, 2, 3]))]
    return qualifier + ":" + ",".join(text for text, _ in some), lambda row: any(
        is_it(row[column]) for _, is_it in some
    )


def a_status(rng):
    def is_it(row, word):
        is_later = row["scheduled_at"] is not None and row["scheduled_at"] > row["now"]
        if word in ("ready", "scheduled"):
            return row["status"] == "queued" and is_later == (word == "scheduled")
        return row["status"] == word

    words = rng.sample([*STATUSES, "ready", "scheduled"], rng.choice([1, 1, 2]))
    return "status:" + ",".join(words), lambda row: any(is_it(row, word) for word in words)


def a_part(rng):
    part = rng.choice(["timed", "OUT", "50%", "_", "pipe", "\\", "ail.s", "build", "☃"])
    text = quoted(part)

    def held(value):
        return value is not None and part.lower() in value.lower()

    if rng.random() < 0.5:
        return "error:" + text, lambda row: held(row["last_error"])
    return text, lambda row: held(row["last_error"]) or held(row["job_name"])


def any_error(rng):
    return "error:*", lambda row: row["last_error"] is not None


def an_id(rng, rows):
    row = rng.choice(rows)
    word = row["id"].upper() if rng.random() < 0.5 else row["id"]
    text = rng.choice(["id:", ""]) + word
    return text, lambda other: other["id"] == row["id"]


def a_number(rng):
    column = rng.choice(["attempts", "priority"])
    low, high = sorted([rng.randrange(-4, 5), rng.randrange(-4, 5)])
    text, is_it = rng.choice(
        [
            (f"{low}", lambda n: n == low),
            (f">{low}", lambda n: n > low),
            (f">={low}", lambda n: n >= low),
            (f"<{high}", lambda n: n < high),
            (f"<={high}", lambda n: n <= high),
            (f"{low}..{high}", lambda n: low <= n <= high),
            (f"{low},{high}", lambda n: n in (low, high)),
        ]
    )
    return f"{column}:{text}", lambda row: is_it(row[column])


def a_time(rng, now):
    word, column = rng.choice(
        [("created", "created_at")] * 3
        + [("updated", "updated_at"), ("scheduled", "scheduled_at"), ("finished", None)]
    )
    young, old = sorted([rng.randrange(0, 50), rng.randrange(0, 50)])
    start, end = now - (old + 1) * HOUR, now - young * HOUR
    minute = start.replace(second=0, microsecond=0)
    stamp = minute.strftime("%Y-%m-%dT%H:%M")
    day = minute.replace(hour=0, minute=0)
    text, is_it = rng.choice(
        [
            (f"<{old}h", lambda t: t > now - old * HOUR),
            (f">{young}h", lambda t: t < now - young * HOUR),
            (f"{young}h..{old}h", lambda t: now - old * HOUR < t < now - young * HOUR),
            (f"{day:%Y-%m-%d}", lambda t: day <= t < day + 24 * HOUR),
            (f">{stamp}", lambda t: t >= minute + timedelta(minutes=1)),
            (f"<{stamp}Z", lambda t: t < minute),
            (f"{stamp}..{end:%Y-%m-%dT%H:%M:%S.%f}", lambda t: minute <= t <= end),
        ]
    )

    def holds(row):
        moment = row[column] if column else finished(row)
        return moment is not None and is_it(moment)

    return f"{word}:{text}", holds


def exact(value):
    return Decimal(repr(value)) if type(value) in (int, float) else value


def same(a, b):
    return type(a) is type(b) and a == b


def at(value, path):
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.lstrip("-").isdigit():
            index = int(step)
            if not -len(value) <= index < len(value):
                raise KeyError
            value = value[index]
        else:
            raise KeyError
    return value


def some_args(rng):
    steps = rng.choices([*KEYS, "0", "1", "-1"], k=rng.choice([1, 1, 2, 3]))
    path = "".join("." + (s if s.replace("_", "").isalnum() else quoted(s)) for s in steps)
    kind = rng.random()
    if kind < 0.15:
        text, is_it = "*", lambda value: True
    elif kind < 0.3:
        text = "bo*"
        is_it = lambda value: isinstance(value, str) and value.startswith("bo")  # noqa: E731
    else:
        if kind < 0.7:
            text = rng.choice(list(BARE))
            meant = BARE[text]
        else:
            meant = [rng.choice([value for value in SCALARS if value and isinstance(value, str)])]
            text = quoted(meant[0])

        def is_it(value):
            held = [exact(v) for v in (value if isinstance(value, list) else [value])]
            return any(same(one, m) for one in held for m in meant)

    def holds(row):
        try:
            return is_it(at(row["args"], steps))
        except KeyError:
            return False

    return f"args{path}:{text}", holds


def a_term(rng, rows, now):
    makers = [
        lambda: a_name(rng, "queue", "queue", QUEUES),
        lambda: a_name(rng, "type", "job_name", TYPES),
        lambda: a_name(rng, "worker", "worker_id", WORKERS),
        lambda: a_name(rng, "producer", "producer_id", PRODUCERS),
        lambda: a_name(rng, "reason", "reason", REASONS),
        lambda: a_status(rng),
        lambda: a_part(rng),
        lambda: any_error(rng),
        lambda: a_number(rng),
        lambda: a_time(rng, now),
        lambda: a_time(rng, now),
        lambda: some_args(rng),
        lambda: some_args(rng),
        lambda: some_args(rng),
    ]
    text, holds = rng.choice(makers)() if rng.random() < 0.97 else an_id(rng, rows)
    if rng.random() < 0.3:
        return "-" + text, lambda row: not holds(row)
    return text, holds


def a_filter(rng, rows, now):
    some = [a_term(rng, rows, now) for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
    return " ".join(text for text, _ in some), lambda row: all(holds(row) for _, holds in some)


# ---- the rows, in both databases ----


def insert(database, table, columns, rows):
    def value(row, name, source):
        held = row[source]
        if name == "args":
            return json.dumps(held)
        if isinstance(held, datetime) and database.kind == "sqlite":
            return sqlite_world.microseconds(held)
        return UUID(held) if name in ("id", "worker_id") and held and pg else held

    pg = database.kind == "postgresql"
    marks = ", ".join("%s" if pg else "?" for _ in columns)
    query = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    values = [[value(row, *pair) for pair in columns.items()] for row in rows]
    with database.connect() as connection:
        cursor = connection.cursor()
        cursor.executemany(query, values)


def same_names(*names):
    return {name: name for name in names}


JOB_COLUMNS = same_names(
    "id",
    "job_name",
    "args",
    "status",
    "queue",
    "attempts",
    "priority",
    "last_error",
    "created_at",
    "updated_at",
    "scheduled_at",
    "worker_id",
    "producer_id",
)
DEAD_COLUMNS = same_names(
    "id", "job_name", "args", "queue", "attempts", "priority", "last_error"
) | {
    "original_created_at": "created_at",
    "moved_to_dead_letter_at": "updated_at",
    "dead_letter_reason": "reason",
    "max_attempts": "attempts",
}


class World:
    def __init__(self, database):
        self.database = database
        self.now = datetime.now(timezone.utc)
        self.rng = random.Random(SEED)
        self.jobs, self.dead = random_rows(self.rng, self.now)
        database.execute("DELETE FROM soniq_jobs")
        database.execute("DELETE FROM soniq_dead_letter_jobs")
        insert(database, "soniq_jobs", JOB_COLUMNS, self.jobs)
        insert(database, "soniq_dead_letter_jobs", DEAD_COLUMNS, self.dead)

    def wanted(self, rows, holds, column):
        found = [row for row in rows if holds(row | {"now": self.now})]
        oldest = datetime.min.replace(tzinfo=timezone.utc)
        found.sort(key=lambda row: (row[column] or oldest, row["id"]), reverse=True)
        return [row["id"] for row in found]
