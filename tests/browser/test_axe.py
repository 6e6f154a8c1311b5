"""Accessibility by axe of what is seldom seen: in both themes, wide and narrow."""

import json
import re

import pytest

from support import ours, panels, sqlite_world
from support.axe import check, check_looks
from support.browser import PLACES, Screen
from support.sample import SIGNATURE, dead_id, job_id, worker_id

LISTS = ["jobs", "queues", "workers", "dead-letter", "dead-letter?view=list", "schedules", "types"]
ONES = [
    f"jobs/{job_id(2)}", f"dead-letter/{dead_id(1)}", "queues/mail", f"workers/{worker_id(2)}",
    "types/mail.send", "queues?name=mail", "workers?name=none",
    f"dead-letter?view=list&signature={SIGNATURE}",
]  # fmt: skip
KEY = "the right key of this test"
SAME = """job_name, args, queue, priority, max_attempts, attempts, last_error, dead_letter_reason,
    original_created_at, moved_to_dead_letter_at, resurrection_count, created_at"""
TWICE = f"""
    INSERT INTO soniq_dead_letter_jobs (id, {SAME})
    SELECT gen_random_uuid(), {SAME} FROM soniq_dead_letter_jobs
"""


@pytest.fixture
def open_on(browser):
    """open_on(site): its page, into which axe can be put."""
    contexts = []

    def show(here, **options) -> Screen:
        # axe is a script, which the page's policy forbids to everybody.
        contexts.append(
            browser.new_context(
                bypass_csp=True, reduced_motion="reduce", locale="en-GB", **options
            )
        )
        return Screen(contexts[-1], getattr(here, "base", here))

    yield show
    for context in contexts:
        context.close()


def check_places(shown, places) -> None:
    for place in places:
        shown.open(place)
        check_looks(shown.page, place or "overview")


def test_an_empty_database(site, open_on, tmp_path):
    empty = sqlite_world.create(tmp_path / "empty.db")
    folder = tmp_path / "panels"
    folder.mkdir()
    here = site(database=empty, dashboard_panels=folder)
    check_places(open_on(here), ["", *LISTS, "system", "panels"])


def test_a_database_without_the_history(site, open_on, samples):
    database = samples.copy("postgresql")
    ours.ok("setup", "--remove-history", url=database.url)
    here = site(database=database, write=True)
    check_places(open_on(here), ["", "queues", "system", "types/mail.send", f"jobs/{job_id(2)}"])


def test_what_is_not_there(site, open_on):
    shown = open_on(site(write=True))
    none = dead_id(999)
    check_places(
        shown,
        [
            "nothing", "jobs?filter=queue:nothing", "jobs?filter=statu:x", "queues/nothing",
            "types/nothing", f"workers/{none}", f"jobs/{none}", "dead-letter?filter=nothing",
            "dead-letter?view=list&signature=0000000000000000", "panels/nothing",
        ],
    )  # fmt: skip


def test_a_job_that_is_gone_or_broken(site, open_on):
    here = site(write=True)
    here.database.execute(
        "UPDATE soniq_jobs SET args = %s, result = %s, job_name = '', queue = NULL, last_error = %s"
        " WHERE id = %s",
        json.dumps({"list": list(range(300)), "long": "x" * 9000}),
        json.dumps("y" * 200_000),
        "Traceback (most recent call last):\n"
        + '  File "/usr/lib/python3.11/site-packages/lib/a.py", line 1, in one\n    two()\n'
        + '  File "/srv/app/mail.py", line 12, in send\n    three()\n' + "\u202eValueError: no",
        job_id(2),
    )  # fmt: skip
    shown = open_on(here)
    page = shown.page
    shown.open(f"jobs/{job_id(2)}")
    page.locator(".frame-fold").first.click()
    page.get_by_role("searchbox").first.fill("1")
    check_looks(page, "a broken job")
    page.get_by_role("button", name="As it is").click()
    here.database.execute("DELETE FROM soniq_jobs WHERE id = %s", job_id(2))
    page.locator(".notice").first.wait_for()
    check_looks(page, "a job that went while it was looked at")


@pytest.mark.parametrize("place", ("", "jobs", f"jobs/{job_id(2)}", "system"))
def test_loading(site, open_on, place):
    shown = open_on(site())
    # No answer ever comes.
    shown.page.context.route(re.compile("/api/(?!session)"), lambda route: None)
    shown.open(place, ready=False)
    shown.page.locator("main .waiting").first.wait_for()
    check_looks(shown.page, f"{place} is loading")


def test_the_server_or_its_database_away(site, open_on):
    here = site(write=True)
    shown = open_on(here)
    away = {"status": 503, "body": json.dumps({"detail": "The database is away."})}
    shown.page.context.route(re.compile("/api/(?!session)"), lambda route: route.fulfill(**away))
    shown.open("", ready=False)
    shown.page.locator(".no-answer").first.wait_for()
    check_looks(shown.page, "nothing was answered yet")
    shown.page.context.unroute_all()
    for place in ("", "queues", "dead-letter?view=list", f"jobs/{job_id(2)}"):
        shown.open(place)
        shown.page.context.set_offline(True)
        shown.page.keyboard.press("r")
        shown.page.locator(".banner").wait_for()
        shown.page.locator(".shown-stale").first.wait_for()
        check_looks(shown.page, f"{place or 'overview'}, greyed")
        shown.page.context.set_offline(False)


def test_who_may_not(site, open_on):
    settings = {"dashboard_viewer_key": "the key of a viewer of this test"}
    here = site("sqlite", write=True, key=KEY, **settings)
    shown = open_on(here)
    page = shown.page
    shown.open("", ready=False)
    page.get_by_label("API key").fill("a wrong key")
    check_looks(page, "signing in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Invalid or missing API key").wait_for()
    check_looks(page, "a wrong key")
    page.get_by_label("API key").fill(settings["dashboard_viewer_key"])
    page.get_by_role("button", name="Sign in").click()
    shown.settle()
    check_places(shown, ["dead-letter", "dead-letter?view=list", f"dead-letter/{dead_id(1)}"])


def test_who_has_no_role(site, open_on):
    here = site(
        "sqlite", dashboard_trusted_proxies="127.0.0.1", dashboard_roles="ada=admin",
        dashboard_user_header="X-Forwarded-User",
    )  # fmt: skip
    shown = open_on(here, extra_http_headers={"X-Forwarded-User": "eve"})
    shown.open("", ready=False)
    shown.page.get_by_role("heading", name="No access").wait_for()
    check_looks(shown.page, "no access")


def test_menus_and_layers(site, open_on):
    shown = open_on(site(write=True, dashboard_environment="staging"))
    page = shown.page
    shown.open("jobs")
    for word in ("time zone", "Export", "Columns"):
        page.locator("summary").filter(has_text=word).click()
        if word == "time zone":
            page.get_by_label("Another zone").fill("no/where")
        check_looks(page, word)
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    check_looks(page, "the keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("mail")
    check_looks(page, "the palette")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("que")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    check_looks(page, "what a filter can be")
    shown.open("jobs")
    page.keyboard.press("j")
    while page.evaluate("document.activeElement.localName") != "time":
        page.keyboard.press("ArrowRight")
    page.get_by_role("tooltip").wait_for()
    check_looks(page, "a tip")
    page.keyboard.press("p")
    page.locator(".live", has_text="Paused").wait_for()
    check_looks(page, "paused")


def opened(page) -> None:
    dialog = page.locator("dialog")
    dialog.get_by_text("The same in a terminal").click()
    dialog.locator("pre.command").first.wait_for()


def test_the_question_before_each_verb(site, open_on):
    shown = open_on(site(write=True))
    page = shown.page
    for place, verb, answer in (
        (f"jobs/{job_id(4)}", "Cancel job", "Let it run"),
        (f"jobs/{job_id(2)}", "Delete", "Keep it"),
        (f"dead-letter/{dead_id(1)}", "Delete", "Keep it"),
        (f"dead-letter/{dead_id(1)}", "Replay", "Replay"),
    ):
        shown.open(place)
        page.get_by_role("button", name=verb).first.click()
        opened(page)
        check_looks(page, f"{verb}?")
        shown.confirm(answer)
    page.locator(".outcome-good").first.wait_for()
    check_looks(page, "what came of a replay")


def test_the_question_before_a_verb_on_a_group(site, open_on):
    here = site(write=True)
    here.database.execute(TWICE)
    shown = open_on(here)
    page = shown.page
    for verb in ("Replay", "Delete"):
        shown.open("dead-letter?filter=type:pay.charge")
        shown.rows().first.get_by_role("button", name=verb).click()
        page.locator("dialog").get_by_text("Up to").wait_for()
        page.locator("dialog").get_by_role("textbox").wait_for()  # so many have to be typed
        opened(page)
        check_looks(page, f"{verb} a group?")
        page.keyboard.press("Escape")
    page.route("**/groups/*", lambda route: route.fulfill(status=503, body='{"detail": "No."}'))
    shown.rows().first.get_by_role("button", name="Delete").click()
    page.locator("dialog .trouble, dialog .waiting").first.wait_for()
    check_looks(page, "the group cannot be had")


def test_lists_that_changed(site, open_on):
    here = site(write=True, dashboard_database_budget=100)
    shown = open_on(here)
    page = shown.page
    shown.open("jobs?filter=status:dead")
    shown.rows().first.hover()
    here.database.execute("DELETE FROM soniq_dead_letter_jobs WHERE id = %s", dead_id(2))
    here.database.execute(
        "UPDATE soniq_dead_letter_jobs SET moved_to_dead_letter_at = now(), created_at = now(),"
        " id = gen_random_uuid() WHERE id = %s", dead_id(40)
    )  # fmt: skip
    page.keyboard.press("r")
    page.get_by_text("no longer here").first.wait_for()
    page.get_by_role("button", name=re.compile("new row")).wait_for()
    check_looks(page, "a row that is gone")


def test_what_is_chosen(site, open_on):
    shown = open_on(site(write=True))
    page = shown.page
    shown.open("components")
    table = page.get_by_role("table", name="A long table")
    table.evaluate("table => table.scrollIntoView()")  # rows are drawn where they can be seen
    table.get_by_role("link").nth(2).focus()
    page.keyboard.press("x")
    assert table.get_by_role("checkbox", name="Choose this row").nth(2).is_checked()
    check_looks(page, "a row that is chosen")
    shown.open("")
    page.get_by_role("button", name="As a table").first.click()
    page.get_by_role("region", name="as a table").first.wait_for()
    check_looks(page, "a chart as a table")
    page.get_by_role("button", name="As a table").first.click()
    page.locator(".chart-room").first.focus()
    page.keyboard.press("End")
    check_looks(page, "a place in a chart")


def test_panels_of_each_kind(site, open_on, tmp_path):
    folder = tmp_path / "panels"
    saw = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
    panels.write(folder, "number", "SELECT 12345678", show="number", label="so many")
    panels.write(folder, "table", "SELECT '2026-11-25T08:00:00Z' AS at, 0.1 + 0.2 AS n, '' AS x")
    panels.write(folder, "line", f"{saw} SELECT i, i % 7 - 3 AS saw, i AS n FROM n", show="line")
    panels.write(folder, "text", "SELECT 'a text'", show="text")
    panels.write(folder, "wrong", "SELECT nothing_of_this", title="Wrong")
    panels.write(folder, "none", "SELECT 1 AS a WHERE 1 = 0")
    here = site("sqlite", dashboard_panels=folder)
    names = ["panels", *(f"panels/{path.stem}" for path in sorted(folder.glob("*.sql")))]
    check_places(open_on(here), names)


def test_the_readers_own_colours(site, open_on):
    """Where the colours are forced, what only a colour would say is said by a line."""
    shown = open_on(site("sqlite", write=True), forced_colors="active")
    page = shown.page
    for place in [*PLACES, *ONES]:
        shown.open(place)
        check(page, place)
    shown.open("jobs")
    page.keyboard.press("j")
    line = "(e) => getComputedStyle(e).outlineStyle"
    assert page.locator("tr:has(:focus-visible)").evaluate(line) == "solid"
    page.keyboard.press("Control+k")
    option = page.locator("[role=option][aria-selected=true]")
    assert option.evaluate(line) == "solid"
    check(page, "the palette")
    page.keyboard.press("Escape")
    shown.open("components")
    swatch = page.locator(".swatch.series-dead").first
    ground = swatch.evaluate("(e) => getComputedStyle(e).backgroundColor")
    bar = page.locator("rect.series-dead").first.evaluate("(e) => getComputedStyle(e).fill")
    assert ground == bar, "what tells the series of a chart apart"
