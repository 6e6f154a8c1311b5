"""Accessibility by axe of what is only there after a key or a click, in both themes."""

import pytest

from support import hostile
from support.axe import check
from support.browser import Screen
from support.sample import dead_id, job_id


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_axe_finds_nothing_in_what_opens(site, browser, theme):
    here = site(write=True)
    # axe is put into the page as a script, which the page's policy forbids to everybody.
    context = browser.new_context(bypass_csp=True, color_scheme=theme, reduced_motion="reduce")
    shown = Screen(context, here.base)
    page = shown.page

    shown.open("jobs")
    page.keyboard.press("/")
    page.keyboard.type("que")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    check(page, "suggestions")

    shown.open("jobs?filter=statu:x")
    page.locator(".ink-wrong").wait_for()
    check(page, "a filter that is wrong")

    shown.open("jobs?filter=status:dead")
    page.locator("summary").filter(has_text="Export").click()
    check(page, "export")
    page.keyboard.press("Escape")
    shown.rows().first.get_by_role("link").first.click()
    drawer = page.get_by_role("dialog", name="Job")
    drawer.get_by_role("heading", name="Error").wait_for()
    check(page, "a job in the drawer")
    page.keyboard.press("e")
    dialog = page.locator("dialog")
    dialog.get_by_text("The same in a terminal").click()
    check(page, "the question before a replay")

    shown.open("dead-letter")
    shown.rows().first.get_by_role("button", name="Delete").click(force=True)
    page.locator("dialog").get_by_text("cannot be undone").wait_for()
    check(page, "the question before a group is deleted")
    page.keyboard.press("Escape")
    shown.rows().first.get_by_role("link").first.click()
    page.get_by_role("heading", name="Failure group").wait_for()
    page.get_by_text("The newest of them").wait_for()
    check(page, "one group")

    shown.open(f"jobs/{job_id(8)}")
    page.locator(".why").wait_for()
    check(page, "why a job does not run")
    context.close()


@pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
def test_hostile_rows_do_nothing(site, screen, samples, kind):
    """Each of our pages, with rows that attack: text, no markup, no wider than the screen."""
    database = samples.copy(kind)
    (hostile.fill if kind == "postgresql" else hostile.fill_sqlite)(database)
    database.execute(
        "UPDATE soniq_dead_letter_jobs SET last_error = %s, job_name = %s WHERE id = %s",
        hostile.MARKUP + "\u202e: " + "x" * 9000,
        hostile.MARKUP + "\u202egnp.exe",
        dead_id(2),
    )
    here = site(database=database, write=True)
    shown = screen(here)
    page = shown.page
    page.set_viewport_size({"width": 360, "height": 740})
    places = [
        "jobs?filter=status:dead",
        "dead-letter",
        "dead-letter?view=list",
        f"dead-letter/{dead_id(2)}",
        "jobs?filter=" + "%3Cimg%20src=x%20onerror=__pwned=1%3E%22",
    ]
    for place in places:
        page.goto(here.base + place)
        page.locator("main h1").first.wait_for()
        page.locator("main").get_by_text("Loading").wait_for(state="detached")
        assert page.locator("main img, main script").count() == 0, place
        assert shown.fits(), place
        assert "\u202e" not in page.locator("main").inner_text(), place
