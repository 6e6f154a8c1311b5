"""The shell: keys, palette, zones, ranges, tables; and pages that are empty, broken, huge."""

import re

import pytest
from playwright.sync_api import expect

from support import ours, sqlite_world
from support.browser import PLACES
from support.sample import job_id

MINE = [place for place in PLACES if place not in ("jobs", "dead-letter")]
EMPTY = [place for place in MINE if place not in ("system", "components")]
WORKER = "00000000-0000-4000-8000-0000000f0001"
# One of 10,000 characters, one of every kind that a path could trip over.
NAMES = ("x" * 10_000, "a/b", "..", "~2f", "100% & <b>?#", "\\", "очередь ☃")


def heading(page, name):
    page.get_by_role("heading", name=name, level=1, exact=True).wait_for()


def active(page) -> str:
    return page.evaluate("document.activeElement.innerText")


def test_by_keyboard_from_page_to_page(site, screen):
    shown = screen(site())
    page, press = shown.page, shown.page.keyboard.press
    press("g")
    press("q")
    heading(page, "Queues")
    shown.rows().first.wait_for()
    press("j")
    first = active(page)
    press("j")
    second = active(page)
    assert first and second and first != second
    press("k")
    assert active(page) == first
    press("Enter")
    heading(page, first)
    assert "/queues/" in page.url
    press("Control+k")
    page.keyboard.type("schedules")
    press("Enter")
    heading(page, "Schedules")
    press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    assert keys.get_by_text("Choose the row").count() == 0, "here is none that can be"
    press("Escape")
    keys.wait_for(state="detached")
    press("g")
    press("y")
    heading(page, "System")


def test_the_palette_takes_a_pasted_id_and_does_things(site, screen):
    shown = screen(site())
    page = shown.page
    page.get_by_role("button", name="Find").click()
    page.get_by_role("combobox").fill(f"  {job_id(1).upper()} failed")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Job").wait_for()
    assert job_id(1) in page.url
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("Control+k")
    page.keyboard.type("host-1")
    page.get_by_role("option", name="host-1:101").click()
    heading(page, "host-1:101")


def test_a_zone_of_ones_own(site, screen, context):
    here = site()
    shown = screen(here, f"workers/{WORKER}")
    page = shown.page
    started = here.database.value("SELECT started_at FROM soniq_workers WHERE id = %s", WORKER)
    page.locator("summary").filter(has_text="time zone").click()
    page.get_by_label("Another zone").fill("Asia/Kolkata")
    page.keyboard.press("Escape")
    expect(page.locator(".zone")).to_have_text("Asia/Kolkata")
    moment = page.locator(".facts time").filter(has_text=re.compile(r"\d{4}-\d\d-\d\d"))
    shown_minute = moment.first.inner_text()[14:16]
    assert int(shown_minute) == (started.minute + 30) % 60
    # The exact moment and its zone, for who hovers and for who has only keys.
    moment.first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("UTC+5:30")
    page.mouse.move(0, 0)
    page.get_by_role("tooltip").wait_for(state="detached")
    moment.first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tooltip")).to_contain_text("UTC+5:30")
    page.reload()
    shown.settle()
    expect(page.locator(".zone")).to_have_text("Asia/Kolkata")


def test_the_range_is_in_the_address_and_goes_along(site, screen):
    shown = screen(site())
    page = shown.page
    page.get_by_role("group", name="Time range").get_by_role("button", name="6 h").click()
    assert page.url.endswith("?range=6h")
    page.get_by_role("link", name="Queues", exact=True).first.click()
    heading(page, "Queues")
    shown.rows().first.locator("a").first.click()
    page.wait_for_url("**/queues/*range=6h")
    page.reload()
    shown.settle()
    page.keyboard.press("]")
    page.wait_for_url(lambda url: "range" not in url)


def test_columns_and_order_are_the_readers(site, screen):
    shown = screen(site(), "queues")
    page = shown.page
    heads = page.get_by_role("columnheader")
    heads.filter(has_text="Queued").wait_for()
    page.get_by_text("Columns", exact=True).first.locator("..").click()
    page.get_by_role("checkbox", name="Queued").uncheck()
    page.get_by_role("checkbox", name="In all").check()
    page.keyboard.press("Escape")
    expect(heads.filter(has_text="Queued")).to_have_count(0)
    page.get_by_role("button", name="In all").click()
    assert "sort=-In+all" in page.url
    expect(heads.filter(has_text="In all")).to_have_attribute("aria-sort", "descending")
    page.reload()
    shown.settle()
    expect(heads.filter(has_text="Queued")).to_have_count(0)
    texts = [
        text.replace(",", "") for text in shown.rows().locator("td:last-child").all_inner_texts()
    ]
    numbers = [int(text) for text in texts]
    assert numbers == sorted(numbers, reverse=True)


def test_five_thousand_rows(site, screen):
    shown = screen(site(), "components")
    page = shown.page
    table = page.get_by_role("table", name="A long table")
    assert table.get_attribute("aria-rowcount") == "5001"
    drawn = "document.querySelectorAll('table[aria-rowcount] tbody tr').length"
    assert page.evaluate(drawn) < 500
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.get_by_role("row").filter(has=page.get_by_text("5000", exact=True)).wait_for()
    assert page.evaluate(drawn) < 500
    row = table.get_by_role("row").filter(has=page.get_by_text("5000", exact=True))
    row.get_by_role("checkbox").check()
    row.get_by_role("link").focus()
    page.keyboard.press("x")
    assert not row.get_by_role("checkbox").is_checked()


def test_five_thousand_rows_by_keyboard(site, screen):
    """From one to the next, also where the next is not drawn yet."""
    page = screen(site(), "components").page
    # What stands below the samples that wait is hidden at first, and then nothing takes the focus.
    page.get_by_role("table", name="A long table").wait_for()
    rows = "document.querySelectorAll('table[aria-rowcount] tbody tr:not(.table-gap)')"
    index = "() => Number(document.activeElement.closest('tr')?.getAttribute('aria-rowindex'))"
    for key, step in (("ArrowDown", 1), ("ArrowUp", -1)):
        last = f"[...{rows}].at({-1 if step > 0 else 0})"
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight / 2)")
        page.wait_for_timeout(300)
        # As if it had been reached faster than the page could draw.
        at = page.evaluate(f"() => {{ const row = {last}; row.querySelector('a').focus({{ "
                           "preventScroll: true }); return Number(row.ariaRowIndex ?? "
                           "row.getAttribute('aria-rowindex')); }")  # fmt: skip
        page.keyboard.press(key)
        page.wait_for_function(f"at => ({index})() === at", arg=at + step)


def test_a_click_right_after_scrolling(site, screen):
    """While a long table moves, its rows are not there for a pointer that does not."""
    page = screen(site(), "components").page
    table = page.get_by_role("table", name="A long table")
    table.evaluate("table => table.scrollIntoView()")
    page.mouse.move(10, 400)
    page.wait_for_timeout(300)
    page.evaluate("window.setTimeout = () => 0")  # the moving does not end by itself
    page.mouse.wheel(0, 40)
    expect(table).to_have_class(re.compile("table-moves"))
    box = table.get_by_role("checkbox", name="Choose this row").nth(3)
    at = box.bounding_box()
    page.mouse.click(at["x"] + 5, at["y"] + 5)
    assert box.is_checked()


def test_nothing_yet(site, screen, tmp_path):
    database = sqlite_world.create(tmp_path / "empty.db")
    ours.ok("setup", url=database.url)
    shown = screen(site(database=database))
    shown.page.get_by_text("All clear").wait_for()
    commands = {"": "soniq worker", "queues": "app.enqueue", "workers": "soniq worker"}
    commands |= {"types": "app.enqueue", "schedules": "soniq scheduler"}
    for place in [*EMPTY, "queues/none", "types/none", f"workers/{WORKER}"]:
        shown.open(place, ready=False)
        page = shown.page
        page.locator(".empty").first.wait_for()
        if place in commands:
            page.locator(".empty .command").filter(has_text=commands[place]).first.wait_for()
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            assert shown.fits(), (place, width)


@pytest.mark.parametrize("mount", ("straight", "nginx"))
def test_an_address_of_nothing(site, screen, mount):
    shown = screen(site(mount=mount))
    for place in ("nonsense", "nonsense?status=dead", "jobs/a/b", "a/b/c"):
        assert shown.page.goto(shown.base + place).status == 404
        heading(shown.page, "Not found")
        shown.page.get_by_role("link", name="Go to the overview").click()
        heading(shown.page, "Overview")
        assert shown.page.url == shown.base
        shown.settle()


def test_nothing_answers(site, screen, context):
    here = site()
    context.route(
        re.compile("/api/(?!session)"),
        lambda route: route.fulfill(
            status=503, json={"detail": "The database is away."}, headers={"Retry-After": "60"}
        ),
    )
    shown = screen(here, sign_in=False) if here.key else None
    page = context.new_page()
    page.set_default_timeout(20_000)
    for place in [*MINE, "queues/mail", "types/mail.send", f"workers/{WORKER}"]:
        page.goto(here.base + place)
        if place != "components":
            page.locator("main").get_by_text("The database is away.").first.wait_for()
        assert page.locator("main h1").first.inner_text()
        page.get_by_text("Not live").wait_for()
    assert shown is None


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_huge(site, screen, samples, theme):
    database = samples.copy("sqlite")
    database.execute(
        "INSERT INTO soniq_jobs (id, job_name, args, status, queue, priority, attempts, "
        "max_attempts, unique_job, created_at, updated_at) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 480) "
        "SELECT printf('00000000-0000-4000-8000-000a%08d', i), 'task.' || i, '{}', 'queued', "
        "'queue ' || i, 100, 0, 3, 0, 1, 1 FROM n"
    )
    for i, name in enumerate(NAMES):
        database.execute(
            "UPDATE soniq_jobs SET queue = %s, job_name = %s WHERE job_name = %s",
            name, name, f"task.{i + 1}",
        )  # fmt: skip
    shown = screen(site(database=database))
    page = shown.page
    page.emulate_media(color_scheme=theme)
    for place in ("", "queues", "types", "system"):
        shown.open(place)
        for width in (360, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            assert shown.fits(), (place, width)
    for name in NAMES[1:]:
        # Of a long list only what is near is drawn: from the end where the name is at the end.
        shown.open("queues?sort=Queue" if name.isascii() else "queues?sort=-Queue")
        page.get_by_role("link", name=name, exact=True).first.click()
        heading(page, name)
        page.get_by_label("Counts").first.wait_for()
        page.reload()
        heading(page, name)
        page.go_back()
        heading(page, "Queues")


MANY = """
    INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
        created_at, updated_at)
    SELECT gen_random_uuid(), 'team.task_' || i, '{}', 'queued', 0, 3, 'Team-' || i, 100, now(),
        now() FROM generate_series(10, 39) AS i
"""


def test_a_long_list_is_searched_by_name(samples, site, screen):
    database = samples.copy("postgresql")
    here = site(database=database)
    shown = screen(here, "queues")
    page = shown.page
    field = page.get_by_role("searchbox", name="Part of the name")
    assert field.count() == 0, "a few are seen at a glance"
    assert database.execute(MANY) == 30
    for place, label, other in (("queues", "Queues", "mail"), ("types", "Task types", "mail.send")):
        shown.open(place)
        rows = page.get_by_role("table", name=label).locator("tbody tr")
        field.wait_for()
        page.keyboard.press("/")
        page.keyboard.type("TEAM")
        expect(rows).to_have_count(30)
        page.keyboard.type("-2" if place == "queues" else ".task_2")
        expect(rows).to_have_count(10)
        expect(page.get_by_role("status").filter(has_text=" of ")).to_contain_text("10 of 3")
        page.reload()
        expect(rows).to_have_count(10)
        expect(field).to_have_value(re.compile("2$"))
        field.fill("no such name")
        page.get_by_text("has that in its name").wait_for()
        field.fill("")
        page.get_by_role("link", name=other, exact=True).first.wait_for()
        assert "name=" not in page.url
