"""dead-letter groups, and the verbs with --group: what they say, and to whom it is done."""

import pytest

from support import ours, sample
from support.dead import dead, dead_ids, dump, jobs
from support.terminal import Terminal

GROUP = sample.SIGNATURE
NO_GROUP = "0" * 16


@pytest.fixture
def odd(backend):
    """Two that died of something else, one of them on its own queue."""
    backend.execute(
        "UPDATE soniq_dead_letter_jobs SET last_error = 'KeyError: ''a''', queue = 'odd'"
        f" WHERE id = '{sample.dead_id(1)}'"
    )
    backend.execute(
        "UPDATE soniq_dead_letter_jobs SET last_error = 'Job timed out after 5s'"
        f" WHERE id = '{sample.dead_id(2)}'"
    )
    return backend


def test_groups_are_a_table(odd):
    said = dead("groups", database=odd).stdout.splitlines()
    assert said[0].split() == ["Group", "Count", "Last", "seen", "Error", "Where"]
    assert said[1].startswith(f"{GROUP}  ") and "TimeoutError: order <n>" in said[1]
    assert said[1].split()[1] == str(sample.DEAD - 2)
    assert "KeyError: <str>" in "".join(said) and "Job timed out after <time>" in "".join(said)
    assert len(said) == 4


def test_groups_as_json_are_what_the_api_says(odd):
    told = dead("groups", "--json", database=odd).json()
    with ours.Dashboard(odd.url) as server:
        asked = server.get("/api/dead-letter/groups")
    # Spans of time end now.
    for group in (*told, *asked):
        del group["trend"], group["trend_bucket_seconds"]
    assert told == asked


def test_filters_and_limit(odd):
    told = dead("groups", "--queue", "odd", "--json", database=odd).json()
    assert [group["error_type"] for group in told] == ["KeyError"]
    assert dead("groups", "--filter", "none", database=odd).stdout == "No dead-letter jobs.\n"
    assert len(dead("groups", "--filter", "pay.charge", "--json", database=odd).json()) == 3
    said = dead("groups", "--limit", "1", database=odd).stdout
    assert said.endswith("... and 2 more groups: see --limit.\n")
    odd.execute("UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = original_created_at")
    assert dead("groups", "--hours", "1", "--json", database=odd).json() != []


def test_where_is_the_filter_of_the_page(odd):
    where = "-queue:odd -error:'timed out'".replace("'", '"')
    told = dead("groups", "--where", where, "--json", database=odd).json()
    assert [group["signature"] for group in told] == [GROUP]
    listed = dead("list", "--where", where, "--limit", "999", "--json", database=odd).json()
    assert [row["id"] for row in listed] == dead_ids(odd)[2:]
    written = dead(
        "export", "--where", "queue:odd", "--format", "json", "-o", "-", database=odd
    ).json()
    assert [row["id"] for row in written] == [sample.dead_id(1)]


@pytest.mark.parametrize("verb", ["replay", "delete"])
def test_where_narrows_a_verb(odd, verb):
    some = [sample.dead_id(n) for n in (3, 4, 5)]
    for one in some:
        odd.execute(f"UPDATE soniq_dead_letter_jobs SET queue = 'some' WHERE id = '{one}'")
    where = f"queue:some -id:{some[1]}"
    said = dead(verb, "--group", GROUP, "--where", where, "--dry-run", database=odd).stdout
    assert said.startswith(f"Dry run: would {verb} 2 of 2 dead-letter job(s).\n")
    said = dead(verb, "--group", GROUP, "--where", where, database=odd).stdout
    assert said.endswith(f"{verb.rstrip('e').capitalize()}ed 2 of 2 dead-letter job(s).\n")
    dead(verb, "--all", "--where", f"id:{some[1]} status:dead", database=odd)
    dead(verb, "--all", "--where", f"id:{sample.dead_id(6)} status:done", database=odd)
    touched = set(dead_ids(odd)) if verb == "delete" else set()
    replayed = odd.rows("SELECT id FROM soniq_dead_letter_jobs WHERE resurrection_count = 1")
    everything = {sample.dead_id(n) for n in range(1, sample.DEAD + 1)}
    done = everything - touched if verb == "delete" else {str(row[0]) for row in replayed}
    assert done == set(some)


def test_where_narrows_a_cleanup(odd):
    odd.execute("UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = original_created_at")
    where = ["--days", "1", "--where", "-queue:odd"]
    told = dead("cleanup", *where, "--dry-run", "--json", database=odd).json()
    before = dead_ids(odd)
    assert dead("cleanup", *where, "--json", database=odd).json() == told
    assert len(dead_ids(odd)) == len(before) - told["count"]
    assert sample.dead_id(1) in dead_ids(odd)


def test_a_list_of_one_group(odd):
    told = dead("list", "--group", GROUP, "--limit", "999", "--json", database=odd).json()
    assert [row["id"] for row in told] == dead_ids(odd)[2:]
    few = dead("list", "--group", GROUP, "--limit", "3", "--json", database=odd).json()
    assert few == told[:3]
    assert dead("list", "--group", NO_GROUP, database=odd).stdout == "No dead-letter jobs.\n"


def test_a_group_is_replayed_once(odd):
    before = jobs(odd)
    n = sample.DEAD - 2
    said = dead("replay", "--group", GROUP, "--yes", "--limit", "9", database=odd).stdout
    assert said == f"Replayed 9 of {n} dead-letter job(s).\n"
    oldest = [sample.dead_id(sample.DEAD - i) for i in range(9)]
    replayed = odd.rows("SELECT id FROM soniq_dead_letter_jobs WHERE resurrection_count = 1")
    assert sorted(str(row[0]) for row in replayed) == sorted(oldest)
    told = dead("replay", "--group", GROUP, "-y", "--limit", "999", "--json", database=odd).json()
    assert told == {"group": GROUP, "count": n - 9, "of": n - 9}
    assert jobs(odd) == before + n
    said = dead("replay", "--group", GROUP, database=odd).stdout
    assert said == "Replayed 0 of 0 dead-letter job(s).\n"


def test_a_group_is_deleted(odd):
    result = dead("delete", "--group", GROUP, "--yes", "--limit", "999", database=odd)
    assert result.stdout == f"Deleted {sample.DEAD - 2} of {sample.DEAD - 2} dead-letter job(s).\n"
    assert dead_ids(odd) == [sample.dead_id(1), sample.dead_id(2)]


@pytest.mark.parametrize("verb", ["replay", "delete"])
def test_a_dry_run_counts_and_writes_nothing(odd, verb):
    before = dump(odd)
    said = dead(verb, "--group", GROUP, "--dry-run", database=odd).stdout.splitlines()
    assert said[0] == f"Dry run: would {verb} 50 of {sample.DEAD - 2} dead-letter job(s)."
    assert said[1] == "  TimeoutError: order <n>"
    told = dead(verb, "--group", GROUP, "--dry-run", "--json", database=odd).json()
    assert told == {"dry_run": verb, "group": GROUP, "count": 50, "of": sample.DEAD - 2}
    assert dump(odd) == before


@pytest.mark.parametrize("verb", ["replay", "delete"])
def test_with_nobody_to_ask_nothing_is_done(odd, verb):
    before = dump(odd)
    result = dead(verb, "--group", GROUP, database=odd, stdin="y\n")
    assert result.code == 2
    assert f"would {verb} 50 dead-letter jobs and there is nobody to ask" in result.stderr
    assert dump(odd) == before


def test_it_asks_with_the_number(lite):
    terminal = Terminal("dead-letter", "replay", "--group", GROUP, "--limit", "7", url=lite.url)
    terminal.wait_for("Replay 7 dead-letter jobs? [y/N] ")
    terminal.type("y\n")
    result = terminal.end()
    assert result.code == 0 and f"Replayed 7 of {sample.DEAD} dead-letter job(s)." in result.stdout


@pytest.mark.parametrize("verb", ["replay", "delete"])
def test_no_such_group_is_exit_4(odd, verb):
    before = dump(odd)
    result = dead(verb, "--group", NO_GROUP, "--yes", database=odd)
    assert (result.code, result.stdout) == (4, "") and NO_GROUP in result.stderr
    assert dump(odd) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay", "--group", "x"], "--group takes the 16 hex digits"),
        (["list", "--group", "0" * 17], "--group takes the 16 hex digits"),
        (["delete", "--group", GROUP, "--all"], "--group goes without"),
        (["replay", "--group", GROUP, sample.dead_id(1)], "--group goes without"),
        (["delete", "--where", "queue:a", sample.dead_id(1)], "--where go with --all or --group"),
        (["delete", "--group", GROUP, "--where", "queu:a"], "did you mean queue"),
        (["list", "--where", "queu:a"], "  queu:a\n  ^~~~"),
    ],
)
def test_what_makes_no_sense_is_not_done(lite, arguments, said):
    before = dump(lite)
    result = dead(*arguments, "--yes" if arguments[0] != "list" else "--json", database=lite)
    assert result.code == 2 and said in result.stderr
    assert dump(lite) == before
