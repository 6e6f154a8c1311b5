"""soniq timeline: what happened, as the API tells it and as a person reads it."""

import sqlite3

import pytest

from support import ours

KEPT = ("Retried", "Wait p95", "Queued, most")


@pytest.fixture
def plain(backend):
    ours.ok("setup", "--remove-history", url=backend.url)
    return backend


def test_the_same_as_the_api(shown, dashboard):
    ours.ok("history", "--fold", url=shown.url)
    told = ours.ok("timeline", "--json", url=shown.url).json()
    there = dashboard(shown.url).get("/api/jobs/timeline?hours=24")
    assert told["buckets"] == there and sum(b["total_jobs"] for b in there) > 0
    assert told["kind"] == "exact" and told["as_of"].endswith("Z")


def test_what_is_not_folded_is_said(tmp_path):
    path = f"sqlite:///{tmp_path}/new.db"
    ours.ok("setup", url=path)
    assert ours.ok("timeline", "--json", url=path).json()["kind"] == "exact"
    with sqlite3.connect(tmp_path / "new.db") as connection:
        connection.execute(
            "INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue,"
            " priority, created_at, updated_at) SELECT '00000000-0000-4000-8000-000000000001',"
            " 'a', '{}', 'queued', 0, 3, 'q', 100, now, now FROM (SELECT"
            " strftime('%Y-%m-%d %H:%M:%f', 'now') AS now)"
        )
    told = ours.ok("timeline", "--json", url=path).json()
    assert told["kind"] == "cached" and told["as_of"] == told["covered_from"]
    assert "Numbers: exact, of now\n" in ours.ok("timeline", url=path).stdout
    ours.ok("history", "--fold", url=path)
    told = ours.ok("timeline", "--json", url=path).json()
    assert told["kind"] == "exact" and told["buckets"][-1]["total_jobs"] == 1


def test_in_words(plain):
    lines = ours.ok("timeline", "--hours", "3", url=plain.url).stdout.splitlines()
    buckets = ours.ok("timeline", "--hours", "3", "--json", url=plain.url).json()["buckets"]
    assert lines[0].split() == ["From", "Came", "Done", "Dead"]
    for line, bucket in zip(lines[1 : 1 + len(buckets)], buckets, strict=True):
        day, hour, *counts = line.split()
        assert f"{day}T{hour[:-1]}" == bucket["hour"][:19]
        assert counts == [str(bucket[key]) for key in ("total_jobs", "completed", "dead_letter")]


def test_with_the_history_it_knows_more(backend):
    ours.ok("setup", url=backend.url)
    ours.ok("history", "--fold", "--recount", url=backend.url)
    head = ours.ok("timeline", url=backend.url).stdout.splitlines()[0]
    assert all(word in head for word in KEPT)
    minutes = ours.ok(
        "timeline", "--hours", "1", "--bucket", "minute", "--queue", "mail", "--json",
        url=backend.url,
    ).json()["buckets"]  # fmt: skip
    assert len(minutes) in (60, 61)
    days = ours.ok("timeline", "--hours", "8784", "--json", url=backend.url).json()["buckets"]
    assert len(days) in (366, 367)
    assert ours.ok("timeline", "--type", "mail.send", "--json", url=backend.url).json()["buckets"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--bucket", "minute", "--hours", "49"), "a bucket of 10m, hour or day, or fewer hours"),
        (("--queue", "a", "--type", "b"), "give one of them"),
        (("--bucket", "week"), "--bucket must be one of minute|10m|hour|day"),
        (("--hours", "8785"), "--hours"),
        (("--queue", "mail"), "needs the history"),
    ],
)
def test_what_cannot_be_had(plain, arguments, says):
    result = ours.run("timeline", *arguments, url=plain.url)
    assert result.code == 2 and says in result.stderr and result.stdout == ""
