"""The page below a path that the proxy leaves on: the dashboard is not told how long it is."""

from support import browser as browsers
from support.sample import job_id


def test_every_page_is_there(site, screen):
    shown = screen(site(mount="kept"))
    for place in [*browsers.PLACES, f"jobs/{job_id(1)}", "queues/mail", "queues/api"]:
        shown.open(place)
        assert shown.page.url.startswith(shown.base + place)
    shown.page.reload()
    shown.settle()
    shown.page.get_by_role("link", name="Soniq", exact=True).click()
    shown.settle()
    assert shown.page.url == shown.base


def test_signing_in_is_for_this_path(site, screen):
    here = site(mount="kept")
    shown = screen(here)
    (cookie,) = shown.page.context.cookies()
    assert cookie["path"] == "/ops/soniq/api"
    shown.page.get_by_role("button", name="Sign out").click()
    shown.page.get_by_label("API key").wait_for()


def test_it_writes(site, screen):
    here = site("sqlite", mount="kept", write=True)
    shown = screen(here, f"jobs/{job_id(4)}")
    shown.page.get_by_role("button", name="Cancel job").click()
    shown.confirm("Cancel job")
    shown.page.get_by_role("status").filter(has_text="ancelled").first.wait_for()
    status = "SELECT status FROM soniq_jobs WHERE id = %s"
    assert here.database.value(status, job_id(4)) == "cancelled"


def test_an_address_of_nothing_below_one_of_ours(site, screen):
    shown = screen(site(mount="kept"))
    assert shown.page.goto(shown.base + "jobs/a/b").status == 404
    shown.page.get_by_role("link", name="Go to the overview").click()
    shown.settle()
    assert shown.page.url == shown.base
