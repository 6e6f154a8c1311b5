"""Every page of the rail, in every place: there, true, quiet, and as wide as its screen."""

import pytest
from playwright.sync_api import expect

from e2e.app import PLACES, App, assert_nothing_overflows

PHONE = {"width": 360, "height": 740}


def counts(database) -> dict[str, int]:
    """Rows by status; dead letters have a table of their own."""
    found = dict(database.rows("SELECT status, count(*) FROM soniq_jobs GROUP BY status"))
    found["dead_letter"] = database.value("SELECT count(*) FROM soniq_dead_letter_jobs")
    return found


def names_and_counts(database, column: str, where: str = "") -> dict[str, int]:
    return dict(database.rows(f"SELECT {column}, count(*) FROM soniq_jobs {where} GROUP BY 1"))


def numbers(rows, name: str, number: str) -> dict[str, int]:
    return {row[name]: int(row[number].replace(",", "")) for row in rows}


def see_overview(app: App, site) -> None:
    wanted = counts(site.database)
    for label, status in (
        ("Queued", "queued"),
        ("Processing", "processing"),
        ("Done", "done"),
        ("Cancelled", "cancelled"),
        ("Dead letter", "dead_letter"),
    ):
        assert app.tile(label) == f"{wanted.get(status, 0):,}", label
    expect(app.page.locator(".rail .badge")).to_contain_text(str(wanted["dead_letter"]))
    hosts = [host for (host,) in site.database.rows("SELECT hostname FROM soniq_workers")]
    shown = app.page.locator(".worker-lines").inner_text()
    assert "alive.example" in hosts and "alive.example" in shown


def see_jobs(app: App, site) -> None:
    total = site.database.value("SELECT count(*) FROM soniq_jobs")
    assert app.pager().startswith(f"50 rows of {total:,}")
    newest = site.database.rows(
        "SELECT id FROM soniq_jobs ORDER BY created_at DESC, id DESC LIMIT 50"
    )
    assert app.ids("Jobs") == [str(id) for (id,) in newest]
    names = dict(site.database.rows("SELECT id, job_name FROM soniq_jobs"))
    by_id = {str(id): name for id, name in names.items()}
    for id, row in zip(app.ids("Jobs"), app.table("Jobs"), strict=True):
        assert by_id[id] in row["Job"]


def see_queues(app: App, site) -> None:
    rows = app.table("Queues")
    for head, where in (
        ("Queued", "queued"),
        ("Running", "processing"),
        ("Done", "done"),
        ("Cancelled", "cancelled"),
    ):
        wanted = names_and_counts(site.database, "queue", f"WHERE status = '{where}'")
        assert {k: n for k, n in numbers(rows, "Queue", head).items() if n > 0} == wanted, head
    dead = dict(site.database.rows("SELECT queue, count(*) FROM soniq_dead_letter_jobs GROUP BY 1"))
    assert {k: n for k, n in numbers(rows, "Queue", "Dead").items() if n > 0} == dead


def see_workers(app: App, site) -> None:
    query = "SELECT hostname, pid FROM soniq_workers WHERE status = '{}'"
    active = site.database.rows(query.format("active"))
    shown = app.table("Running workers")
    assert len(shown) == len(active)
    for host, pid in active:
        (row,) = [row for row in shown if f"{host}:{pid}" in row["Worker"]]
        assert row["State"] == ("Stale" if host == "silent.example" else "Active")
        assert "mail.send" in row["Worker"]
    stopped = site.database.rows(query.format("stopped"))
    assert len(stopped) > 0 and len(app.table("Stopped workers")) == len(stopped)


def see_dead_letters(app: App, site) -> None:
    rows = site.database.rows(
        """SELECT id, job_name, last_error FROM soniq_dead_letter_jobs
           ORDER BY moved_to_dead_letter_at DESC, id DESC"""
    )
    assert app.pager().startswith(f"{len(rows)} rows")
    assert app.ids("Dead letters") == [str(id) for id, _, _ in rows]
    for (_, name, error), row in zip(rows, app.table("Dead letters"), strict=True):
        assert row["Job"].startswith(name)
        assert error is None or error.strip()[:5] in row["Job"]


def see_schedules(app: App, site) -> None:
    rows = site.database.rows("SELECT job_name, status FROM soniq_recurring_jobs")
    assert len(rows) > 0
    shown = {(row["Job"], row["State"].lower()) for row in app.table("Recurring jobs")}
    assert shown == set(rows)


def see_types(app: App, site) -> None:
    wanted = {type["job_name"]: type["total_count"] for type in site.server.get("/api/jobs/types")}
    assert numbers(app.table("Task types"), "Task type", "Jobs") == wanted
    everything = names_and_counts(site.database, "job_name")
    assert set(wanted) >= {"mail.send", "numbers.keep", "почта.отправить"}
    assert all(wanted[name] >= 1 for name in set(wanted) & set(everything))


SEE = {
    "Overview": see_overview,
    "Jobs": see_jobs,
    "Queues": see_queues,
    "Workers": see_workers,
    "Dead letter": see_dead_letters,
    "Schedules": see_schedules,
    "Task types": see_types,
}


def test_every_place_of_the_rail_is_seen():
    assert SEE.keys() == PLACES.keys()


def test_the_rail_leads_to_pages_that_tell_the_truth(reading, visit):
    app = visit(reading)
    words = app.page.locator("nav.rail a.rail-item > span:first-of-type")
    assert words.all_inner_texts() == list(PLACES)
    for word, see in SEE.items():
        app.go(word)
        see(app, reading)
        expect(app.page.locator(".rail [aria-current=page]")).to_contain_text(word)
        assert_nothing_overflows(app)
    assert len(app.watch.requests) > len(PLACES)


def test_every_address_can_be_opened_alone(reading, visit):
    app = visit(reading)
    for word, address in PLACES.items():
        app.open(address)
        expect(app.heading).to_have_text(word)
        assert app.page.title().startswith(word)
        assert app.address == address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_telephone(reading, visit, scheme):
    app = visit(reading, viewport=PHONE, color_scheme=scheme)
    job = reading.database.value("SELECT id FROM soniq_jobs WHERE job_name = 'numbers.keep'")
    letter = reading.database.rows("SELECT id FROM soniq_dead_letter_jobs LIMIT 1")[0][0]
    for address in (*PLACES.values(), f"jobs/{job}", f"dead-letter/{letter}"):
        app.open(address)
        assert_nothing_overflows(app)


def test_an_address_that_is_none_is_no_page(reading, visit):
    app = visit(reading)
    app.watch.expect("404")
    for address in ("nothing", "jobs/1/2", "queues/default", "%3Cscript%3Ealert(1)%3C/script%3E"):
        answer = app.page.goto(f"{reading.base}{address}")
        assert answer.status == 404
        assert answer.header_value("content-type") == "application/json"
        assert "script" not in answer.text()
