"""The list of jobs: one filter with completion, in the address, with what is wrong underlined."""

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

from support.browser import WAYS
from support.sample import job_id

KINDS = pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
MOUNTS = pytest.mark.parametrize("mount", ("straight", "nginx"))
WAITING = "SELECT count(*) FROM soniq_jobs WHERE status = 'queued'"


def field(page):
    return page.get_by_role("combobox", name="Search")


def typed(page) -> str:
    return field(page).input_value()


def search(page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")


@WAYS
def test_jobs_are_found(site, screen, kind, mount):
    here = site(kind, mount)
    shown = screen(here)
    shown.open("jobs")
    page = shown.page
    shown.rows().first.wait_for()
    search(page, 'error:"number 15"')
    page.wait_for_url("**/jobs?filter=*")
    shown.row_of("ValueError: number 15").first.wait_for()
    expect(shown.rows().filter(has_not_text="number 15")).to_have_count(0)
    page.reload()
    shown.settle()
    assert typed(page) == 'error:"number 15"'
    page.get_by_role("button", name="Clear the filter").click()
    page.wait_for_url(lambda url: "filter=" not in url)
    search(page, "queue:mail status:cancelled")
    wanted = here.database.value(
        "SELECT count(*) FROM soniq_jobs WHERE status = 'cancelled' AND queue = 'mail'"
    )
    page.get_by_text(f"{wanted} rows of {wanted}").wait_for()
    assert shown.row_of("Cancelled").count() == wanted
    page.go_back()
    expect(field(page)).to_have_value("")


def test_what_is_typed_is_one_step_to_go_back(site, screen):
    """Also where the typing rested, so that the list already follows."""
    page = screen(site("sqlite"), "jobs").page
    for text in ("queue:mail", "queue:mail status:cancelled"):
        field(page).fill(text)
        page.wait_for_url(lambda url, text=text: quote_plus(text) in url)
    field(page).press("Enter")
    page.go_back()
    page.wait_for_url(lambda url: url.endswith("/jobs"))
    expect(field(page)).to_have_value("")
    page.go_forward()
    expect(field(page)).to_have_value("queue:mail status:cancelled")


@KINDS
def test_what_an_argument_holds(site, screen, kind):
    here = site(kind)
    shown = screen(here)
    shown.open("jobs?filter=args.n:42")
    expect(shown.rows()).to_have_count(1)
    shown.rows().first.get_by_role("link").first.click()
    drawer = page_drawer(shown.page)
    leaf = drawer.locator(".json-leaf").filter(has_text="9007199254740993")
    leaf.hover()
    leaf.get_by_role("link", name="Jobs with the same").click()
    shown.page.wait_for_url("**filter=args.big%3A9007199254740993*")
    total = here.database.value("SELECT count(*) FROM soniq_jobs")
    shown.page.get_by_text(f"50 rows of {total}").wait_for()


def page_drawer(page):
    return page.get_by_role("dialog", name="Job")


@MOUNTS
def test_old_addresses_are_understood(site, screen, mount):
    here = site(mount=mount)
    shown = screen(here)
    shown.open("jobs?status=cancelled&queue=mail&q=report.build")
    assert typed(shown.page) == "status:cancelled queue:mail report.build"
    assert shown.row_of("Cancelled").count() == shown.rows().count() > 0
    shown.open("jobs?job_name=ort.bui")
    assert typed(shown.page) == "ort.bui"
    assert shown.row_of("report.build").count() == shown.rows().count() > 0


@KINDS
def test_what_is_wrong_is_said_at_its_place(site, screen, kind):
    shown = screen(site(kind))
    shown.open("jobs?filter=queue:mail")
    page = shown.page
    shown.row_of("mail").first.wait_for()
    rows = shown.rows().count()
    search(page, "queue:mail statu:dead")
    wrong = page.locator(".ink-wrong")
    wrong.wait_for()
    assert wrong.all_inner_texts() == ["statu"]
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    assert "status" in page.locator("#query-wrong").inner_text()
    assert shown.rows().count() == rows, "what was there stays"
    search(page, "queue:mail status:done")
    expect(field(page)).to_have_attribute("aria-invalid", "false")
    shown.row_of("Done").first.wait_for()


@KINDS
def test_completion_by_keyboard(site, screen, kind):
    shown = screen(site(kind))
    shown.open("jobs")
    page = shown.page
    page.keyboard.press("/")
    page.keyboard.type("stat")
    page.get_by_role("option", name="status").first.wait_for()
    page.keyboard.press("Tab")
    expect(field(page)).to_have_value("status:")
    page.keyboard.type("proc")
    option = page.get_by_role("option", name="processing").first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    active = field(page).get_attribute("aria-activedescendant")
    assert option.get_attribute("id") == active
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**filter=status%3Aprocessing*")
    expect(page.get_by_role("listbox")).to_have_count(0)
    # What was searched for is offered again, where nothing is typed.
    field(page).fill("")
    page.get_by_role("option", name="status:processing").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


@KINDS
def test_the_quick_ways_write_into_the_filter(site, screen, kind):
    here = site(kind)
    shown = screen(here)
    shown.open("jobs")
    page = shown.page
    status = page.get_by_role("group", name="Status")
    waiting = here.database.value(WAITING)
    status.get_by_role("button", name=f"Queued {waiting}").click()
    page.get_by_text(f"rows of {waiting}").wait_for()
    assert typed(page) == "status:queued"
    search(page, "queue:mail status:queued")
    status.get_by_role("button", name="Done").click()
    expect(field(page)).to_have_value("status:done queue:mail")
    status.get_by_role("button", name="All").click()
    expect(field(page)).to_have_value("queue:mail")


def test_arrivals_are_announced_and_move_nothing(site, screen):
    here = site()
    shown = screen(here)
    shown.open("jobs")
    page = shown.page
    first = shown.rows().first
    first.wait_for()
    first.hover()
    before = first.inner_text().split("\n")[0]
    here.database.execute(
        """INSERT INTO soniq_jobs (id, job_name, args, status, queue, created_at, updated_at)
           SELECT gen_random_uuid(), 'came.late', '{}', 'queued', 'mail', now(), now()
           FROM generate_series(1, 3)"""
    )
    show = page.get_by_role("button", name="3 new rows: show")
    show.wait_for(timeout=30_000)
    assert shown.rows().first.inner_text().split("\n")[0] == before
    assert shown.row_of("came.late").count() == 0
    show.click()
    shown.row_of("came.late").first.wait_for()


def test_from_one_to_the_next(site, screen):
    shown = screen(site())
    shown.open("jobs?filter=status:done")
    page = shown.page
    shown.rows().nth(1).get_by_role("link").first.click()
    drawer = page_drawer(page)
    drawer.get_by_text("2 of 50").wait_for()
    page.keyboard.press("j")
    drawer.get_by_text("3 of 50").wait_for()
    page.keyboard.press("k")
    page.keyboard.press("k")
    drawer.get_by_text("1 of 50").wait_for()
    expect(drawer.get_by_role("button", name="The one before")).to_be_disabled()
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    assert typed(page) == "status:done"


def test_columns_are_chosen_and_remembered(site, screen):
    shown = screen(site())
    shown.open("jobs")
    page = shown.page
    shown.rows().first.wait_for()
    page.locator("summary").filter(has_text="Columns").click()
    page.get_by_label("Producer").check()
    page.get_by_role("columnheader", name="Producer").wait_for()
    page.reload()
    shown.settle()
    page.get_by_role("columnheader", name="Producer").wait_for()


def test_a_slow_answer_leaves_the_filter_usable(site, screen):
    shown = screen(site())
    shown.open("jobs")
    page = shown.page
    shown.rows().first.wait_for()
    hanging = []
    page.route("**/api/jobs/search?filter=slow*", lambda route: hanging.append(route))
    search(page, "slow")
    page.wait_for_url("**filter=slow*")
    page.locator(".shown-stale").wait_for()
    # What follows the rows that are still shown is no page of the new question.
    page.get_by_role("button", name="Older").click()
    assert "cursor" not in page.url
    search(page, "status:done")
    shown.row_of("Done").first.wait_for()
    expect(page.locator(".shown-stale")).to_have_count(0)
    for route in hanging:
        route.abort()


def test_one_job_explains_itself(site, screen):
    here = site(write=True)
    shown = screen(here)
    shown.open(f"jobs/{job_id(8)}")
    main = shown.page.locator("main")
    assert "scheduled" in main.inner_text().lower()
    main.get_by_role("region", name="not running").wait_for()
    assert f"soniq job {job_id(8)}" in main.inner_text()
    assert "X-API-Key" not in main.inner_text()
