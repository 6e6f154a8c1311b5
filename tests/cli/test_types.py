"""soniq types: the names of jobs, as the API tells of them and as a person reads them."""

import pytest

from support import ours
from support.waiting import wait_until

KEPT = ("Waiting", "In/min", "Run p95")


def told(database, *arguments) -> dict:
    return ours.ok("types", "--json", *arguments, url=database.url).json()


def test_the_same_as_the_api(shown, dashboard):
    ours.ok("history", "--fold", url=shown.url)
    here = told(shown)
    server = dashboard(shown.url)
    there = server.get("/api/jobs/types")
    assert here["kind"] == "exact" and here["as_of"].endswith("Z")
    assert [list(name) for name in here["types"]] == [list(name) for name in there]
    counts = ("job_name", "total_count", "completed_count", "dead_letter_count", "queued_count")
    for one, other in zip(here["types"], there, strict=True):
        assert [one[key] for key in counts] == [other[key] for key in counts]


def test_in_words(backend):
    ours.ok("setup", "--remove-history", url=backend.url)
    lines = ours.ok("types", url=backend.url).stdout.splitlines()
    names = [name["job_name"] for name in told(backend)["types"]]
    assert lines[0].split()[:6] == ["Task", "type", "Jobs", "Queued", "Done", "Dead"]
    assert [line.split()[0] for line in lines[1 : 1 + len(names)]] == names
    assert not any(word in lines[0] for word in KEPT)


def test_some_of_them(shown):
    whole = told(shown)["types"]
    first = told(shown, "--limit", "1")["types"]
    assert len(whole) > 1 and [name["job_name"] for name in first] == [whole[0]["job_name"]]
    said = ours.ok("types", "--limit", "1", url=shown.url).stdout
    assert f"... and {len(whole) - 1} more names: see --limit." in said


def test_with_the_history_it_knows_more(backend):
    ours.ok("setup", url=backend.url)
    ours.ok("history", "--fold", "--recount", url=backend.url)
    said = ours.ok("types", url=backend.url).stdout
    assert all(word in said.splitlines()[0] for word in KEPT)


def test_nothing_is_there_yet(tmp_path):
    path = f"sqlite:///{tmp_path}/new.db"
    ours.ok("setup", url=path)
    assert "[INFO] No jobs in the last 7 days" in ours.ok("types", url=path).stdout
    assert ours.ok("types", "--json", url=path).json()["types"] == []


# --- moments are the database's ---

AHEAD = """
    CREATE SCHEMA ahead;
    CREATE FUNCTION ahead.now() RETURNS timestamptz LANGUAGE sql STABLE AS
        $$ SELECT pg_catalog.now() + interval '3 hours' $$
"""


@pytest.fixture
def ahead(pg_sample):
    """A database whose clock is three hours ahead of ours, with one job of this hour."""
    for statement in AHEAD.strip().split(";\n"):
        pg_sample.execute(statement)
    path = "ahead, pg_catalog, public"
    pg_sample.execute(f'ALTER DATABASE "{pg_sample.name}" SET search_path = {path}')
    assert wait_until(
        lambda: pg_sample.value("SELECT now() > pg_catalog.now() + interval '2 hours'"),
        "its clock is ahead", 5,
    )  # fmt: skip
    pg_sample.execute(
        "UPDATE soniq_jobs SET created_at = now() - interval '5 minutes'"
        " WHERE id = (SELECT id FROM soniq_jobs WHERE status = 'queued' LIMIT 1)"
    )
    return pg_sample


def test_ages_are_of_the_clock_of_the_database(ahead):
    found = ours.ok("jobs", "--json", "created:<1h", url=ahead.url).json()
    assert len(found["jobs"]) == 1
    assert "5 min ago" in ours.ok("jobs", "created:<1h", url=ahead.url).stdout
    assert ours.ok("jobs", "--json", "created:>1h", url=ahead.url).json()["jobs"]
    died = "UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = now()"
    ahead.execute(died)
    groups = ours.ok(
        "dead-letter", "groups", "--where", "finished:<1h", "--json", url=ahead.url
    ).json()
    assert sum(group["count"] for group in groups) == ahead.value(
        "SELECT count(*) FROM soniq_dead_letter_jobs"
    )
    signature = groups[0]["signature"]
    done = ours.ok(
        "dead-letter", "delete", "--group", signature, "--yes", "--json", url=ahead.url
    ).json()
    assert done["count"] > 0 and done["of"] == groups[0]["count"]


def test_a_database_that_is_away_is_said_once():
    result = ours.run("jobs", "created:<1h", url="postgresql://127.0.0.1:1/none")
    assert result.code == 3 and result.stderr.count("\n") == 1
