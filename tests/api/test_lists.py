"""Lists are followed by their Link headers, with the indexes of ours and without them."""

import random

import pytest

from support import ours
from support.lists import INDEXES, follow, ids

MANY = {
    "postgresql": "INSERT INTO soniq_jobs (id, job_name, args, status, created_at)"
    " SELECT gen_random_uuid(), 'bulk', '{}', 'done', '2100-01-01' FROM generate_series(1, 51000)",
    "sqlite": "WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 51000)"
    " INSERT INTO soniq_jobs (id, job_name, args, status, created_at)"
    " SELECT printf('%08d-0000-4000-8000-000000000000', i), 'bulk', '{}', 'done',"
    " 4102444800000000 FROM g",
}


def random_text(n: int) -> str:
    """What does not get shorter by being compressed."""
    return "".join(random.Random(n).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=n))


@pytest.fixture
def indexed(backend):
    for index in INDEXES:
        backend.execute(index)
    with ours.Dashboard(backend.url) as server:
        yield backend, server


@pytest.mark.parametrize("query", [{}, {"status": "queued"}, {"queue": "mail"}])
def test_indexes_change_no_list(backend, query):
    with ours.Dashboard(backend.url) as server:
        before = ids(follow(server, "/api/jobs", limit=7, **query))
    for index in INDEXES:
        backend.execute(index)
    with ours.Dashboard(backend.url) as server:
        after = ids(follow(server, "/api/jobs", limit=7, **query))
        assert server.http.get("/api/jobs").headers["Soniq-Kind"] == "exact"
    assert before == after and len(set(after)) == len(after)


def test_a_page_that_was_not_filled_goes_on(indexed):
    database, server = indexed
    wanted = server.get("/api/jobs/search", job_name="pay.charge", limit=199)
    assert wanted
    database.execute(MANY[database.kind])
    answers = list(follow(server, "/api/jobs/search", job_name="pay.charge", limit=200))
    assert ids(answers) == [job["id"] for job in wanted]
    assert answers[0].json() == [] and answers[0].headers["Soniq-Kind"] == "window"
    assert "Link" in answers[0].headers and "Link" not in answers[-1].headers


@pytest.mark.parametrize("status", [None, "dead_letter"])
def test_how_arguments_begin(backend, status):
    table = "soniq_dead_letter_jobs" if status else "soniq_jobs"
    with ours.Dashboard(backend.url) as server:
        plain = server.get("/api/jobs/search", limit=200, status=status)
        assert plain and all("args_start" not in row for row in plain)
        assert all("args_start" not in row for row in server.get("/api/jobs", limit=200))
        # As long as PostgreSQL keeps them in the row; what it stores apart is not fetched.
        values = ["\u00fc" * 1000, random_text(9000)]
        texts = ["{}", *(f'{{"a": "{value}"}}' for value in values)]
        for row, text in zip(plain, texts, strict=False):
            backend.execute(f"UPDATE {table} SET args = '{text}' WHERE id = '{row['id']}'")
        rows = server.get("/api/jobs/search", limit=200, status=status, with_args="true")
    assert [row["id"] for row in rows] == [row["id"] for row in plain]
    starts = [row["args_start"] for row in rows]
    assert starts[:3] == [texts[0], texts[1][:160], None]
    for row, start in zip(rows[3:], starts[3:], strict=True):
        args = backend.value(f"SELECT CAST(args AS text) FROM {table} WHERE id = '{row['id']}'")
        assert start == args[:160] or len(args) > 2000


@pytest.mark.parametrize("path", ["/api/workers", "/api/schedules"])
def test_other_lists(backend, path):
    with ours.Dashboard(backend.url) as server:
        whole = [row["id"] for row in server.get(path, limit=200)]
        assert len(whole) > 1
        for limit in (1, 2, len(whole)):
            assert ids(follow(server, path, limit=limit)) == whole
    with ours.Dashboard(backend.url) as server:
        if path == "/api/schedules":
            assert server.http.get(path).headers["X-Total-Count"] == str(len(whole))


def test_schedules_of_any_name(backend):
    name = "50% of ~ & + = \u2603 <a>"
    moment = "now()" if backend.kind == "postgresql" else "0"
    for i in range(3):
        backend.execute(
            "INSERT INTO soniq_recurring_jobs"
            " (id, job_name, schedule_type, schedule_value, created_at)"
            f" VALUES ('00000000-0000-4000-8000-00000000000{i}', '{name}', 'interval', '1',"
            f" {moment})"
        )
    with ours.Dashboard(backend.url) as server:
        whole = [row["id"] for row in server.get("/api/schedules", limit=200)]
        assert ids(follow(server, "/api/schedules", limit=1)) == whole


def test_a_cursor_of_one_list_in_another(backend):
    """Refused, or the rows behind it: never an error of ours."""
    lists = ("/api/jobs", "/api/jobs/search", "/api/dead-letter", "/api/workers", "/api/schedules")
    with ours.Dashboard(backend.url) as server:
        cursors = {path: next(follow(server, path, limit=1)).links["next"]["url"] for path in lists}
        for path in lists:
            for url in cursors.values():
                assert server.http.get(path + url).status_code in (200, 422)
        job = cursors["/api/jobs"]
        assert server.http.get("/api/workers" + job).status_code == 422
        # A cursor is a place in the list, whatever the filter it came with.
        place = job + "&status=queued"
        assert server.http.get("/api/jobs" + place).status_code == 200


@pytest.mark.parametrize("path", ["/api/jobs", "/api/jobs/search", "/api/dead-letter"])
def test_one_list_for_all_who_ask_within_a_second(backend, path):
    """And what we wrote ourselves is seen at once."""
    table = "soniq_dead_letter_jobs" if path == "/api/dead-letter" else "soniq_jobs"
    with ours.Dashboard(backend.url, write=True) as server:
        first = server.http.get(path)
        kinds = {server.http.get(path).headers["Soniq-Kind"] for _ in range(5)}
        assert "cached" in kinds
        gone = first.json()[0]["id"]
        backend.execute(f"DELETE FROM {table} WHERE id = %s", gone)
        queued = server.get("/api/jobs", status="queued")[0]["id"]
        assert server.http.post(f"/api/jobs/{queued}/cancel").status_code == 200
        after = server.http.get(path)
        assert after.headers["Soniq-Kind"] != "cached"
        assert gone not in {row["id"] for row in after.json()}
