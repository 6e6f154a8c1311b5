"""Write mode: cancel, delete and replay from the page, and what the database says afterwards."""

import pytest

from support.browser import WAYS
from support.sample import dead_id

KINDS = pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
STATUS = "SELECT status FROM soniq_jobs WHERE id = %s"
COUNT = "SELECT count(*) FROM soniq_jobs WHERE id = %s"
DEAD = "SELECT count(*) FROM soniq_dead_letter_jobs WHERE id = %s"
REPLAYS = "SELECT resurrection_count FROM soniq_dead_letter_jobs WHERE id = %s"


def queued(database) -> str:
    return str(database.value("SELECT id FROM soniq_jobs WHERE status = 'queued' LIMIT 1"))


@WAYS
def test_cancel_and_delete_a_job(site, screen, kind, mount):
    here = site(kind, mount, write=True)
    shown = screen(here)
    job = queued(here.database)
    shown.open(f"jobs/{job}")
    shown.page.get_by_role("button", name="Cancel job").click()
    assert job in shown.page.get_by_role("dialog").inner_text()
    shown.confirm("Cancel job")
    shown.page.get_by_role("status").filter(has_text="ancelled").first.wait_for()
    assert here.database.value(STATUS, job) == "cancelled"
    shown.page.get_by_role("button", name="Delete").first.click()
    shown.confirm("Delete")
    shown.page.get_by_role("status").filter(has_text="eleted").first.wait_for()
    assert here.database.value(COUNT, job) == 0


@WAYS
def test_replay_and_delete_a_dead_letter(site, screen, kind, mount):
    here = site(kind, mount, write=True)
    shown = screen(here)
    shown.open("dead-letter?view=list")
    letter, other = dead_id(1), dead_id(2)
    row = shown.rows().filter(has=shown.page.locator(f"a[href*='{letter}']"))
    row.get_by_role("button", name="Replay").click()
    shown.confirm("Replay")
    row.get_by_role("link", name="new job").wait_for()
    assert here.database.value(REPLAYS, letter) == 1
    made = row.get_by_role("link", name="new job").get_attribute("href").rsplit("/", 1)[1]
    assert here.database.value(STATUS, made) == "queued"
    row = shown.rows().filter(has=shown.page.locator(f"a[href*='{other}']"))
    row.get_by_role("button", name="Delete").click()
    shown.confirm("Keep it")
    assert here.database.value(DEAD, other) == 1
    row.get_by_role("button", name="Delete").click()
    shown.confirm("Delete")
    row.get_by_role("status").filter(has_text="eleted").wait_for()
    assert here.database.value(DEAD, other) == 0


@KINDS
def test_a_refused_write_says_the_state(site, screen, kind):
    here = site(kind, write=True)
    shown = screen(here)
    job = queued(here.database)
    shown.open(f"jobs/{job}")
    shown.page.get_by_role("button", name="Cancel job").click()
    here.database.execute("UPDATE soniq_jobs SET status = 'processing' WHERE id = %s", job)
    shown.confirm("Cancel job")
    shown.page.get_by_role("status").filter(has_text="processing").first.wait_for()
    assert here.database.value(STATUS, job) == "processing"


def test_the_newest_python_database(site, screen, new_world):
    """Not our rows: those that the real Python workers left."""
    copy = new_world.server.create(template=new_world.name)
    here = site(database=copy, write=True)
    shown = screen(here)
    for place in ("jobs", "queues", "workers", "dead-letter", "schedules", "types"):
        shown.open(place)
        shown.rows().first.wait_for()
