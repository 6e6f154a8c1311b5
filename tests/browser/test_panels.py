"""Panels in a browser: each shape, an error in its own place, and hostile texts as texts."""

import pytest
from playwright.sync_api import expect

from support import panels
from support.browser import Screen
from support.hostile import MARKUP


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "panels"
    panels.write(folder, "count", "SELECT 12345678", show="number", label="so many", title="Count")
    panels.write(folder, "wrong", "SELECT nothing_of_this", title="Wrong")
    panels.write(folder, "slow", panels.ENDLESS, title="Slow", timeout="200ms", show="number")
    saw = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
    line = {"title": "Saw", "show": "line"}
    panels.write(folder, "saw", f"{saw} SELECT i, i % 7 - 3 AS saw FROM n", **line)
    return folder


def card(page, name: str):
    return page.get_by_role("region", name=name, exact=True)


@pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
def test_a_panels_error_is_its_own(site, screen, folder, kind):
    page = screen(site(kind, dashboard_panels=folder), "panels").page
    expect(card(page, "Count")).to_contain_text("12,345,678")
    expect(card(page, "Wrong").get_by_role("alert")).to_contain_text("nothing_of_this")
    expect(card(page, "Slow").get_by_role("alert")).to_contain_text("stopped after 200 ms")
    expect(card(page, "Saw").locator("path.line")).to_have_count(1)
    # It is no trouble of the whole.
    expect(page.locator(".live")).not_to_have_class("live-bad")
    expect(page.get_by_role("alert")).to_have_count(2)
    card(page, "Wrong").get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wrong")
    expect(page.locator("main").get_by_role("alert")).to_contain_text("line 2")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_panel_that_is_mended_comes_back_by_itself(site, screen, folder):
    here = site("sqlite", dashboard_panels=folder)
    panel = "SELECT sum(i) FROM soniq_later"
    panels.write(folder, "later", panel, show="number", refresh="1s", title="Later")
    here.dashboard.stop()
    again = site("sqlite", database=here.database, dashboard_panels=folder)
    page = screen(again, "panels/later").page
    expect(page.get_by_role("alert")).to_contain_text("soniq_later")
    here.database.script("CREATE TABLE soniq_later (i int); INSERT INTO soniq_later VALUES (4711)")
    expect(page.locator(".panel-number")).to_contain_text("4,711", timeout=40_000)


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_hostile_texts_are_texts_and_fit(site, browser, folder, theme):
    kind = "postgresql" if theme == "light" else "sqlite"
    panels.write_hostile(folder, kind)
    here = site(kind, dashboard_panels=folder)
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, color_scheme=theme, locale="en-GB"
    )
    shown = Screen(context, here.base)
    shown.open("panels")
    expect(shown.page.locator("main .card")).to_have_count(9)
    assert shown.fits()
    for name in ("table", "line", "text", "number", "error"):
        shown.open(f"panels/hostile-{name}")
        if name != "error" or kind == "postgresql":
            assert MARKUP[:20] in shown.page.locator("main").inner_text()
        assert shown.page.locator("main img").count() == 0
        assert "\u202e" not in shown.page.locator("main").inner_text()
        assert shown.fits(), name
    shown.assert_quiet()
    context.close()
