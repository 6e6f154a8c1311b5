"""The page inside programs that have a server of their own, in a real browser."""

import pytest

from support import browser as browsers
from support.mounts import PROGRAMS, shows
from support.sample import dead_id, job_id


@pytest.fixture(params=["fastapi", "evhttp"])
def mounted(request, samples, context, tmp_path):
    """mounted(role): the page at /admin/queue/, asked as the program's user of this role."""
    database, screens = samples.copy("sqlite"), []
    with PROGRAMS[request.param](database.url, folder=tmp_path, write=True) as mount:

        def show(role, place=""):
            context.set_extra_http_headers(shows(role))
            screens.append(browsers.Screen(context, mount.base + "/"))
            screens[-1].open(place)
            return mount, database, screens[-1]

        yield show
        for screen in screens:
            screen.assert_quiet()
    database.drop()


def test_it_is_the_whole_page(mounted):
    _, _, shown = mounted("admin")
    for place in ("jobs", f"jobs/{job_id(1)}", "queues", "workers", "dead-letter", "system"):
        shown.open(place)
        assert shown.page.url == shown.base + place
        assert not shown.page.get_by_text("Sign in").count()
    shown.open("panels/disks")
    shown.page.get_by_text("<b>/data</b>").wait_for()


def test_it_writes_and_is_told_of_it(mounted):
    mount, database, shown = mounted("admin", f"jobs/{job_id(4)}")
    shown.page.get_by_role("button", name="Cancel job").click()
    shown.confirm("Cancel job")
    shown.page.get_by_role("status").filter(has_text="ancelled").first.wait_for()
    status = "SELECT status FROM soniq_jobs WHERE id = %s"
    assert database.value(status, job_id(4)) == "cancelled"
    shown.open("jobs?filter=status%3Aqueued")
    new = mount.http.post(f"/api/dead-letter/{dead_id(1)}/replay").json()["job_id"]
    shown.page.locator(f'main table a[href*="{new}"]').first.wait_for()


def test_a_viewer_is_told_what_it_may_not_do(mounted):
    mount, _, shown = mounted("viewer", f"jobs/{job_id(4)}")
    button = shown.page.get_by_role("button", name="Cancel job")
    assert button.get_attribute("aria-disabled") == "true"
    assert mount.client("viewer").get("/api/session").json()["role"] == "viewer"
