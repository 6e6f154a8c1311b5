"""Dead letters: equal failures together, verbs on all of one group, and one by one."""

import pytest
from playwright.sync_api import expect

from support.browser import WAYS
from support.sample import DEAD, dead_id

KINDS = pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
LEFT = "SELECT count(*) FROM soniq_dead_letter_jobs"
REPLAYED = "SELECT count(*) FROM soniq_dead_letter_jobs WHERE resurrection_count > 0"
MADE = "SELECT count(*) FROM soniq_jobs WHERE job_name = 'pay.charge' AND status = 'queued'"
COPY = """
    INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, max_attempts, attempts,
        last_error, dead_letter_reason, original_created_at, moved_to_dead_letter_at,
        resurrection_count, created_at)
    SELECT %s, job_name, args, queue, priority, max_attempts, attempts, last_error,
        dead_letter_reason, original_created_at, moved_to_dead_letter_at, 0, created_at
    FROM soniq_dead_letter_jobs WHERE id = %s
"""
QUEUE = "UPDATE soniq_dead_letter_jobs SET queue = %s WHERE id = %s"
OTHER = "UPDATE soniq_dead_letter_jobs SET last_error = %s WHERE id = %s"


def group_row(shown, text="TimeoutError"):
    return shown.rows().filter(has_text=text)


@WAYS
def test_groups_say_how_many_and_lead_to_their_letters(site, screen, kind, mount):
    here = site(kind, mount)
    here.database.execute(OTHER, "KeyError: 'n'", dead_id(3))
    shown = screen(here)
    shown.open("dead-letter")
    page = shown.page
    expect(shown.rows()).to_have_count(2)
    assert str(DEAD - 1) in group_row(shown).inner_text()
    page.get_by_text(f"2 groups of {DEAD} dead letters").wait_for()
    group_row(shown, "KeyError").get_by_role("link").first.click()
    page.wait_for_url("**signature=*")
    expect(shown.rows()).to_have_count(1)
    shown.rows().first.get_by_role("link").first.click()
    page.get_by_role("dialog", name="Job").get_by_text(dead_id(3)).first.wait_for()
    assert page.locator("[data-verb]").count() == 0, "read-only"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Dead letter", exact=True).last.click()
    expect(shown.rows()).to_have_count(2)


@KINDS
def test_replaying_a_group(site, screen, kind):
    here = site(kind, write=True)
    made = here.database.value(MADE)
    shown = screen(here)
    shown.open("dead-letter")
    page = shown.page
    row = group_row(shown)
    row.hover()
    row.get_by_role("button", name=f"Replay {DEAD}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"{DEAD} dead letters will be enqueued").wait_for()
    dialog.get_by_text("The same in a terminal").click()
    assert "curl" in dialog.inner_text()
    dialog.get_by_role("button", name="Do not replay").click()
    assert here.database.value(REPLAYED) == 0
    row.get_by_role("button", name=f"Replay {DEAD}").click()
    dialog.get_by_role("button", name=f"Replay {DEAD} dead letters").click()
    row.get_by_text(f"{DEAD} dead letters enqueued again.").wait_for()
    assert here.database.value(REPLAYED) == DEAD
    assert here.database.value(MADE) == made + DEAD
    assert here.database.value(LEFT) == DEAD
    # All of them were: there is nothing left to replay.
    expect(row.get_by_role("button", name="Replay 0")).to_be_disabled()


@KINDS
def test_deleting_many_takes_the_count(site, screen, kind):
    here = site(kind, write=True)
    for number in range(1, DEAD + 1):
        here.database.execute(COPY, dead_id(number + 1000), dead_id(number))
    total = here.database.value(LEFT)
    assert total == 2 * DEAD
    shown = screen(here)
    shown.open("dead-letter")
    row = group_row(shown)
    row.hover()
    row.get_by_role("button", name=f"Delete {total}").click()
    dialog = shown.page.get_by_role("dialog")
    go = dialog.get_by_role("button", name="Delete")
    expect(go).to_be_disabled()
    dialog.get_by_label("to confirm").fill(str(total - 1))
    expect(go).to_be_disabled()
    dialog.get_by_label("to confirm").fill(str(total))
    go.click()
    shown.page.get_by_text("No dead letters").wait_for()
    assert here.database.value(LEFT) == 0


@KINDS
def test_a_verb_on_a_group_seen_through_a_filter(site, screen, kind):
    here = site(kind, write=True)
    for number in (3, 4, 5):
        here.database.execute(QUEUE, "some", dead_id(number))
    shown = screen(here)
    shown.open("dead-letter?filter=queue:some")
    page = shown.page
    page.get_by_text("1 group of 3 dead letters").wait_for()
    group_row(shown).get_by_role("link").first.click()
    page.wait_for_url("**signature=*")
    page.get_by_text("of all that match the filter").wait_for()
    expect(shown.rows()).to_have_count(3)
    page.get_by_role("button", name="Delete 3 of").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("3 dead letters will be deleted").wait_for()
    assert "queue:some" in dialog.inner_text()
    dialog.get_by_text("The same in a terminal").click()
    assert "--where=queue:some" in dialog.inner_text()
    dialog.get_by_role("button", name="Delete 3 dead letters").click()
    page.get_by_text("3 dead letters deleted.").wait_for()
    page.get_by_text("No dead letter matches").wait_for()
    assert here.database.value(LEFT) == DEAD - 3
    page.reload()
    page.get_by_text("No dead letter of this group matches").wait_for()
    page.get_by_role("link", name="Clear the filter").last.click()
    expect(shown.rows()).to_have_count(50)
    expect(page.get_by_text("of all that match the filter")).to_have_count(0)


def test_a_group_verb_that_is_refused(site, screen):
    here = site(write=True)
    shown = screen(here)
    shown.open("dead-letter")
    row = group_row(shown)
    row.hover()
    row.get_by_role("button", name="Delete").click()
    dialog = shown.page.get_by_role("dialog")
    dialog.get_by_text("cannot be undone").wait_for()
    shown.page.route(
        "**/groups/*",
        lambda route: route.fulfill(
            status=503,
            headers={"Retry-After": "1"},
            content_type="application/json",
            body='{"detail": "The database does not answer."}',
        )
        if route.request.method == "DELETE"
        else route.continue_(),
    )
    dialog.get_by_role("button", name="Delete").click()
    row.get_by_text("0 of 60 deleted, then it failed: The database does not").wait_for()
    shown.page.unroute("**/groups/*")
    row.get_by_role("button", name="Go on").click()
    shown.page.get_by_text("No dead letters").wait_for()
    assert here.database.value(LEFT) == 0


@KINDS
def test_the_list_and_its_filter(site, screen, kind):
    here = site(kind)
    shown = screen(here)
    shown.open("dead-letter")
    page = shown.page
    page.get_by_role("group", name="View").get_by_role("button", name="One by one").click()
    page.wait_for_url("**view=list*")
    page.get_by_text(f"50 rows of {DEAD}").wait_for()
    field = page.get_by_role("combobox", name="Search")
    field.fill("args.order:7")
    field.press("Enter")
    expect(shown.rows()).to_have_count(1)
    page.get_by_role("button", name="Equal failures together").click()
    page.get_by_text("1 group of 1 dead letter").wait_for()
    field.fill("queu:mail")
    field.press("Enter")
    page.get_by_text("did you mean queue").wait_for()
    field.fill("nothing has this")
    field.press("Enter")
    page.get_by_text("No dead letter matches").wait_for()


@pytest.mark.parametrize("view", ("", "?view=list"))
def test_another_question_does_not_wait_for_the_pointer_to_leave(site, screen, view):
    """Rows stay where they are under it; those of the question before do not."""
    here = site()
    here.database.execute(OTHER, "KeyError: 'n'", dead_id(3))
    shown = screen(here, "dead-letter" + view)
    page = shown.page
    expect(shown.rows()).to_have_count(2 if view == "" else 50)
    shown.rows().first.hover()
    for filter, count in (("error:KeyError", 1), ("error:TimeoutError", 1 if view == "" else 50)):
        page.keyboard.press("/")
        page.keyboard.press("Control+A")
        page.keyboard.type(filter)
        page.keyboard.press("Enter")
        expect(shown.rows()).to_have_count(count)
        expect(shown.rows().first).to_contain_text(filter.partition(":")[2])
        expect(page.get_by_text("no longer here")).to_have_count(0)


def test_by_keyboard_alone(site, screen):
    """From the first page: to the groups, into one, filter, open, replay: no pointer."""
    here = site(write=True)
    shown = screen(here)
    page = shown.page
    press = page.keyboard.press
    press("g")
    press("d")
    page.get_by_role("heading", name="Dead letter", level=1).wait_for()
    shown.rows().first.wait_for()
    press("j")
    press("Enter")
    page.wait_for_url("**signature=*")
    expect(shown.rows()).to_have_count(50)
    press("/")
    page.keyboard.type('"order 7"')
    press("Enter")
    page.wait_for_url("**filter=*")
    expect(shown.rows()).to_have_count(1)
    press("Escape")
    press("j")
    press("Enter")
    drawer = page.get_by_role("dialog", name="Job")
    drawer.get_by_role("button", name=f"Replay pay.charge {dead_id(7)}").wait_for()
    press("e")
    dialog = page.locator("dialog")
    dialog.get_by_text("Replay this dead letter?").wait_for()
    press("Tab")
    press("Tab")
    for _ in range(4):
        if page.evaluate("document.activeElement.innerText") == "Replay":
            break
        press("Tab")
    press("Enter")
    drawer.get_by_role("link", name="new job").wait_for()
    assert here.database.value(REPLAYED) == 1
