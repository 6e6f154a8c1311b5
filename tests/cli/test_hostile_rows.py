"""Whatever the rows hold: every command ends by itself, and what it says is bounded, safe text."""

import json
import re

import pytest

from support import hostile, ours

# Control bytes but newline, those of C1, and what turns text around.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
MAX = 32 << 20
LOOKS = [
    ["status", "--jobs", "--verbose"], ["inspect", "--schedules"], ["inspect", "--stale"],
    ["types"], ["timeline"],
    ["health"], ["ready"], ["migrate-status"], ["dead-letter", "list"],
    ["dead-letter", "replay", "--all", "--dry-run"], ["dead-letter", "cleanup", "--dry-run"],
    ["dead-letter", "list", "--queue", hostile.MARKUP], ["dead-letter", "groups"],
    ["dead-letter", "groups", "--limit", "10000"],
]  # fmt: skip


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def world(request, samples):
    database = samples.copy(request.param)
    if request.param == "postgresql":
        hostile.fill(database)
    else:
        hostile.fill_sqlite(database)
    yield database
    database.drop()


def check(result: ours.Result) -> None:
    for text in (result.stdout, result.stderr):
        assert not UNSAFE.search(text), ascii(UNSAFE.search(text))
        assert len(text) < MAX
        text.encode()  # UTF-8 throughout


@pytest.mark.parametrize("arguments", LOOKS, ids=lambda words: " ".join(words)[:40])
def test_looks(world, arguments):
    check(ours.ok(*arguments, url=world.url))
    told = ours.ok(*arguments, "--json", url=world.url)
    check(told)
    json.loads(told.stdout)


def wide_ids(database, table: str) -> list[str]:
    """Ids of rows that are ids, a few dozen of those that are odd in the most columns."""
    rows = database.rows(f"SELECT id, last_error FROM {table}")
    valid = [
        (str(row[0]), row[1])
        for row in rows
        if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(row[0]))
        and not str(row[0]).startswith("00000000-0000-4000-8000")
    ]
    odd = sorted(valid, key=lambda row: -len(str(row[1] or "")))
    return [row[0] for row in odd[:16]] + [row[0] for row in valid[:4]]


@pytest.mark.parametrize("table", ["soniq_jobs", "soniq_dead_letter_jobs"])
def test_each_job(world, table):
    for job_id in wide_ids(world, table):
        check(ours.ok("job", job_id, url=world.url))
        told = ours.ok("job", "--json", job_id, url=world.url)
        check(told)
        assert json.loads(told.stdout)["id"] == job_id


@pytest.mark.parametrize("form", ["csv", "json"])
def test_exports(world, form, tmp_path):
    """All rows; or, where one has an id that is none, a word about it and no file."""
    path = tmp_path / "dead"
    result = ours.run("dead-letter", "export", "--format", form, "-o", path, url=world.url)
    check(result)
    if result.code == 7:
        assert world.kind == "sqlite"
        assert "has an id that is none: mend or delete its row" in result.stderr
        assert not path.exists()
        return
    assert result.code == 0, result
    text = path.read_bytes().decode()
    if form == "json":
        n = world.value("SELECT count(*) FROM soniq_dead_letter_jobs")
        if world.kind == "postgresql":
            # The one that never died has no place in the order that pages are read in.
            n -= world.value(
                """SELECT count(*) FROM soniq_dead_letter_jobs
                   WHERE moved_to_dead_letter_at IS NULL"""
            )
        assert len(json.loads(text)) == n


def test_the_big_one_is_exported_whole(world):
    if world.kind == "sqlite":
        pytest.skip("the odd ids of SQLite end the export")
    rows = ours.ok(
        "dead-letter", "export", "-o", "-", "--json", "--filter", "big", url=world.url
    ).json()
    assert [row["args"] for row in rows] == [json.loads(hostile.BIG_JSON)]


def test_infinity_is_a_word(world):
    if world.kind == "sqlite":
        pytest.skip("SQLite has no infinite dates")
    ((job_id,),) = world.rows(
        """SELECT id::text FROM soniq_jobs
           WHERE created_at = 'infinity' AND updated_at = 'infinity' LIMIT 1"""
    )
    assert re.search(r"^created_at +infinity$", ours.ok("job", job_id, url=world.url).stdout, re.M)
    assert ours.ok("job", "--json", job_id, url=world.url).json()["created_at"] == "infinity"
