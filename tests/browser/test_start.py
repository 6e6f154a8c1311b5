"""How the page begins: with a frame that needs no script, and with all that the address needs."""

import pytest
from playwright.sync_api import expect

from support.browser import PLACES
from support.sample import dead_id, job_id, worker_id

ONES = [
    f"jobs/{job_id(1)}", f"dead-letter/{dead_id(1)}", "queues/mail", "types/mail.send",
    f"workers/{worker_id(1)}",
]  # fmt: skip
# What a key opens over the page comes after it.
LOADED = """() => performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => name.endsWith('.js') && !name.includes('/set_quick-'))"""
AFTERWARDS = """() => performance.getEntriesByType('resource')
    .some(({ name }) => name.includes('/set_quick-'))"""
NAMED = """() => [...document.querySelectorAll('script[src], link[rel=modulepreload]')]
    .map((element) => element.src || element.href)"""


def test_whatever_the_address_needs_is_asked_for_at_once(site, screen):
    shown = screen(site())
    for place in [*PLACES, *ONES]:
        page = shown.open(place)
        loaded, named = page.evaluate(LOADED), page.evaluate(NAMED)
        assert len(named) == len(set(named)), place
        assert sorted(loaded) == sorted(named), place
        page.wait_for_function(AFTERWARDS)


BEFORE = "() => performance.getEntriesByType('resource').map(({ name }) => name)"


def test_each_first_question_is_asked_once(site, screen):
    """Also those that are asked before the page is there, which has to ask for the same."""
    shown = screen(site())
    for place in [*PLACES, *ONES]:
        page = shown.open(place)
        asked = [name.removeprefix(shown.base) for name in page.evaluate(BEFORE) if "/api/" in name]
        asked = [name for name in asked if not name.startswith("api/events")]
        assert "api/session" in asked and len(asked) >= 4, place
        assert len(asked) == len(set(asked)), place
        # What was asked before is what the page needs.
        made = page.evaluate("() => window.soniqFirst?.size ?? 0")
        assert made == 0, f"{place}: {made} were asked for and not used"


def test_the_frame_is_there_before_the_page_is(site, context):
    context.route("**/main-*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(site().base + "jobs")
    brand = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Soniq")
    expect(brand).to_be_visible()


@pytest.mark.parametrize("file", ("start", "main"))
def test_a_frame_that_stays_empty_says_so(site, context, file):
    context.route(f"**/{file}-*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(site().base + "jobs")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(page.get_by_role("alert")).to_be_visible()


FRAME_STYLE = "() => getComputedStyle(document.querySelector('.app')).display"


def test_the_frame_waits_for_no_file(site, context):
    """Not for the style either: what it needs of it is in the page."""
    context.route("**/*.css", lambda route: route.abort())
    context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(site().base)
    assert page.evaluate(FRAME_STYLE) == "grid"


def test_a_proxy_that_allows_nothing_in_the_page_costs_no_more_than_time(site, context):
    strict = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"

    def route(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, headers=answer.headers | {"content-security-policy": strict}
        )

    base = site().base
    context.add_init_script("localStorage.setItem('soniq_theme', 'dark')")
    context.route(base + "jobs", route)
    page = context.new_page()
    page.goto(base + "jobs")
    page.get_by_role("table", name="Jobs").wait_for()
    assert page.evaluate(FRAME_STYLE) == "grid"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_its_style_the_page_is_drawn_all_the_same(site, context):
    context.route("**/page-*.css", lambda route: route.abort())
    page = context.new_page()
    page.goto(site().base + "jobs")
    page.get_by_role("table", name="Jobs").wait_for()


def test_what_stood_in_the_frame_stays(site, screen, context):
    context.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        "  window.__frame = [...document.querySelectorAll('.rail, .rail .brand, .top, main')];"
        "});"
    )
    page = screen(site()).page
    stayed = "() => window.__frame.map((element) => element.isConnected)"
    assert page.evaluate(stayed) == [True] * 4


@pytest.mark.parametrize("first", ("aborted", "refused"))
def test_a_first_question_that_fails_is_asked_again(site, screen, context, first):
    answers = iter((first,))

    def route(route):
        if next(answers, None) is None:
            route.continue_()
        elif first == "aborted":
            route.abort("connectionfailed")
        else:
            route.fulfill(status=503, json={"detail": "Not now."})

    context.route("**/api/session", route)
    shown = screen(site(), "jobs")
    shown.rows().first.wait_for()
