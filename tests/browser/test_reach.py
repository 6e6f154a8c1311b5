"""What is said on hovering is said to the keyboard and to screen readers too, on every page."""

import pytest
from playwright.sync_api import expect

from support import panels, reach
from support.browser import PLACES, Screen
from support.sample import SIGNATURE, dead_id, job_id, worker_id

LONG = "a_name_that_is_longer_than_what_any_column_of_a_table_can_hold"
ERROR = f"TimeoutError: {' '.join([LONG] * 6)}"
OTHERS = [
    "dead-letter?view=list", f"dead-letter?view=list&signature={SIGNATURE}",
    f"dead-letter/{dead_id(1)}", f"jobs/{job_id(1)}", f"jobs/{job_id(2)}", f"jobs/{job_id(8)}",
    "queues/mail", f"workers/{worker_id(1)}", f"workers/{worker_id(2)}", "types/report.build",
    "panels", "panels/table", "panels/moment", "nothing", "jobs?filter=statu:x",
]  # fmt: skip
NARROW = ["", "jobs", "workers", "dead-letter", "schedules", "system", f"jobs/{job_id(1)}"]


def lengthen(database) -> None:
    """Names and texts that are cut wherever they stand."""
    for statement in (
        f"UPDATE soniq_jobs SET job_name = 'app.{LONG}.' || job_name WHERE job_name LIKE 'mail%%'",
        f"UPDATE soniq_jobs SET queue = '{LONG}' WHERE queue = 'default'",
        f"UPDATE soniq_dead_letter_jobs SET job_name = 'app.{LONG}', last_error = '{ERROR}'"
        f" WHERE id::text LIKE '%%5'",
        f"UPDATE soniq_workers SET hostname = '{LONG}', version = '{LONG}'",
        f"UPDATE soniq_recurring_jobs SET job_name = '{LONG}', queue = '{LONG}',"
        f" schedule_value = '0 4 * * * {LONG}' WHERE schedule_type = 'cron'",
    ):
        assert database.execute(statement) > 0


@pytest.fixture
def long_site(site, samples, tmp_path):
    """A dashboard on long names, with a panel that shows less than it has."""
    folder = tmp_path / "panels"
    table = f"SELECT 0.1 + 0.2 + 1e-17 AS sum, '2026-11-25T08:00:00Z' AS at, '{LONG}' AS text"
    panels.write(folder, "table", table, title=f"A panel with {LONG}")
    panels.write(folder, "moment", "SELECT '2026-11-25T08:00:00Z'", show="number")
    database = samples.copy("postgresql")
    lengthen(database)
    return site(
        database=database, write=True, dashboard_panels=folder,
        dashboard_environment="An environment of forty letters, or so",
    )  # fmt: skip


@pytest.fixture
def open_at(browser, long_site):
    """open_at(width): the page at that width, with nothing on it that changes by itself."""
    contexts = []

    def show(width: int) -> Screen:
        # What shortens the tables is put into the page as a style, which its policy forbids.
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(bypass_csp=True, viewport=size, locale="en-GB"))
        return Screen(contexts[-1], long_site.base)

    yield show
    for context in contexts:
        context.close()


def pause(shown: Screen, place: str) -> None:
    shown.open(place)
    shown.page.locator(".live", has_text="Live").wait_for()
    shown.page.keyboard.press("p")
    shown.page.locator(".live", has_text="Paused").wait_for()


@pytest.mark.parametrize("width,places", ((1280, [*PLACES, *OTHERS]), (360, NARROW)))
def test_nothing_is_said_to_the_pointer_alone(open_at, width, places):
    shown = open_at(width)
    found = {}
    for place in places:
        pause(shown, place)
        found[place] = reach.unreached(shown.page)
    missing = [f"{place}: {one}" for place, list_ in found.items() for one in list_]
    assert not missing, "\n".join(missing)


def test_what_lies_over_says_nothing_to_the_pointer_alone(open_at):
    shown = open_at(1280)
    page = shown.page
    pause(shown, "dead-letter?view=list")
    row = shown.row_of(LONG).first
    row.get_by_role("button", name="Delete").click()
    page.locator("dialog summary").click()
    assert reach.unreached(page, "dialog") == [], "the question before a verb"
    page.keyboard.press("Escape")
    row.get_by_role("link").first.click()
    page.get_by_role("dialog", name="Job").get_by_role("heading", name="Error").wait_for()
    assert reach.unreached(page, ".drawer") == [], "a job in the drawer"
    pause(shown, "dead-letter")
    shown.rows().first.get_by_role("button", name="Replay").click()
    page.locator("dialog").get_by_text("Up to").wait_for()
    assert reach.unreached(page, "dialog") == [], "the question before a verb on a group"


CUT = """(option) => [...option.querySelectorAll('bdi')]
    .some((text) => text.scrollWidth > text.clientWidth)"""


def test_a_choice_that_is_cut_is_whole_where_the_keyboard_is(open_at):
    shown = open_at(360)
    page = shown.page
    shown.open("jobs")
    page.keyboard.press("Control+k")
    page.keyboard.type("a_name_that")
    options = page.get_by_role("option").filter(has_text=LONG)
    expect(options.nth(1)).to_be_visible()
    assert options.nth(1).evaluate(CUT), "it is not long enough to be cut"
    while options.nth(1).get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    assert not options.nth(1).evaluate(CUT)


def test_a_tip_stays_with_what_had_to_be_scrolled_to(open_at):
    """The focus scrolls, and scrolling takes a tip away from the pointer."""
    shown = open_at(1280)
    page = shown.page
    page.set_viewport_size({"width": 1280, "height": 500})
    pause(shown, "dead-letter?view=list")
    page.keyboard.press("j")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    while page.evaluate("document.activeElement.localName") != "time":
        page.keyboard.press("ArrowRight")
    assert page.evaluate("scrollY") > 300
    page.wait_for_timeout(300)
    tip = page.get_by_role("tooltip").bounding_box()
    time = page.locator("time:focus").bounding_box()
    assert abs(tip["y"] + tip["height"] - time["y"]) < 12
    page.mouse.wheel(0, -60)
    page.wait_for_timeout(300)
    moved = page.get_by_role("tooltip").bounding_box()
    assert moved["y"] == pytest.approx(tip["y"] + 60, abs=2)


COVERED = """() => {
    const row = document.activeElement.closest('tr');
    const at = row.getBoundingClientRect();
    const over = ['.top', '.table th'].map((one) => document.querySelector(one))
        .map((one) => one.getBoundingClientRect().bottom - at.top);
    return {over: Math.round(Math.max(...over)), under: Math.round(at.bottom - innerHeight)};
}"""


@pytest.mark.parametrize("width", (1280, 360))
def test_what_stays_in_view_covers_no_row_that_has_the_focus(open_at, width):
    """The heading of a table, and the top bar above it, however the focus gets there."""
    shown = open_at(width)
    page = shown.page
    page.set_viewport_size({"width": width, "height": 500})
    pause(shown, "dead-letter?view=list")
    for _ in range(30):
        page.keyboard.press("j")
    assert page.evaluate("scrollY") > 300
    for key, times in (("k", 20), ("j", 12), ("Shift+Tab", 25)):
        for _ in range(times):
            page.keyboard.press(key)
            covered = page.evaluate(COVERED)
            assert covered["over"] <= 0 and covered["under"] <= 0, (key, covered)
