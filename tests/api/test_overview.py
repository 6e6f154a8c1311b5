"""What is wrong and why a job does not run, as the API tells it of real situations."""

import contextlib
import uuid

import pytest

from support import ours
from support.events import Events
from support.sample import job_id


@pytest.fixture
def server(backend):
    with ours.Dashboard(backend.url, write=True) as running:
        yield running


def codes(overview: dict) -> list[str]:
    return [verdict["code"] for verdict in overview["verdicts"]]


def now(backend, seconds: int) -> str:
    if backend.kind == "sqlite":
        return f"CAST(((julianday('now') - 2440587.5) * 86400 + ({seconds})) * 1000000 AS INTEGER)"
    return f"now() + interval '{seconds} seconds'"


def calm(backend) -> None:
    """Nothing is wrong any more: one live worker that serves all, and nothing remembered."""
    ours.ok("setup", "--remove-history", url=backend.url)
    for table in ("soniq_jobs", "soniq_dead_letter_jobs", "soniq_task_registry"):
        backend.execute(f"DELETE FROM {table}")
    backend.execute("DELETE FROM soniq_workers WHERE hostname <> 'host-1'")
    backend.execute(f"UPDATE soniq_workers SET last_heartbeat = {now(backend, 0)}")


def put(backend, **columns) -> str:
    row = {"id": str(uuid.uuid4()), "job_name": "mail.send", "args": "{}"} | columns
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    backend.execute(f"INSERT INTO soniq_jobs ({names}) VALUES ({marks})", *row.values())
    return row["id"]


def test_all_clear(backend):
    calm(backend)
    with ours.Dashboard(backend.url) as server:
        told = server.get("/api/overview")
        assert told["verdicts"] == []
        assert told["all_clear"].startswith("1 worker running; nothing waits")


def test_what_is_wrong_leads_to_its_rows(backend):
    calm(backend)
    backend.execute("UPDATE soniq_workers SET status = 'stopped'")
    put(backend, queue="a b")
    later = put(backend)
    backend.execute(
        f"UPDATE soniq_jobs SET scheduled_at = {now(backend, 3600)} WHERE id = %s", later
    )
    with ours.Dashboard(backend.url) as server:
        told = server.get("/api/overview")
        assert codes(told) == ["no_worker"]
        page, query = told["verdicts"][0]["href"].split("?")
        assert page == "jobs"
        rows = server.http.get(f"/api/jobs/search?{query}").json()
        assert [row["queue"] for row in rows] == ["a b"]


WORST = [
    "mail", "a b", "it's", 'say "hi"', "back\\slash", "$(id)", "`id`", "$HOME", "!x", "-x", "a\nb",
    "\x1b[31m", "\u202etxt", "\U0001f600", "*", "a,b", "#", "~", "x queue:y", "%s", "\\", "'",
]  # fmt: skip


@pytest.mark.parametrize("name", WORST)
def test_its_command_shows_the_rows_of_its_link(lite, name):
    calm(lite)
    put(lite, queue="another")
    ids = {put(lite, queue=name), put(lite, queue=name)}
    # It serves neither.
    lite.execute("UPDATE soniq_workers SET queues = %s", '["none"]')
    with ours.Dashboard(lite.url) as server:
        told = server.get("/api/overview")["verdicts"]
        shown = [
            (f"{verdict['command']} --json", verdict["href"].partition("?")[2])
            for verdict in told
            if verdict["code"] == "queue_unserved"
        ]
        assert len(shown) == 2
        found = []
        for command, query in shown:
            done = ours.typed(command, url=lite.url)
            assert done.code == 0 and command.isprintable(), done
            rows = server.http.get(f"/api/jobs/search?{query}").json()
            assert done.json()["jobs"] == rows
            found.append({row["id"] for row in rows})
        assert ids in found


def test_it_is_live(backend, server):
    """A worker goes silent: the stream tells of it, and of nothing that did not change."""
    calm(backend)
    with contextlib.closing(Events(server.port, "/api/events?topics=overview")) as stream:
        first = stream.next()
        assert (first.name, first.topic) == ("snapshot", "overview")
        backend.execute(f"UPDATE soniq_workers SET last_heartbeat = {now(backend, -600)}")
        stream.until(lambda event: codes(event.data["data"]) == ["workers_stale"])


def test_how_long_a_worker_may_be_silent_is_a_setting(backend):
    calm(backend)
    backend.execute(f"UPDATE soniq_workers SET last_heartbeat = {now(backend, -120)}")
    for timeout, is_stale in ((300, False), (60, True)):
        with ours.Dashboard(backend.url, heartbeat_timeout=timeout) as server:
            workers = [one for one in server.get("/api/workers") if one["status"] == "active"]
            assert workers and all(one["stale"] == is_stale for one in workers)
            assert ("workers_stale" in codes(server.get("/api/overview"))) == is_stale
        said = ours.ok("status", url=backend.url, heartbeat_timeout=timeout).stdout
        assert (" stale (use" in said) == is_stale


def test_a_hundred_ask_and_one_is_made(backend):
    calm(backend)
    with ours.Dashboard(backend.url) as server:
        kinds = [server.http.get("/api/overview").headers["soniq-kind"] for _ in range(100)]
        assert kinds.count("cached") > 90


def test_why_of_what_is_not_there(server):
    for id in (str(uuid.uuid4()), "none"):
        answer = server.http.get(f"/api/jobs/{id}/why")
        assert answer.status_code == 404, answer.text


def test_why(backend, server):
    told = server.get(f"/api/jobs/{job_id(8)}/why")
    assert (told["job_id"], told["status"]) == (job_id(8), "queued")
    assert told["answer"] == "waits"
    assert told["summary"].startswith("It is scheduled, and is due in ")
    assert told["reasons"][0]["code"] == "scheduled_later"
    server.http.post(f"/api/jobs/{job_id(8)}/cancel").raise_for_status()
    assert server.get(f"/api/jobs/{job_id(8)}/why")["answer"] == "ended"
