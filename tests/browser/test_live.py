"""Live numbers: by one stream for all tabs, by asking where there is none, and not at all."""

import pytest
from playwright.sync_api import expect

from support.browser import WAYS

KINDS = pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
CANCEL = "UPDATE soniq_jobs SET status = 'cancelled' WHERE status = 'queued'"
CANCELLED = "SELECT count(*) FROM soniq_jobs WHERE status = 'cancelled'"
STREAM = "**/api/events?*"
# The machine of the tests is slow: numbers may cost what they want.
EAGER = {"dashboard_database_budget": 100}
SEEN = """() => {
    const get = () => '%s';
    Object.defineProperty(document, 'visibilityState', { get, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""
HIDE, SHOW = SEEN % "hidden", SEEN % "visible"


def asked(page) -> list[str]:
    """Paths that the page asks for from now on."""
    paths = []
    page.on("request", lambda request: paths.append(request.url.split("/api/")[-1]))
    return paths


def live(page, word: str = "Live"):
    page.locator(".live").get_by_text(word, exact=True).wait_for()


def cancelled(page, n: int):
    counts = page.get_by_label("Counts")
    counts.get_by_role("link", name=f"Cancelled {n}").wait_for()


@WAYS
def test_a_change_comes_by_itself_and_nothing_is_asked(site, screen, kind, mount):
    here = site(kind, mount, **EAGER)
    shown = screen(here)
    live(shown.page)
    before = here.database.value(CANCELLED)
    cancelled(shown.page, before)
    shown.page.wait_for_timeout(500)
    paths = asked(shown.page)
    here.database.execute(CANCEL)
    after = here.database.value(CANCELLED)
    assert after > before
    cancelled(shown.page, after)
    assert not [path for path in paths if path in ("stats", "queues", "overview", "metrics")]


@KINDS
def test_rows_stay_where_they_are_under_the_pointer(site, screen, kind):
    here = site(kind, **EAGER)
    shown = screen(here)
    page = shown.open("queues?sort=-Queued")
    live(page)
    first = shown.rows().first
    name = first.get_by_role("link").first.inner_text()
    first.hover()
    change = "UPDATE soniq_jobs SET status = 'cancelled' WHERE status = 'queued' AND queue = '{}'"
    here.database.execute(change.format(name))
    heads = page.locator("main thead th").all_inner_texts()
    expect(first.locator("td").nth(heads.index("Queued"))).to_have_text("0")
    expect(first.get_by_role("link").first).to_have_text(name)
    page.mouse.move(5, 5)
    page.keyboard.press("r")
    expect(shown.rows().last.get_by_role("link").first).to_have_text(name)


def test_two_tabs_have_one_stream(site, screen, context):
    here = site(**EAGER)
    streams = []
    context.on("request", lambda r: "/api/events" in r.url and streams.append(r))
    first, second = screen(here), screen(here)
    live(first.page)
    live(second.page)
    assert {request.frame.page for request in streams} == {first.page}
    here.database.execute(CANCEL)
    after = here.database.value(CANCELLED)
    for shown in (first, second):
        cancelled(shown.page, after)
    # The one that has the stream goes: the other takes over.
    first.page.close()
    here.database.execute("UPDATE soniq_jobs SET status = 'done' WHERE status = 'cancelled'")
    cancelled(second.page, 0)
    live(second.page)
    assert {request.frame.page for request in streams if not request.frame.page.is_closed()}


def test_without_a_stream_the_page_asks_and_says_so(site, screen, context):
    here = site(**EAGER)
    context.route(STREAM, lambda route: route.abort())
    shown = screen(here)
    live(shown.page, "Every 5 s")
    here.database.execute(CANCEL)
    cancelled(shown.page, here.database.value(CANCELLED))
    shown.said.clear()  # what the test took away is told by the browser
    context.unroute(STREAM)


def test_topics_that_a_server_does_not_know_are_left_out(site, screen, context):
    here = site(**EAGER)
    refused = []

    def old_server(route):
        if "overview" in route.request.url:
            refused.append(route.request.url)
            route.fulfill(status=422, json={"detail": "topics must be some of ..."})
        else:
            route.continue_()

    context.route(STREAM, old_server)
    shown = screen(here)
    live(shown.page)
    assert len(refused) == 1
    here.database.execute(CANCEL)
    cancelled(shown.page, here.database.value(CANCELLED))


def test_pause_means_pause(site, screen):
    here = site(**EAGER)
    shown = screen(here)
    page = shown.page
    live(page)
    before = here.database.value(CANCELLED)
    page.keyboard.press("p")
    live(page, "Paused")
    paths = asked(page)
    here.database.execute(CANCEL)
    page.evaluate(HIDE)
    page.evaluate(SHOW)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(6000)
    assert paths == []
    cancelled(page, before)
    page.get_by_role("button", name="Go on").click()
    cancelled(page, here.database.value(CANCELLED))
    live(page)


def test_a_minute_in_the_background_ends_the_stream(site, screen, context):
    here = site(**EAGER)
    page = context.new_page()
    page.clock.install()
    page.goto(here.base)
    live(page)
    ended = []
    page.on("requestfailed", lambda r: ended.append(r.url))
    page.evaluate(HIDE)
    page.clock.run_for(30_000)
    assert not [url for url in ended if "/api/events" in url]
    page.clock.run_for(40_000)
    page.wait_for_timeout(300)
    assert [url for url in ended if "/api/events" in url]
    paths = asked(page)
    page.clock.run_for(300_000)
    assert paths == []
    page.evaluate(SHOW)
    page.clock.run_for(1000)
    live(page)


@KINDS
def test_numbers_are_those_of_the_rows(site, screen, kind):
    here = site(kind, **EAGER)
    shown = screen(here)
    page = shown.page
    by_status = dict(here.database.rows("SELECT status, count(*) FROM soniq_jobs GROUP BY status"))
    dead = here.database.value("SELECT count(*) FROM soniq_dead_letter_jobs")
    words = {"queued": "Queued", "processing": "Processing", "done": "Done"}
    words |= {"cancelled": "Cancelled"}
    counts = page.get_by_label("Counts")
    for status, word in words.items():
        counts.get_by_role("link", name=f"{word} {by_status[status]}").wait_for()
    counts.get_by_role("link", name=f"Dead letter {dead}").wait_for()
    shown.open("queues/mail")
    of_mail = "SELECT count(*) FROM soniq_jobs WHERE queue = 'mail' AND status = %s"
    for status, word in words.items():
        n = here.database.value(of_mail, status)
        page.get_by_label("Counts").get_by_role("link", name=f"{word} {n}").wait_for()
    shown.open("types/mail.send")
    queued = "SELECT count(*) FROM soniq_jobs WHERE job_name = 'mail.send' AND status = 'queued'"
    tile = page.get_by_label("Counts").locator(".tile").filter(has_text="Queued")
    tile.get_by_text(str(here.database.value(queued)), exact=True).wait_for()
