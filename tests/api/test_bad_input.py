"""Wrong parameters: 422 with the name, and the database is not even asked."""

import contextlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest

from support import ours
from support.description import NO_GROUP, NOBODY, operations, parameters, resolve
from support.sample import dead_id, job_id
from support.waiting import wait_until
from support.wire import Wire

OURS = {"X-Soniq-Request": "1"}
# By bytes, for not all of it is text.
NOT_UTF8 = (
    b"\xff",
    b"a\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"abc\xe2\x98",
    b"\x00",
    b"a\x00b",
)
NOT_NUMBERS = (
    b"", b"abc", b"1.0", b"1.5", b"1e1", b"1E12", b"0x10", b"0b1", b"1_000", b"+5", b" 5", b"5 ",
    b"5\t", b"--5", b"5-", b"NaN", b"inf", b"Infinity", b"null", b"true", b"[1]", b"1,2", b"1;2",
    b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808",
    b"-9223372036854775809", b"18446744073709551617", b"1" * 400, b"-" + b"9" * 60,
    "٣".encode(), "５".encode(), "²".encode(), "1\u200b".encode(), "−1".encode(),
)  # fmt: skip
NOT_CURSORS = (
    b"x", b"~", b"1~", b"~" + NOBODY.encode(), b"1", b"1.5~" + NOBODY.encode(), b"1~" + b"0" * 36,
    b"9223372036854775808~" + NOBODY.encode(), b"-9223372036854775808~" + NOBODY.encode(),
    b"1~" + NOBODY.encode() + b"'", b"x" * 513, b"0~" + b"1" * 500,
)  # fmt: skip
NOT_MOMENTS = (
    b"x", b"0", b"2026-01-01", b"2026-01-01T00:00:00", b"2026-01-01 00:00:00Z",
    b"2026-01-01T00:00:00+00:00", b"2026-01-01T00:00:00.Z", b"2026-01-01T00:00:00.1234567Z",
    b"2026-13-01T00:00:00Z", b"2026-01-01T25:00:00Z", b"2026-01-01T00:00:00ZZ", b"infinity",
    b" 2026-01-01T00:00:00Z", b"-2026-01-01T00:00:00Z", b"1" * 400,
)  # fmt: skip
NOT_SIGNATURES = (b"x", b"0" * 15, b"0" * 17, b"0" * 15 + b"F", b"0" * 15 + b"'", b"0" * 400)
NOT_STATUSES = (
    b"x",
    b"Queued",
    b"queued ",
    b" queued",
    b"queued,done",
    b"dead-letter",
    b"QUEUED",
    b"1",
)


def wrong_values(parameter: dict) -> list[bytes]:
    schema = parameter["schema"]
    if schema.get("type") == "integer":
        edges = [b"%d" % (schema["minimum"] - 1), b"%d" % (schema["maximum"] + 1)]
        return [*NOT_UTF8, *NOT_NUMBERS, *edges]
    if parameter["name"] == "cursor":
        form = re.compile(schema["pattern"])
        return [*NOT_UTF8, *(text for text in NOT_CURSORS if not form.search(text.decode()))]
    if parameter["name"] == "signature":
        return [*NOT_UTF8, *NOT_SIGNATURES]
    if parameter["name"] in MOMENTS:
        return [*NOT_UTF8, *NOT_MOMENTS]
    if "enum" in schema:
        return [*NOT_UTF8, *NOT_STATUSES]
    if parameter["name"] == "filter":
        # Of wide characters a request's line would be too long before.
        return [*NOT_UTF8, b"x" * 1025]
    # FilterText and SearchText
    longest = 128 if parameter["name"] in ("q", "query") else 255
    return [*NOT_UTF8, b"x" * (longest + 1), "☃".encode() * (longest + 1)]


MOMENTS = ("before", "as_of")
RIGHT = {"signature": NO_GROUP} | dict.fromkeys(MOMENTS, "2026-01-01T00:00:00.000000Z")


def right_value(parameter: dict) -> str:
    schema = parameter["schema"]
    if parameter["name"] == "cursor":
        likely = (f"1~{NOBODY}", f"1~1~{NOBODY}", f"1~1~{NO_GROUP}")
        return next(text for text in likely if re.search(schema["pattern"], text))
    if parameter["name"] in RIGHT:
        return RIGHT[parameter["name"]]
    return str(schema.get("minimum", schema.get("enum", [schema.get("default", "x")])[0]))


def bad_queries(parameter: dict) -> list[str]:
    name, right = parameter["name"], quote(right_value(parameter))
    return [f"{name}={quote_from_bytes(value)}" for value in wrong_values(parameter)] + [
        f"{name}={right}&{name}={right}",
        f"{name}={right}&{name}=",
        f"{name}[]={right}",
        f"{name}%5B%5D={right}",
        f"{name}={right}&{name}[]={right}",
    ]


def expand(parameter: dict) -> dict:
    return parameter | {"schema": resolve(parameter["schema"])}


@dataclass(frozen=True)
class Asked:
    """A question that is right but for one parameter that is still to be added."""

    method: str
    path: str
    parameter: dict

    def ask(self, wire: Wire, query: str):
        return wire.ask(self.method, f"{self.path}{query}", headers=OURS)


def asked(method: str, path: str, operation: dict, parameter: dict) -> Asked:
    there = path.replace("{signature}", NO_GROUP)
    needed = [
        f"{other['name']}={quote(right_value(expand(other)))}&"
        for other in parameters(path, operation, "query")
        if other.get("required") and other["name"] != parameter["name"]
    ]
    return Asked(method, f"{there}?{''.join(needed)}", expand(parameter))


ASKED = [
    pytest.param(
        asked(method, path, operation, parameter),
        id=f"{operation['operationId']}-{parameter['name']}",
    )
    for method, path, operation in operations()
    for parameter in parameters(path, operation, "query")
    if path != "/"
]


@pytest.fixture(scope="module")
def server(shown):
    if shown.kind == "postgresql":
        shown.execute(f"ALTER DATABASE \"{shown.name}\" SET log_statement = 'all'")
    # The keeper would ask the database all the while.
    with ours.Dashboard(shown.url, write=True, history_keeper="false") as running:
        running.wire = Wire(running.port)
        # The first question opens the connection.
        assert running.wire.ask("GET", "/api/stats").status == 200
        yield running
        running.wire.close()


LOGGED = re.compile(r"\[(\d+)\] LOG:  ((?:statement|execute|duration|fastpath)[^\n]*)")


def asked_since(database, before: int) -> list[str]:
    """But by the connection that watches for changes, which no request is on."""
    logged = LOGGED.findall(database.server.log())
    watchers = {process for process, text in logged if "LISTEN" in text}
    return [text for process, text in logged[before:] if process not in watchers]


def await_stillness(database) -> None:
    """What is given from memory is made anew behind it: that goes on after the answer."""
    counts = [-1, len(asked_since(database, 0))]
    while counts[-1] != counts[-2]:
        time.sleep(0.1)
        counts.append(len(asked_since(database, 0)))


@contextlib.contextmanager
def nothing_asked(database):
    """Whatever asked the database inside of the block would be noticed."""
    if database.kind == "postgresql":
        await_stillness(database)
        before = len(LOGGED.findall(database.server.log()))
        yield
        # That it is the watcher who asks is known by what it asks later.
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not asked_since(database, before), "nothing was asked", seconds=2)
        asked = asked_since(database, before)
        assert not asked, asked
        return
    # A file that is away answers nothing: 503.
    away = Path(f"{database.path}.away")
    database.path.rename(away)
    try:
        yield
    finally:
        away.rename(database.path)


def test_it_would_be_noticed(server, shown):
    """The tests below prove something: a right question is seen."""
    if shown.kind == "postgresql":
        with pytest.raises(AssertionError), nothing_asked(shown):
            assert server.wire.ask("GET", "/api/jobs?limit=1").status == 200
        return
    with nothing_asked(shown):
        assert server.wire.ask("GET", "/api/jobs?limit=1").status == 503
    # Any of its connections may be the one that has to be made again.
    answers = [0]
    while answers[-10:] != [200] * 10:
        answers.append(server.wire.ask("GET", "/api/jobs?limit=1").status)
        assert len(answers) < 10000
        time.sleep(0.1 if answers[-1] == 503 else 0)
    time.sleep(0.6)


@pytest.mark.parametrize("asked", ASKED)
def test_wrong_parameter(server, shown, asked):
    name = asked.parameter["name"]
    wrong = []
    with nothing_asked(shown):
        for query in bad_queries(asked.parameter):
            answer = asked.ask(server.wire, query)
            said = answer.text
            if answer.status != 422 or f'"parameter":"{name}"' not in said or name not in said:
                wrong.append(f"{query[:80]}: {answer.status} {said[:200]}")
    assert not wrong, "\n".join(wrong)


def is_for_a_history(shown, path: str, answer) -> bool:
    """The sample of SQLite has none: there the timeline says what it would need."""
    said = answer.status == 422 and "needs the history" in answer.text
    return said and path.startswith("/api/jobs/timeline?") and shown.kind == "sqlite"


@pytest.mark.parametrize("asked", ASKED)
def test_edges_of_the_range(server, shown, asked):
    """What is allowed is allowed to the end."""
    name, schema = asked.parameter["name"], asked.parameter["schema"]
    values = [schema[edge] for edge in ("minimum", "maximum") if edge in schema]
    values += schema.get("enum", [])
    if name == "filter":
        values += ["", "x" * 1024, "☃" * 500, '"%_\\\\\'"']
    elif "maxLength" in schema:
        values += ["", "x" * schema["maxLength"], "☃" * schema["maxLength"], "%_\\'\""]
    for value in values or [right_value(asked.parameter)]:
        answer = asked.ask(server.wire, f"{name}={quote(str(value), safe='')}")
        right = answer.status == 200 or is_for_a_history(shown, asked.path, answer)
        # Of a group that nothing belongs to, or a panel that there is none of.
        is_none = NO_GROUP in answer.text or "no panel with this id" in answer.text
        right = right or (answer.status == 404 and is_none)
        assert right, (value, answer.text)


def test_unknown_parameters_are_ignored(server):
    for query in ("nothing=1", "LIMIT=x", "limit%20=x", "Status=x", "[]=1", "=", "a=%ff", "&&&"):
        assert server.wire.ask("GET", f"/api/jobs?{query}").status == 200, query


def test_broken_addresses(server, shown):
    with nothing_asked(shown):
        for query in ("q=%", "q=%4", "q=%zz", "%gg=1", "q=%u0041", "&".join(["a=1"] * 65)):
            assert server.wire.ask("GET", f"/api/jobs/search?{query}").status == 400, query


# --- ids ---

MALFORMED = (
    "x", "1", "0", "-1", "null", "undefined", "%20", "%F0%9F%90%8D", "%FF", "'", "%27%20OR%201=1--",
    "00000000-0000-4000-8000-00000000000", "00000000-0000-4000-8000-0000000000000",
    "g0000000-0000-4000-8000-000000000000", "00000000_0000_4000_8000_000000000000",
    "0" * 31, "0" * 33, "x" * 4000, ";", "%25", "*", "{}", "%7B%7D", "[]",
)  # fmt: skip


def with_id(path: str, id: str) -> str:
    return path[: path.index("{")] + id + path[path.index("}") + 1 :]


def with_ids() -> list:
    return [
        pytest.param(method, path, id=operation["operationId"])
        for method, path, operation in operations()
        if "{" in path
    ]


def test_nothing_at_an_address(server):
    """A browser gets the page, which says so; everything else gets the error."""
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/nonsense", "/jobs/a/b", "/a/b/c", "/main.js"):
        for accepted in ({}, {"Accept": "*/*"}, {"Accept": "text/html;q=0"}):
            answer = server.wire.ask("GET", path, accepted)
            assert (answer.status, '"detail"' in answer.text) == (404, True)
        answer = server.wire.ask("GET", path, page)
        assert (answer.status, answer.header("Content-Type")) == (404, "text/html; charset=utf-8")
        assert f'<base href="./{"../" * (path.count("/") - 1)}">' in answer.text
    for path in ("/api/nonsense", "/api/jobs/x", "/a/b/c/d/e"):
        answer = server.wire.ask("GET", path, page)
        assert (answer.status, answer.header("Content-Type")) == (404, "application/json")


@pytest.mark.parametrize(("method", "path"), with_ids())
def test_malformed_id(server, shown, method, path):
    with nothing_asked(shown):
        for id in MALFORMED:
            url = with_id(path, id)
            answer = server.wire.ask(method, url, OURS)
            assert answer.status == 404, (url, answer.text)
            assert answer.header("Content-Type") == "application/json"
            assert id not in answer.text or len(id) < 5


@pytest.mark.parametrize(("method", "path"), with_ids())
def test_unknown_id(server, method, path):
    answer = server.wire.ask(method, with_id(path, NOBODY), OURS)
    assert answer.status == 404 and '"detail"' in answer.text


@pytest.mark.parametrize(("method", "path"), with_ids())
def test_paths_that_are_none(server, method, path):
    for id, status in (("a%00b", 400), ("..", 400), ("%2e%2e", 400), ("a%5cb", 400), ("%0a", 400)):
        assert server.wire.ask(method, with_id(path, id), OURS).status == status
    assert server.wire.ask(method, with_id(path, "x" * 9000), OURS).status == 414
    assert server.wire.ask(method, with_id(path, ""), OURS).status in (404, 405)


def test_every_way_to_write_an_id(server):
    id = job_id(8)
    for text in (id.upper(), "{" + id + "}", "urn:uuid:" + id, id.replace("-", "")):
        assert server.get(f"/api/jobs/{quote(text)}")["id"] == id


# --- states ---


def everything(database) -> list:
    tables = ("soniq_jobs", "soniq_dead_letter_jobs")
    return [database.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]


CONFLICTS = [
    ("POST", f"/api/jobs/{job_id(1)}/cancel", "processing"),
    ("POST", f"/api/jobs/{job_id(2)}/cancel", "done"),
    ("POST", f"/api/jobs/{job_id(3)}/cancel", "cancelled"),
    ("POST", f"/api/jobs/{dead_id(1)}/cancel", "dead_letter"),
    ("DELETE", f"/api/jobs/{job_id(1)}", "processing"),
    ("DELETE", f"/api/jobs/{dead_id(1)}", "dead_letter"),
]


@pytest.mark.parametrize(("method", "path", "state"), CONFLICTS)
def test_wrong_state(server, shown, method, path, state):
    before = everything(shown)
    answer = server.http.request(method, path)
    assert answer.status_code == 409, answer.text
    assert answer.json()["state"] == state
    assert state.replace("_", " ") in answer.json()["detail"]
    assert everything(shown) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/api/dead-letter/{job_id(4)}/replay"),
        ("DELETE", f"/api/dead-letter/{job_id(4)}"),
        ("GET", f"/api/dead-letter/{job_id(4)}"),
    ],
)
def test_job_is_no_dead_letter(server, shown, method, path):
    before = everything(shown)
    assert server.http.request(method, path).status_code == 404
    assert everything(shown) == before


def test_refused_writes_leave_everything(shown):
    """Read-only, too large, from elsewhere: nothing is changed."""
    before = everything(shown)
    path = f"/api/jobs/{job_id(4)}/cancel"
    with ours.Dashboard(shown.url) as reader:
        wire = Wire(reader.port)
        assert wire.ask("POST", path, OURS).status == 403
        assert wire.ask("DELETE", f"/api/jobs/{job_id(4)}", OURS).status == 403
        wire.close()
    with ours.Dashboard(shown.url, write=True) as writer:
        wire = Wire(writer.port)
        assert wire.ask("POST", path, OURS, b"x" * 65537).status == 413
        assert wire.ask("POST", path, OURS | {"Content-Encoding": "gzip"}, b"x").status == 415
        assert wire.ask("POST", path, OURS | {"Content-Length": "1, 1"}).status == 400
        assert wire.ask("POST", path, {}).status == 403
        wire.close()
    assert everything(shown) == before


# --- what is looked for is text ---

ODD = ["100%", "a_b", "back\\slash", "'quote'", 'double"quote', "semi;colon--", "tab\tand space",
       "ünï☃", "<img src=x>", "$1", "?1", ":name", "NULL"]  # fmt: skip


@pytest.fixture
def odd_names(backend):
    """A job of each odd name, and errors that hold another."""
    for n, name in enumerate(ODD):
        backend.execute(
            """INSERT INTO soniq_jobs (id, job_name, args, queue, last_error, status)
               VALUES (%s, %s, '{}', %s, %s, 'queued')""",
            f"00000000-0000-4000-8000-0000000d{n:04}", f"odd {name} name", f"odd {name}",
            f"error {ODD[n - 1]} here",
        )  # fmt: skip
    with ours.Dashboard(backend.url) as server:
        yield server


def test_search_takes_every_character_as_itself(odd_names):
    for n, name in enumerate(ODD):
        named, failed = f"{n:04}", f"{(n + 1) % len(ODD):04}"
        found = {row["id"][-4:] for row in odd_names.get("/api/jobs/search", q=name)}
        assert {named, failed} <= found, name
        # "odd" with it is in one name only, nor does % or _ stand for anything else.
        exact = odd_names.get("/api/jobs/search", q=f"odd {name} na")
        assert [row["id"][-4:] for row in exact] == [named], name
        exact = odd_names.get("/api/jobs", queue=f"odd {name}")
        assert [row["id"][-4:] for row in exact] == [named], name
        assert [r["job_name"] for r in exact] == [f"odd {name} name"]
    for query in ("odd%name", "odd_", "o%d", "100_", "\\", "a_b%"):
        rows = odd_names.get("/api/jobs/search", q=query)
        assert all(query in r["job_name"] or query in r["last_error"] for r in rows), query


INJECTIONS = [
    "' OR '1'='1", "'; DROP TABLE soniq_jobs; --", "\" OR 1=1 --", "') OR TRUE --", "1; SELECT 1",
    "$$; DELETE FROM soniq_jobs; $$", "\\'; DROP TABLE soniq_jobs; --", "x' UNION SELECT NULL --",
    "'||pg_sleep(5)||'", "%' AND 1=1 AND '%'='", "queued' --", "load_extension('x')", "0x27",
]  # fmt: skip


KNOWN = {
    path: {parameter["name"] for parameter in parameters(path, operation, "query")}
    for _, path, operation in operations()
}


@pytest.mark.parametrize("name", ["q", "query", "queue", "job_name", "reason"])
def test_statements_in_texts(backend, name):
    before = everything(backend)
    with ours.Dashboard(backend.url, write=True) as server:
        for text in INJECTIONS:
            for path in ("/api/jobs", "/api/jobs/search", "/api/dead-letter"):
                answer = server.http.get(path, params={name: text})
                assert answer.status_code == 200, answer.text
                if name in KNOWN[path]:
                    assert answer.json() == [], (path, text)
            assert server.http.get("/api/jobs", params={"status": text}).status_code == 422
    assert everything(backend) == before
