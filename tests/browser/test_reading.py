"""Clicking through all of it: every page, filters, one job, on both databases and every way."""

from support.browser import PLACES, WAYS
from support.sample import DEAD, dead_id, job_id

pytestmark = WAYS
HEADINGS = {
    "jobs": "Jobs",
    "queues": "Queues",
    "workers": "Workers",
    "dead-letter": "Dead letter",
    "schedules": "Schedules",
    "types": "Task types",
}


def test_every_page(site, screen, kind, mount):
    here = site(kind, mount)
    shown = screen(here)
    page = shown.page
    page.get_by_label("Counts").get_by_role("link", name=f"Dead letter {DEAD}").wait_for()
    assert page.get_by_text("Read-only").is_visible()
    for place, heading in HEADINGS.items():
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=heading).click()
        page.get_by_role("heading", name=heading, level=1).wait_for()
        assert page.url == here.base + place
        shown.rows().first.wait_for()
        assert page.get_by_role("button", name="Delete").count() == 0
    page.go_back()
    page.get_by_role("heading", name="Schedules", level=1).wait_for()


def test_deep_links_and_narrow_screens(site, screen, kind, mount):
    here = site(kind, mount)
    shown = screen(here)
    shown.page.set_viewport_size({"width": 360, "height": 740})
    for place in [*PLACES, f"jobs/{job_id(1)}", f"dead-letter/{dead_id(1)}"]:
        shown.open(place)
        assert shown.fits(), place


def test_the_next_page(site, screen, kind, mount):
    shown = screen(site(kind, mount))
    shown.open("jobs")
    # By its address: jobs may look alike.
    first = shown.rows().first.locator("a").first.get_attribute("href")
    shown.page.get_by_role("button", name="Older").click()
    shown.page.get_by_text("Page 2").wait_for()
    shown.page.wait_for_function(
        "first => document.querySelector('main table tbody tr a').getAttribute('href') !== first",
        arg=first,
    )
    shown.page.get_by_role("button", name="Newest").click()
    shown.page.wait_for_url(lambda url: "cursor" not in url)


def test_one_job(site, screen, kind, mount):
    here = site(kind, mount)
    done = here.database.value(
        "SELECT id FROM soniq_jobs WHERE status = 'done' AND last_error IS NOT NULL LIMIT 1"
    )
    shown = screen(here)
    shown.open(f"jobs/{done}")
    text = shown.page.locator("main").inner_text()
    assert str(done) in text
    assert "9007199254740993" in text  # a number that a browser would round
    assert "ValueError: number" in text
    assert "a@example.org" in text
    shown.open("jobs")
    shown.rows().first.locator("a").first.click()
    shown.page.get_by_role("dialog", name="Job").wait_for()
    shown.page.keyboard.press("Escape")
    shown.page.get_by_role("dialog", name="Job").wait_for(state="detached")
