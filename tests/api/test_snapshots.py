"""Numbers within a budget: the longer they take, the rarer they are made; answers stay fast."""

import contextlib
import threading
import time

from support import ours
from support.wire import Wire

CAPACITY_MS = 1000


def timed(raw, path="/costly"):
    begun = time.monotonic()
    answer = raw.ask(path)
    return answer, time.monotonic() - begun


def ask_for(echo, seconds: float, path="/costly") -> list:
    """(answer, seconds) of one caller who asks again and again."""
    raw, found, until = echo.connect(), [], time.monotonic() + seconds
    while time.monotonic() < until:
        found.append(timed(raw, path))
        time.sleep(0.02)
    return found


def test_what_is_dear_is_made_rarely_and_given_fast(start):
    """Ten percent: 200 ms are paid for every 2 s."""
    echo = start(budget_permille=100)
    echo.ask("/cost/200", "POST")
    begun = time.monotonic()
    first, *rest = ask_for(echo, 7)
    took = time.monotonic() - begun
    assert first[0].header("Toy-Kind") == "exact" and first[1] >= 0.2
    assert {answer.header("Toy-Kind") for answer, _ in rest} == {"cached"}
    assert {answer.status for answer, _ in rest} == {200}
    # Nobody waited for a refresh.
    assert max(seconds for _, seconds in rest) < 0.15
    numbers = [int(answer.body) for answer, _ in rest]
    assert numbers == sorted(numbers) and 3 <= numbers[-1] <= 5
    meter = echo.meter()
    assert meter["looks"] == 1 and meter["refreshes"] == meter["runs"] - 1
    assert meter["costly_ms"] <= 200 + CAPACITY_MS + took * 1000 * 0.1
    assert meter["snapshot_usec"] >= meter["costly_ms"] * 1000


def test_what_is_cheap_is_new_every_second(start):
    echo = start()
    found = ask_for(echo, 4.5)
    numbers = [int(answer.body) for answer, _ in found]
    assert 4 <= numbers[-1] <= 5
    # Waited for, for it is soon made: the one that is made is the one that is given.
    assert sum(answer.header("Toy-Kind") == "exact" for answer, _ in found) == numbers[-1]


def test_a_hundred_callers_cost_what_one_does(start):
    echo = start(budget_permille=100)
    echo.ask("/cost/150", "POST")
    threads = [threading.Thread(target=ask_for, args=(echo, 4)) for _ in range(100)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    meter = echo.meter()
    assert meter["looks"] == 1
    assert meter["refreshes"] <= 1 + took / 1.5


def test_all_numbers_share_the_budget(start):
    """Five of 100 ms at ten percent: each every 5 s, not every second."""
    echo = start(budget_permille=100)
    echo.ask("/cost/110", "POST")
    paths = [f"/costly?n={n}" for n in range(5)]
    raw, begun = echo.connect(), time.monotonic()
    while time.monotonic() - begun < 9:
        for path in paths:
            assert raw.ask(path).status == 200
        time.sleep(0.05)
    took = time.monotonic() - begun
    spent = echo.meter()["costly_ms"]
    assert 5 * 110 < spent <= 5 * 110 + CAPACITY_MS + took * 1000 * 0.1


def test_an_empty_purse_gives_what_is_there(start):
    """Nothing is made any more, however old it is, until it is paid for."""
    echo = start(budget_permille=1)
    echo.ask("/cost/120", "POST")
    raw = echo.connect()
    for n in range(10):
        raw.ask(f"/costly?n={n}")
    runs = echo.meter()["runs"]
    assert echo.meter()["tokens_usec"] <= 0
    time.sleep(1.2)
    answer, seconds = timed(raw, "/costly?n=0")
    assert answer.header("Toy-Kind") == "cached" and seconds < 0.1
    assert echo.meter()["runs"] == runs


def test_who_varies_parameters_is_bounded(start):
    """First looks have a purse of their own; who was there before goes on being answered."""
    echo = start(readers=10)
    page = echo.connect()
    assert page.ask("/costly").status == 200
    greedy = [echo.background(f"/costly?ms=2500&n={n}") for n in range(10)]
    assert {each.get().status for each in greedy} == {200}
    refused = echo.ask("/costly?ms=1&n=new")
    assert refused.status == 503 and refused.header("Retry-After")
    assert "SONIQ_DASHBOARD_DATABASE_BUDGET" in refused.json()["detail"]
    assert page.ask("/costly").status == 200
    assert echo.ask("/costly?ms=2500&n=3").status == 200


def test_a_write_makes_the_next_one_new(start):
    """However dear, and with an empty purse."""
    echo = start(budget_permille=1)
    echo.ask("/cost/300", "POST")
    for _ in range(6):
        before = echo.ask("/costly")
        assert echo.ask("/costly").body == before.body
        written = int(echo.ask("/write", "POST").body)
        after = echo.ask("/costly")
        assert int(after.body) == written + 1 and after.header("Toy-Kind") == "exact"


def test_a_database_that_is_away_is_told(start):
    echo = start()
    assert echo.ask("/costly").status == 200
    echo.ask("/cost/-1", "POST")
    time.sleep(1.1)
    assert [echo.ask("/costly").status for _ in range(3)] == [503] * 3
    echo.ask("/cost/0", "POST")
    answer = echo.ask("/costly")
    assert (answer.status, answer.header("Toy-Kind")) == (200, "exact")


def test_one_that_takes_too_long_leaves_the_old_numbers(start):
    """Nobody is told of it but who waited."""
    echo = start()
    first = echo.ask("/costly")
    echo.ask("/cost/-2", "POST")
    time.sleep(1.1)
    assert echo.ask("/costly").status == 504
    again = echo.ask("/costly")
    assert (again.status, again.body, again.header("Toy-Kind")) == (200, first.body, "cached")


def test_a_sudden_delay_is_waited_for_by_one(start):
    echo = start(readers=2)
    first = echo.ask("/costly")
    echo.ask("/cost/1500", "POST")
    time.sleep(1.1)
    one = echo.background("/costly")
    echo.wait_meter(connections=3)
    time.sleep(0.4)
    other, seconds = timed(echo.connect())
    assert other.body == first.body and seconds < 0.2
    assert int(one.get().body) == int(first.body) + 1
    # It is known now: nobody waits again.
    assert timed(echo.connect())[1] < 0.2


def test_a_refresh_goes_on_without_who_began_it(start):
    echo = start(budget_permille=1000)
    echo.ask("/cost/300", "POST")
    raw = echo.connect()
    raw.ask("/costly")
    time.sleep(3.2)
    before = echo.meter()["runs"]
    raw.ask("/costly")
    raw.close()
    echo.wait_meter(runs=before + 1)
    echo.wait_meter(refreshes=1)
    assert echo.meter()["cancelled"] == 0


def test_stop_does_not_wait_for_refreshes(start):
    echo = start(budget_permille=1000)
    echo.ask("/cost/300", "POST")
    raw = echo.connect()
    raw.ask("/costly")
    time.sleep(3.2)
    echo.ask("/cost/3000", "POST")
    raw.ask("/costly")
    raw.close()
    begun = time.monotonic()
    assert echo.child.stop() == 0
    assert time.monotonic() - begun < 5


# --- the real program on a slow database ---

SLOW = """
    ALTER TABLE soniq_recurring_jobs RENAME TO real_recurring_jobs;
    CREATE VIEW soniq_recurring_jobs AS
        SELECT r.* FROM (SELECT pg_sleep(0.3) OFFSET 0) s CROSS JOIN real_recurring_jobs r
"""


def test_a_slow_database_is_asked_rarely(pg_sample):
    """Twice 0.3 s at twenty percent: every 3 s, for twenty callers, who never wait."""
    pg_sample.execute(SLOW)
    pg_sample.execute(f"ALTER DATABASE \"{pg_sample.name}\" SET log_statement = 'all'")
    with ours.Dashboard(pg_sample.url, dashboard_database_budget="20") as server:
        wire = Wire(server.port)
        assert wire.ask("GET", "/api/schedules").status == 200
        before = pg_sample.server.log().count("execute schedule_list")
        slowest, ages, begun = 0.0, set(), time.monotonic()
        with contextlib.ExitStack() as stack:
            wires = [Wire(server.port) for _ in range(20)]
            for each in wires:
                stack.callback(each.close)
            while time.monotonic() - begun < 8:
                for each in wires:
                    asked = time.monotonic()
                    answer = each.ask("GET", "/api/schedules")
                    slowest = max(slowest, time.monotonic() - asked)
                    assert answer.status == 200
                    assert answer.header("Soniq-Kind") == "cached"
                    ages.add(answer.header("Soniq-As-Of"))
                time.sleep(0.05)
        asked = pg_sample.server.log().count("execute schedule_list") - before
        wire.close()
    assert slowest < 0.25
    assert 1 <= asked <= 4 and len(ages) >= 2


def test_lists_are_never_snapshots(backend):
    """They are kept for a second and no longer, however little the budget is."""
    with ours.Dashboard(backend.url, dashboard_database_budget="0.1") as server:
        first = server.get("/api/jobs", limit=200)
        backend.execute("DELETE FROM soniq_jobs WHERE id = %s", first[0]["id"])
        time.sleep(1.1)
        assert first[0]["id"] not in {row["id"] for row in server.get("/api/jobs", limit=200)}
