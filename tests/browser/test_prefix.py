"""The page below a path that the proxy leaves on: the dashboard is not told how long it is."""

from support.sample import job_id


def test_pages_and_the_session(site, screen):
    shown = screen(site("sqlite", mount="kept"))
    (cookie,) = shown.page.context.cookies()
    assert cookie["path"] == "/ops/soniq/api"
    for place in ("jobs", f"jobs/{job_id(1)}", "queues/api", "system"):
        shown.open(place)
        assert shown.page.url.startswith(shown.base + place)
    shown.page.reload()
    shown.settle()
    assert shown.page.goto(shown.base + "jobs/a/b").status == 404
    shown.page.get_by_role("link", name="Go to the overview").click()
    shown.settle()
    assert shown.page.url == shown.base
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
