"""Whatever the rows hold: 200, JSON of the described shape, bounded, shown as the text it is."""

import copy
import csv
import io
import json
import re

import pytest
import schemathesis
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support import hostile, ours
from support.description import (
    description,
    is_endless,
    is_file,
    is_list_or_file,
    operations,
)
from support.hostile import MARKUP, TEXTS

MAX = 4 << 20
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
schema = schemathesis.openapi.from_dict(copy.deepcopy(description()))


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def world(request, samples):
    database = samples.copy(request.param)
    if request.param == "postgresql":
        hostile.fill(database)
    else:
        hostile.fill_sqlite(database)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def server(world):
    with ours.Dashboard(world.url, write=True) as running:
        yield running


READS = [
    pytest.param(path, id=operation["operationId"])
    for method, path, operation in operations()
    if method == "GET"
    and "{" not in path
    and path.startswith("/api/")
    and not is_endless(operation)
    and not is_file(operation)
]
QUERIES = {
    "/api/jobs": [
        {"limit": 200}, {"limit": 200, "offset": 100}, {"limit": 200, "status": "dead_letter"},
        *({"limit": 200, "status": s} for s in ("queued", "processing", "done", "cancelled")),
    ],
    "/api/jobs/search": [
        {"limit": 200}, {"limit": 200, "q": "x"}, {"limit": 200, "q": "<"}, {"job_name": "\x01"},
        {"limit": 200, "q": "x", "status": "dead_letter"}, {"limit": 200, "with_args": "true"},
        {"limit": 200, "with_args": "true", "status": "dead_letter"},
    ],
    "/api/dead-letter": [{"limit": 200}, {"limit": 200, "q": "x"}, {"limit": 200, "q": "\x1b"}],
    "/api/schedules": [{"limit": 200}],
    "/api/metrics": [{"hours": 1}, {"hours": 720}],
    "/api/jobs/timeline": [{"hours": 1}, {"hours": 720}],
    "/api/tasks/drift": [{"window_minutes": 43200}],
}  # fmt: skip


def asked(server, path: str, query: dict):
    """Ask, and compare the answer with its description."""
    case = schema[path]["GET"].Case(query=query)
    answer = case.call(base_url=server.base)
    assert answer.status_code == 200, (path, query, answer.content[:500])
    assert len(answer.content) < MAX
    case.validate_response(answer, checks=CHECKS)
    return answer


def check(server, path: str, query: dict) -> list | dict:
    return asked(server, path, query).json()


@pytest.mark.parametrize("path", READS)
def test_reads(server, path):
    for query in ({}, *QUERIES.get(path, ())):
        check(server, path, query)


def cells_of(content: bytes) -> list[list[str]]:
    """A file of CSV, none of whose texts is a formula."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    for cell in (cell for row in rows for cell in row):
        assert "\0" not in cell
        assert not re.match(r"[=@＝＠\t\r\n]", cell), cell[:80]
    return rows


@pytest.mark.parametrize(
    "path", [path for _, path, operation in operations() if is_list_or_file(operation)]
)
def test_lists_as_files(server, path):
    for query in ({}, *QUERIES.get(path, ())):
        wanted = check(server, path, query)
        lines = asked(server, path, query | {"format": "jsonl"}).text.split("\n")
        assert [list(json.loads(line)) for line in lines[:-1]] == [list(row) for row in wanted]
        rows = cells_of(asked(server, path, query | {"format": "csv"}).content)
        assert len(rows) == len(wanted) + 1
        assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/api/jobs/export", "soniq_jobs"),
        ("/api/jobs/export?status=dead_letter", "soniq_dead_letter_jobs"),
        ("/api/dead-letter/export", "soniq_dead_letter_jobs"),
    ],
)
def test_files_have_every_row(server, world, path, table):
    # A dead letter without a moment, which its table forbids, is on no list of PostgreSQL's.
    is_listed = "moved_to_dead_letter_at IS NOT NULL" if table != "soniq_jobs" else "1 = 1"
    where = is_listed if world.kind == "postgresql" else "1 = 1"
    ((wanted,),) = world.rows(f"SELECT count(*) FROM {table} WHERE {where}")
    between = "&" if "?" in path else "?"
    answer = server.http.get(f"{path}{between}format=jsonl")
    lines = [json.loads(line) for line in answer.text.split("\n")[:-1]]
    answer = server.http.get(f"{path}{between}format=csv")
    rows = cells_of(answer.content)
    assert len(lines) == len(rows) - 1 == wanted
    assert {len(row) for row in rows} == {len(lines[0])}


def follow(server, path: str, **query) -> list[dict]:
    """All rows, page by page by the Link header."""
    url, rows, pages = server.http.build_request("GET", path, params=query).url, [], 0
    while url is not None:
        answer = server.http.get(url)
        assert answer.status_code == 200, answer.text[:500]
        assert len(answer.content) < MAX
        rows += answer.json()
        link = answer.links.get("next")
        url = url.join(link["url"]) if link else None
        pages += 1
        assert pages < 500, "the pages have no end"
    return rows


@pytest.mark.parametrize(
    ("path", "table", "query"),
    [
        ("/api/jobs", "soniq_jobs", {"limit": 3}),
        ("/api/jobs/search", "soniq_jobs", {"limit": 50}),
        ("/api/jobs", "soniq_dead_letter_jobs", {"limit": 9, "status": "dead_letter"}),
        ("/api/dead-letter", "soniq_dead_letter_jobs", {"limit": 7}),
    ],
)
def test_pages_come_to_the_end(server, world, path, table, query):
    """Every row is on one of the pages, whatever its times are."""
    if world.kind == "sqlite":
        query = query | {"limit": 100}
    rows = follow(server, path, **query)
    shown = [row["id"] for row in rows]
    if world.kind == "sqlite":
        # Behind an odd id a page begins again with some that were there.
        assert set(shown) >= set(uuids(world, table))
        return
    time = "moved_to_dead_letter_at" if table == "soniq_dead_letter_jobs" else "created_at"
    # Nobody counts microseconds beyond the year 294247: between equals of those, a page may end.
    rows = world.rows(f"SELECT id::text FROM {table} WHERE {time} < '294000-01-01'")
    assert set(shown) >= {id for (id,) in rows} and len(shown) == len(set(shown))


def uuids(world, table: str) -> list[str]:
    ids = [str(id) for (id,) in world.rows(f"SELECT id FROM {table}")]
    return [id for id in ids if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id)]


DETAILS = {"/api/jobs/": "soniq_jobs", "/api/dead-letter/": "soniq_dead_letter_jobs"}


@pytest.mark.parametrize("path", DETAILS)
def test_details(server, world, path):
    name = "job_id" if path == "/api/jobs/" else "dead_letter_id"
    case = schema[f"{path}{{{name}}}"]["GET"]
    ids = uuids(world, DETAILS[path])
    assert len(ids) > 30
    for id in ids:
        answer = server.http.get(f"{path}{id}")
        assert answer.status_code == 200, (id, answer.text[:500])
        assert len(answer.content) < MAX
        case.Case(path_parameters={name: id}).validate_response(answer, checks=CHECKS)
        job = answer.json()
        assert job["id"] == id
        assert job["args"] is None or job["args_bytes"] <= 65536
        assert job["args_preview"] is None or len(job["args_preview"]) <= 65536


@pytest.mark.parametrize("table", DETAILS.values())
def test_whys(server, world, table):
    """There is a reason for whatever state a row is in."""
    case = schema["/api/jobs/{job_id}/why"]["GET"]
    for id in uuids(world, table):
        answer = server.http.get(f"/api/jobs/{id}/why")
        assert answer.status_code == 200, (id, answer.text[:500])
        assert len(answer.content) < 65536
        case.Case(path_parameters={"job_id": id}).validate_response(answer, checks=CHECKS)
        assert answer.json()["reasons"], answer.json()


def test_deep_values_are_text(server, world):
    """A reader that recurses survives the answer."""
    texts = {hostile.JSONS[-5], hostile.JSONS[-4]}
    found = set()
    for id in uuids(world, "soniq_jobs"):
        args = server.http.get(f"/api/jobs/{id}").json()["args"]
        if isinstance(args, str):
            found.add(args.replace(" ", ""))
    assert found >= texts


def test_texts_are_what_they_are(server, world):
    """Not escaped twice, not cleaned: what shows them has to show text."""
    query = "SELECT id FROM soniq_jobs WHERE job_name = %s AND status = %s"
    id = str(world.rows(query, MARKUP, MARKUP)[0][0])
    job = server.get(f"/api/jobs/{id}")
    for name in ("job_name", "status", "queue", "last_error", "producer_id", "args_hash"):
        assert job[name] == MARKUP, name
    text = server.http.get("/api/queues").text
    queues = [queue["queue"] for queue in json.loads(text)]
    assert MARKUP in queues and TEXTS["controls"] in queues and TEXTS["bidi"] in queues
    assert "\x1b" not in text and "\x01" not in text
    errors = [row["last_error"] for row in follow(server, "/api/jobs", limit=100)]
    assert MARKUP in errors and max(len(e) for e in errors if isinstance(e, str)) <= 8192


def test_headers_hold_nothing_of_the_rows(server):
    for path in ("/api/jobs?limit=1", "/api/jobs/search?limit=2", "/api/dead-letter?limit=1"):
        url = path
        for _ in range(60):
            answer = server.http.get(url)
            assert "set-cookie" not in answer.headers
            link = answer.headers.get("link", "")
            assert all(" " <= c <= "~" for c in link)
            if not link:
                break
            url = str(answer.url.join(answer.links["next"]["url"]))


def test_writes_to_odd_rows(server, world):
    """Done, or refused in words; never a fault of the server."""
    seen = set()
    for table, verbs in (
        ("soniq_jobs", [("POST", "/api/jobs/{}/cancel"), ("DELETE", "/api/jobs/{}")]),
        (
            "soniq_dead_letter_jobs",
            [("POST", "/api/dead-letter/{}/replay"), ("DELETE", "/api/dead-letter/{}")],
        ),
    ):
        for id in uuids(world, table)[-60:]:
            for method, path in verbs:
                answer = server.http.request(method, path.format(id))
                seen.add(answer.status_code)
                assert answer.status_code in (200, 409), (path, id, answer.text)
                if answer.status_code == 409:
                    assert all(c >= " " for c in answer.json()["detail"])
    assert seen == {200, 409}


# --- the widest answers ---


@pytest.fixture(scope="module")
def wide(request, shown):
    hostile.fill_widely(shown)
    # How long it takes is not what is asked here.
    with ours.Dashboard(shown.url, dashboard_statement_timeout="30s") as running:
        yield running


@pytest.mark.parametrize("path", READS)
def test_widest_answers(wide, path):
    """As much as can be in one answer still is one: shortened rather than refused."""
    for query in ({}, *QUERIES.get(path, ())):
        check(wide, path, query)


def test_widest_details(wide):
    for path in ("/api/jobs/00000000-0000-4000-8000-000200000007",
                 "/api/dead-letter/00000000-0000-4000-8000-000300000007"):  # fmt: skip
        answer = wide.http.get(path)
        assert answer.status_code == 200 and len(answer.content) < MAX
