"""soniq job cancel and delete: what they do to which, and what they say."""

import pytest

from support import ours
from support.dead import dump

NONE = "00000000-0000-4000-8000-000000000000"


def ids(database, status: str) -> list[str]:
    return [
        str(row[0])
        for row in database.rows(f"SELECT id FROM soniq_jobs WHERE status = '{status}' ORDER BY id")
    ]


def job(*arguments, database) -> ours.Result:
    return ours.run("job", *arguments, url=database.url)


def test_cancel_keeps_the_row(backend):
    queued = ids(backend, "queued")
    result = job("cancel", queued[0], queued[1].upper(), database=backend)
    assert result.code == 0
    assert result.stdout.splitlines() == [
        f"Cancelled {queued[0]}",
        f"Cancelled {queued[1]}",
        "Cancelled 2 of 2 job(s).",
    ]
    assert ids(backend, "queued") == queued[2:]
    assert set(queued[:2]) <= set(ids(backend, "cancelled"))


def test_delete_removes_the_row(backend):
    done = ids(backend, "done")
    result = job("delete", "--json", done[0], database=backend)
    assert result.json() == [{"id": done[0], "error": None}]
    assert ids(backend, "done") == done[1:]


@pytest.mark.parametrize(
    ("verb", "status", "word"),
    [("cancel", "done", "cancelled"), ("delete", "processing", "deleted")],
)
def test_another_state_is_left_alone_and_named(backend, verb, status, word):
    before = dump(backend)
    one = ids(backend, status)[0]
    for dry in ([], ["--dry-run"]):
        result = job(verb, one, *dry, database=backend)
        assert result.code == 5 and status in result.stderr and result.stdout == ""
    assert word in result.stderr
    assert dump(backend) == before


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_what_is_not_there(backend, verb):
    before = dump(backend)
    for dry in ([], ["--dry-run"]):
        assert job(verb, NONE, *dry, database=backend).code == 4
    letter = str(backend.rows("SELECT id FROM soniq_dead_letter_jobs LIMIT 1")[0][0])
    result = job(verb, letter, "--dry-run", database=backend)
    assert result.code == 5 and "soniq dead-letter delete" in result.stderr
    assert job(verb, letter, database=backend).code == 5
    assert dump(backend) == before


def test_one_that_fails_does_not_stop_the_others(backend):
    queued = ids(backend, "queued")
    result = job("cancel", queued[0], NONE, queued[1], database=backend)
    assert result.code == 4
    assert result.stderr.endswith("soniq: 1 of 3 jobs were not cancelled\n")
    assert ids(backend, "queued") == queued[2:]


def test_a_dry_run_writes_nothing(shown):
    before = dump(shown)
    queued = ids(shown, "queued")[:2]
    result = job("cancel", "--dry-run", *queued, database=shown)
    assert result.stdout.splitlines()[0] == "Dry run: would cancel 2 job(s)."
    assert job("delete", "--dry-run", "--json", *queued, database=shown).json() == {
        "dry_run": "delete", "count": 2, "ids": queued,
    }
    assert dump(shown) == before


def test_a_word_that_is_no_id_stops_all(backend):
    before = dump(backend)
    result = job("delete", ids(backend, "done")[0], "x; DROP", database=backend)
    assert result.code == 2 and "nothing was done" in result.stderr
    assert dump(backend) == before
