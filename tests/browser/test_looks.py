"""Accessibility by axe, themes, and what a hidden tab asks for."""

import pytest

from support.axe import LOOKS, check
from support.browser import PLACES, Screen
from support.sample import dead_id, job_id

WORKER = "00000000-0000-4000-8000-0000000f0001"
ONES = [
    f"jobs/{job_id(1)}", f"dead-letter/{dead_id(1)}",
    "queues/mail", f"workers/{WORKER}", "types/mail.send",
]  # fmt: skip


@pytest.mark.parametrize("theme,width", LOOKS)
def test_axe_finds_nothing(site, browser, theme, width):
    here = site(write=True)
    # axe is put into the page as a script, which the page's policy forbids to everybody.
    viewport = {"width": width, "height": 800}
    context = browser.new_context(bypass_csp=True, color_scheme=theme, viewport=viewport)
    shown = Screen(context, here.base)
    for place in [*PLACES, *ONES]:
        shown.open(place)
        check(shown.page, place)
    context.close()


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_axe_finds_nothing_in_what_lies_over(site, browser, theme):
    here = site(write=True)
    context = browser.new_context(bypass_csp=True, color_scheme=theme)
    shown = Screen(context, here.base)
    page = shown.page

    shown.open("queues")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Overview").wait_for()
    page.keyboard.type("mail")
    check(page, "palette")
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Find").wait_for(state="hidden")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    check(page, "help")
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")
    page.get_by_text("Columns", exact=True).first.locator("..").click()
    page.get_by_role("group", name="Columns").wait_for()
    check(page, "columns")
    page.keyboard.press("Escape")
    page.get_by_text("time zone and theme").locator("..").click()
    check(page, "display")
    shown.open("jobs")
    shown.rows().first.locator("a").first.click()
    page.get_by_role("dialog", name="Job").wait_for()
    shown.settle()
    check(page, "drawer")
    context.close()


def test_the_theme_is_remembered(site, screen):
    shown = screen(site())
    page = shown.page
    for theme in ("Dark", "Light"):
        page.get_by_text("time zone and theme").locator("..").click()
        page.get_by_role("group", name="Theme").get_by_role("button", name=theme).click()
        assert page.evaluate("document.documentElement.dataset.theme") == theme.lower()
        page.reload()
        shown.settle()
        assert page.evaluate("document.documentElement.dataset.theme") == theme.lower()


def test_a_hidden_tab_asks_nothing(site, screen):
    shown = screen(site())
    page = shown.page
    page.evaluate(
        """() => {
            Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
            Object.defineProperty(document, 'hidden', { get: () => true });
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    page.wait_for_timeout(1000)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(7000)
    assert asked == []
