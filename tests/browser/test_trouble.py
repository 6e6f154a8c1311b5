"""A database that goes away, a server that is started again, rows that attack."""

import os
import signal

import pytest

from support import hostile, ours
from support.browser import PLACES
from support.proxy import Proxy

# Where a row leads: the pages of one queue, type, worker, group; hostile names in their addresses.
INNER = ("jobs/", "queues/", "types/", "workers/", "dead-letter/")
HREFS = "links => links.map((link) => link.getAttribute('href'))"


def test_the_database_goes_and_comes_back(samples, site, screen):
    database = samples.copy("postgresql")
    with Proxy(database) as way:

        class Reached:
            url = way.url
            kind = "postgresql"

            def drop(self):
                database.drop()

        shown = screen(site(database=Reached()), "jobs")
        shown.rows().first.wait_for()
        way.close()
        shown.page.locator(".banner").wait_for()
        assert shown.rows().count() > 0, "what was there stays"
        way.open()
        shown.page.locator(".banner").wait_for(state="detached", timeout=30_000)
        shown.settle()


def test_the_server_goes_and_comes_back(site, screen, dashboard):
    here = site()
    shown = screen(here, "queues")
    shown.rows().first.wait_for()
    here.dashboard.stop()
    shown.page.locator(".banner").wait_for()
    assert shown.rows().count() > 0
    again = ours.start("dashboard", "--port", here.dashboard.port, url=here.database.url)
    try:
        shown.page.locator(".banner").wait_for(state="detached", timeout=30_000)
        shown.settle()
    finally:
        assert again.stop() == 0


def test_a_server_that_is_slow_is_not_called_gone(site, screen):
    """It takes connections and says nothing: what is asked is given up after ten seconds."""
    here = site()
    shown = screen(here, "queues")
    shown.rows().first.wait_for()
    os.kill(here.dashboard.child.pid, signal.SIGSTOP)
    try:
        shown.page.keyboard.press("r")
        shown.page.locator(".banner", has_text="No answer in ten seconds").wait_for()
        assert shown.rows().count() > 0
    finally:
        os.kill(here.dashboard.child.pid, signal.SIGCONT)
    shown.page.locator(".banner").wait_for(state="detached", timeout=30_000)


@pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
def test_hostile_rows_are_text(site, screen, samples, kind):
    database = samples.copy(kind)
    (hostile.fill if kind == "postgresql" else hostile.fill_sqlite)(database)
    here = site(database=database, write=True)
    shown = screen(here)
    inner = set()
    for place in PLACES:
        shown.open(place)
        assert shown.page.locator("main img").count() == 0, place
        links = shown.page.locator("main a[href]").evaluate_all(HREFS)
        inner |= set(sorted({href for href in links if href.startswith(INNER)})[:8])
    for place in sorted(inner):
        shown.open(place)
        assert shown.page.locator("main img").count() == 0, place
    ids = "SELECT id FROM soniq_jobs WHERE id IS NOT NULL LIMIT 40"
    for (job,) in database.rows(ids)[::4]:
        shown.page.goto(f"{here.base}jobs/{job}")
        shown.page.locator("main h1").first.wait_for()
        assert shown.page.locator("main img").count() == 0
