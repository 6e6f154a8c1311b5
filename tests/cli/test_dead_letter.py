"""The dead-letter verbs: what they say, to as many as they say; a dry run writes nothing."""

import re

import pytest

from support import sample
from support.dead import dead, dead_ids, dump, jobs
from support.terminal import Terminal

NONE = "00000000-0000-4000-8000-000000000000"
NEW_IDS = re.compile(r"^Replayed ([0-9a-f-]{36}) as ([0-9a-f-]{36})$", re.M)


# --- list ---


def test_list_is_newest_first_and_keeps_to_its_limit(shown):
    told = dead("list", "--limit", "7", "--json", database=shown).json()
    assert [row["id"] for row in told] == dead_ids(shown)[:7]
    assert told[0]["args"] == {"order": 1}
    said = dead("list", "--limit", "7", database=shown).stdout.splitlines()
    assert said[0].split()[:3] == ["ID", "Name", "Error"]
    assert [line.split()[0] for line in said[1:]] == dead_ids(shown)[:7]


def test_list_gives_50_unless_told_otherwise(shown):
    assert len(dead("list", "--json", database=shown).json()) == 50
    assert len(dead("list", "--json", "--limit", "1000", database=shown).json()) == sample.DEAD


def test_a_filtered_list_says_when_it_has_not_searched_all(lite):
    """By rowid: the first dead letter is far away from the newest."""
    lite.execute(
        "UPDATE soniq_dead_letter_jobs SET dead_letter_reason = 'rare'"
        " WHERE rowid = (SELECT min(rowid) FROM soniq_dead_letter_jobs)"
    )
    assert len(dead("list", "--reason", "rare", "--json", database=lite).json()) == 1
    lite.execute(
        "UPDATE soniq_dead_letter_jobs SET rowid = 300000"
        " WHERE rowid = (SELECT max(rowid) FROM soniq_dead_letter_jobs)"
    )
    told = dead("list", "--reason", "rare", database=lite)
    assert told.stdout == "No dead-letter jobs.\n" and "Only the newest" in told.stderr
    assert told.code == 0
    # Without a filter nothing is left out; an export, and the verbs, search all.
    whole = dead("list", "--limit", "1000", "--json", database=lite)
    assert len(whole.json()) == sample.DEAD and whole.stderr == ""
    wanted = ("--reason", "rare", "--output", "-")
    assert "rare" in dead("export", *wanted, database=lite).stdout
    said = dead("replay", "--all", "--reason", "rare", "--dry-run", database=lite).stdout
    assert "would replay 1 " in said


def test_list_pages_through_more_than_one_answer(lite):
    lite.execute(
        """INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, max_attempts,
               attempts, dead_letter_reason, original_created_at, moved_to_dead_letter_at)
           WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
           SELECT printf('00000000-0000-4000-9000-%012d', i), 'a', '{}', 'q', 1, 1, 1, 'r', 5,
               1000 + i / 100 FROM n"""
    )
    for more in ([], ["--json"]):
        said = dead("list", "--limit", "505", *more, database=lite).stdout
        found = re.findall(r"[0-9a-f]{8}-0000-4000-[89]000-[0-9a-f]{12}", said)
        assert found == dead_ids(lite)[:505]


def test_list_filters(shown):
    def ids(*arguments):
        return {
            row["id"]
            for row in dead("list", "--limit", "99", "--json", *arguments, database=shown).json()
        }

    of_mail = shown.rows("SELECT id FROM soniq_dead_letter_jobs WHERE queue = 'mail'")
    assert ids("--queue", "mail") == {str(row[0]) for row in of_mail}
    assert ids("--filter", "pay.charge", "--reason", "max_retries_exceeded") == set(dead_ids(shown))
    assert ids("--filter", "pay") == ids("--filter", "pay.%") == ids("--reason", "x") == set()
    assert dead("list", "--filter", "pay", database=shown).stdout == "No dead-letter jobs.\n"


# --- replay ---


def test_replay_makes_a_new_job_and_says_its_id(backend):
    old = sample.dead_id(3)
    result = dead("replay", old, database=backend)
    ((told_old, new),) = NEW_IDS.findall(result.stdout)
    assert (result.code, told_old) == (0, old)
    status, attempts, name = backend.row(
        "SELECT status, attempts, job_name FROM soniq_jobs WHERE id = %s", new
    )
    assert (status, attempts, name) == ("queued", 0, "pay.charge")
    assert (
        backend.value("SELECT resurrection_count FROM soniq_dead_letter_jobs WHERE id = %s", old)
        == 1
    )


def test_replay_as_one_document(backend):
    result = dead("replay", "--json", sample.dead_id(1), NONE, database=backend)
    assert result.code == 4
    done, missing = result.json()
    assert done["error"] is None
    assert backend.value("SELECT status FROM soniq_jobs WHERE id = %s", done["job_id"]) == "queued"
    assert missing["id"] == NONE
    assert "there is no dead letter" in missing["error"]


@pytest.mark.parametrize("verb", ["replay", "delete"])
def test_nothing_found_is_exit_4(backend, verb):
    before = dump(backend)
    result = dead(verb, NONE, database=backend)
    assert (result.code, result.stdout) == (4, "")
    assert result.stderr == f"soniq: there is no dead letter {NONE}; it may have been deleted\n"
    assert dump(backend) == before


def test_what_is_there_is_done_and_what_is_missing_is_told(backend):
    result = dead("replay", sample.dead_id(1), NONE, sample.dead_id(2), database=backend)
    assert result.code == 4
    assert len(NEW_IDS.findall(result.stdout)) == 2
    assert "Replayed 2 of 3 dead-letter job(s).\n" in result.stdout
    assert f"no dead letter {NONE}" in result.stderr
    assert result.stderr.endswith("soniq: 1 of 3 dead letters were not replayed\n")


def test_replay_all_keeps_to_its_limit(backend):
    before = jobs(backend)
    result = dead("replay", "--all", "--limit", "3", database=backend)
    assert [old for old, _ in NEW_IDS.findall(result.stdout)] == dead_ids(backend)[:3]
    assert "Replayed 3 of 3 dead-letter job(s).\n" in result.stdout
    assert jobs(backend) == before + 3
    assert len(dead_ids(backend)) == sample.DEAD


def test_replay_all_that_match_none(backend):
    result = dead("replay", "--all", "--filter", "none", database=backend)
    assert result.stdout == "No dead-letter jobs match the filter.\n"
    assert result.code == 0
    assert dead("replay", "--all", "--filter", "none", "--json", database=backend).json() == []


# --- delete ---


def test_delete_keeps_to_its_limit(backend):
    """The Python tool deleted all that matched, whatever --limit said."""
    before = dead_ids(backend)
    result = dead("delete", "--all", "--limit", "4", database=backend)
    assert result.code == 0
    assert "Deleted 4 of 4 dead-letter job(s).\n" in result.stdout
    assert dead_ids(backend) == before[4:]


def test_delete_by_id(backend):
    before, jobs_before = dead_ids(backend), jobs(backend)
    result = dead("delete", before[5], before[9], database=backend)
    assert result.stdout.splitlines()[:2] == [f"Deleted {before[5]}", f"Deleted {before[9]}"]
    assert set(before) - set(dead_ids(backend)) == {before[5], before[9]}
    assert jobs(backend) == jobs_before


def test_delete_by_filter(backend):
    result = dead("delete", "--all", "--yes", "--queue", "mail", "--limit", "99", database=backend)
    assert result.code == 0
    assert {row[0] for row in backend.rows("SELECT queue FROM soniq_dead_letter_jobs")} == {
        "default",
        "очередь ☃",
    }


# --- dry runs ---

DRY = [
    ["replay", "--all"], ["delete", "--all"], ["replay", "--all", "--limit", "2"],
    ["delete", sample.dead_id(1)], ["replay", sample.dead_id(1), sample.dead_id(2)],
    ["delete", "--all", "--yes"], ["cleanup", "--days", "1"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", DRY, ids=" ".join)
def test_a_dry_run_writes_nothing(backend, arguments):
    backend.execute(
        "UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = original_created_at"
    )
    before = dump(backend)
    result = dead(*arguments, "--dry-run", database=backend)
    assert result.code == 0
    assert result.stdout.startswith("Dry run: would ")
    dead(*arguments, "--dry-run", "--json", database=backend).json()
    assert dump(backend) == before


def test_a_dry_run_shows_ten_and_counts_the_rest(shown):
    said = dead("delete", "--all", "--dry-run", database=shown).stdout.splitlines()
    assert said[0] == "Dry run: would delete 50 dead-letter job(s)."
    assert len(said) == 12
    assert said[-1] == "  ... and 40 more"
    told = dead("delete", "--all", "--dry-run", "--json", database=shown).json()
    assert told == {"dry_run": "delete", "count": 50, "ids": dead_ids(shown)[:50]}


def test_a_dry_run_of_what_is_not_there(shown):
    assert dead("delete", NONE, "--dry-run", database=shown).code == 4


# --- cleanup ---


def age(database, days: int, n: int) -> None:
    """Make the n oldest so many days older."""
    past = f"interval '{days} days'" if database.kind == "postgresql" else days * 86400 * 10**6
    database.execute(
        f"""UPDATE soniq_dead_letter_jobs
            SET moved_to_dead_letter_at = moved_to_dead_letter_at - {past}
            WHERE id IN (SELECT id FROM soniq_dead_letter_jobs
                         ORDER BY moved_to_dead_letter_at, id LIMIT {n})"""
    )


def test_cleanup_removes_what_is_older(backend):
    before = dead_ids(backend)
    age(backend, 40, 7)
    said = dead("cleanup", "--dry-run", database=backend).stdout
    assert said == "Dry run: would remove 7 dead-letter job(s) older than 30 days.\n"
    assert dead("cleanup", "--days", "41", "--json", database=backend).json()["count"] == 0
    assert dead("cleanup", "--filter", "none", database=backend).stdout.startswith("Removed 0 ")
    said = dead("cleanup", database=backend).stdout
    assert said == "Removed 7 dead-letter job(s) older than 30 days.\n"
    assert dead_ids(backend) == before[:-7]
    assert dead("cleanup", "--json", database=backend).json() == {"count": 0, "days": 30}


def test_an_id_that_is_an_order_to_the_terminal(lite):
    for number, row in enumerate(("\x1b]0;owned\x07", "\x1b[2J", "\u202e\x9b31m"), 1):
        lite.execute(
            "UPDATE soniq_dead_letter_jobs SET id = %s WHERE id = %s", row, sample.dead_id(number)
        )
    for arguments in (["delete", "--all", "--dry-run"], ["delete", "--all", "--limit", "4"]):
        result = dead(*arguments, database=lite)
        assert result.code == 0
        assert r"\x1b]0;owned\x07" in result.stdout
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.stdout)
    assert len(dead_ids(lite)) == sample.DEAD - 4


# --- questions ---


@pytest.mark.parametrize("verb", ["replay", "delete"])
def test_with_nobody_to_ask_nothing_is_done(backend, verb):
    before = dump(backend)
    result = dead(verb, "--all", database=backend, stdin="y\n")
    assert result.code == 2
    assert f"would {verb} 50 dead-letter jobs and there is nobody to ask" in result.stderr
    assert "--yes" in result.stderr
    assert dump(backend) == before


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04", "no thanks\n"], ids=repr)
def test_no_is_no(lite, answer):
    before = dump(lite)
    terminal = Terminal("dead-letter", "delete", "--all", url=lite.url)
    terminal.wait_for("Delete 50 dead-letter jobs? [y/N] ")
    terminal.type(answer)
    result = terminal.end()
    assert result.code == 6
    assert "nothing was done, as you said" in result.stdout
    assert dump(lite) == before


def test_yes_is_yes(lite):
    terminal = Terminal("dead-letter", "delete", "--all", url=lite.url)
    terminal.wait_for("Delete 50 dead-letter jobs? [y/N] ")
    terminal.type("y\n")
    assert terminal.end().code == 0
    assert len(dead_ids(lite)) == sample.DEAD - 50


def test_cleanup_asks_only_a_person(lite):
    age(lite, 40, 7)
    terminal = Terminal("dead-letter", "cleanup", url=lite.url)
    terminal.wait_for("Remove 7 dead-letter jobs? [y/N] ")
    terminal.type("n\n")
    assert terminal.end().code == 6
    assert len(dead_ids(lite)) == sample.DEAD


def test_four_need_no_question_and_yes_needs_none(lite):
    assert dead("delete", "--all", "--limit", "4", database=lite).code == 0
    assert dead("delete", "--all", "--limit", "5", database=lite).code == 2
    assert dead("delete", "--all", "--limit", "5", "-y", database=lite).code == 0
    assert len(dead_ids(lite)) == sample.DEAD - 9
