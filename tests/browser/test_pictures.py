"""Every page looks as it did, in both themes, wide and narrow: see tests/support/pictures.py.

The server is asked once for each answer, so that all pictures are of one moment.
"""

import json
import re
import time
from contextlib import contextmanager
from email.utils import formatdate

import pytest
from playwright.sync_api import expect

from support import ours, pictures, sqlite_world
from support.browser import Screen
from support.sample import SIGNATURE, dead_id, fill, job_id, worker_id

KEY = "a key that nobody gives"
# The status of a job follows from its number: see support/sample.py.
WAITING, DONE = job_id(4), job_id(2)

PAGES = {
    "overview": "",
    "jobs": "jobs",
    "job-waiting": f"jobs/{WAITING}",
    "job-done": f"jobs/{DONE}",
    "queues": "queues",
    "queue": "queues/mail",
    "workers": "workers",
    "worker": f"workers/{worker_id(1)}",
    "groups": "dead-letter",
    "group": f"dead-letter?signature={SIGNATURE}&view=list",
    "letters": "dead-letter?view=list",
    "letter": f"dead-letter/{dead_id(1)}",
    "schedules": "schedules",
    "types": "types",
    "type": "types/mail.send",
    "system": "system",
    "components": "components",
}


def press(*keys):
    def do(page):
        for key in keys:
            page.keyboard.press(key)

    return do


def click(role, name):
    return lambda page: page.get_by_role(role, name=name).first.click()


def open_menu(word):
    return lambda page: page.locator("summary").filter(has_text=word).click()


def wait_for(shown, *, gone=".gone"):
    def wait(page):
        page.locator(shown).first.wait_for()
        expect(page.locator(gone)).to_have_count(0)

    return wait


def open_first(page):
    page.locator("main table tbody tr").first.locator("a").first.click()
    page.get_by_role("dialog", name="Job").wait_for()
    page.locator(".drawer .facts").wait_for()


# What lies over a page: the page, how it comes, how it goes.
OVER = {
    "palette": ("queues", press("Control+k", "m", "a", "i", "l")),
    "keys": ("queues", press("?")),
    "columns": ("queues", open_menu("Columns")),
    "display": ("queues", open_menu("time zone")),
    "export": ("jobs", open_menu("Export")),
    "drawer": ("jobs", open_first),
    "delete": (f"jobs/{DONE}", click("button", "Delete")),
    "replay-group": ("dead-letter", click("button", re.compile("Replay"))),
}
EMPTY = ["", "jobs", "queues", "workers", "dead-letter", "schedules", "types"]


class Scene:
    """A dashboard whose answers stand still, and what is to be answered instead."""

    def __init__(self, context, base: str, instead=None):
        self.answers = {}
        self.instead = instead
        self.screen = Screen(context, base)
        now = int(time.time())
        # Also the server's clock: however long the pictures take, who works is not late.
        as_of = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(now))
        self.dated = {"date": formatdate(now, usegmt=True), "soniq-as-of": as_of}
        context.clock.set_fixed_time(now * 1000)
        context.route(re.compile("/api/"), self._answer)

    def _answer(self, route):
        url = route.request.url
        if "/api/events" in url:
            return  # no news: it stays open and says nothing
        if self.instead and "/api/session" not in url:
            self.instead(route)
            return
        if url not in self.answers:
            headers = {k: v for k, v in route.request.headers.items() if k != "if-none-match"}
            answer = route.fetch(headers=headers)
            self.answers[url] = {"response": answer, "headers": answer.headers | self.dated}
        route.fulfill(**self.answers[url])

    def looks_as_before(self, name: str, place: str, *, before=None, ready: bool = True) -> None:
        page, wrong = self.screen.page, []
        page.set_viewport_size({"width": 1280, "height": pictures.SIZES[1280]})
        self.screen.open(place, ready=ready)
        pictures.settle(page)
        if before:
            before(page)
        for width in pictures.SIZES:
            for theme in pictures.THEMES:
                look = pictures.Look(name, theme, width)
                wrong.append(pictures.difference(look, pictures.take(page, theme, width)))
        wrong = [said for said in wrong if said]
        assert not wrong, "\n".join(wrong)


@contextmanager
def scene_of(browser, url, instead=None, **settings):
    # The font comes as a style of the page, which its policy forbids to everybody.
    context = browser.new_context(bypass_csp=True, locale="en-GB", timezone_id="UTC")
    with ours.Dashboard(url, write=True, **settings) as server:
        yield Scene(context, server.base + "/", instead)
        context.close()


@pytest.fixture(scope="module")
def sample(pg):
    database = pg.create(name="pictures")
    ours.ok("setup", url=database.url)
    fill(database)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def scene(browser, sample):
    with scene_of(browser, sample.url) as scene:
        # All at once, while the sample is new.
        for place in PAGES.values():
            scene.screen.open(place)
        yield scene


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    database = sqlite_world.create(tmp_path_factory.mktemp("pictures") / "empty.db")
    ours.ok("setup", url=database.url)
    return database


@pytest.mark.parametrize("name", PAGES)
def test_a_page(scene, name):
    scene.looks_as_before(name, PAGES[name])


@pytest.mark.parametrize("name", OVER)
def test_what_lies_over_a_page(scene, name):
    place, open_it = OVER[name]
    scene.looks_as_before(name, place, before=open_it)


def test_nothing_yet(browser, empty):
    with scene_of(browser, empty.url) as scene:
        for place in EMPTY:
            scene.looks_as_before(f"empty-{place or 'overview'}", place)


def test_nothing_answers(browser, sample):
    away = {"status": 503, "body": json.dumps({"detail": "The database is away."})}
    with scene_of(browser, sample.url, lambda route: route.fulfill(**away)) as scene:
        said = wait_for(".banner", gone="main .waiting, main:not(:has(.no-answer))")
        scene.looks_as_before("broken-overview", "", before=said, ready=False)
        scene.looks_as_before("broken-job", f"jobs/{DONE}", before=said, ready=False)


def test_loading(browser, sample):
    with scene_of(browser, sample.url, lambda route: None) as scene:
        for name, place in (("loading-overview", ""), ("loading-jobs", "jobs")):
            scene.looks_as_before(
                name, place, before=wait_for("main:has(h1) .waiting"), ready=False
            )


def test_signing_in(browser, empty):
    with scene_of(browser, empty.url, dashboard_api_key=KEY) as scene:
        scene.looks_as_before("sign-in", "", before=wait_for(".signin"), ready=False)
