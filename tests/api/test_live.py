"""GET /api/events of the real program, on both databases: who may watch, and what they see."""

import contextlib
import os
import re
import threading
import time
import uuid

import pytest

from support import nginx, ours
from support.events import Events
from support.pg import free_port
from support.proxy import Proxy
from support.sample import JOBS
from support.served import ALLOWED_HOST, ALLOWED_ORIGIN, KEY, Served, cookie_of, sign_in
from support.waiting import wait_until
from support.wire import Wire, needs_address, own_address

QUIET = 3
COUNTED = "SELECT recounted_at IS NOT NULL AND sampled_at IS NOT NULL FROM soniq_x_state"
# Of what the statistics are made of, with the history (x_read_gauges).
STATS_ASKED = "coalesce(type_key = '*', false) AS is_other_type"


@pytest.fixture
def watch():
    """watch(port, ...): a stream that is closed with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(Events(*args, **options))


TOPICS = {"stats": "/api/stats", "queues": "/api/queues", "workers": "/api/workers"}
ENQUEUE = """
    INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
        created_at, updated_at)
    VALUES (%s, 'mail.send', '{}', 'queued', 0, 3, 'mail', 100, now(), now())
"""


def enqueue(database, notify: bool = True) -> None:
    """As producers do it, from another process than the dashboard's."""
    database.execute(ENQUEUE, str(uuid.uuid4())) if database.kind == "postgresql" else (
        database.execute(
            ENQUEUE.replace("now()", "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"),
            str(uuid.uuid4()),
        )
    )
    if notify and database.kind == "postgresql":
        database.execute("SELECT pg_notify('soniq_new_job', 'mail')")


def total(event) -> int:
    return event.data["data"]["total"] if event.topic == "stats" else -1


def test_first_events_are_what_the_endpoints_say(backend, watch):
    with ours.Dashboard(backend.url) as server:
        told = {event.topic: event.data for event in watch(server.port).take(3)}
        assert set(told) == set(TOPICS)
        for topic in ("stats", "queues"):
            answer = server.http.get(TOPICS[topic])
            assert told[topic]["kind"] == "exact"
            if answer.headers["soniq-kind"] == "cached":
                assert told[topic]["as_of"] == answer.headers["soniq-as-of"]
        assert told["stats"]["data"] == server.get("/api/stats")
        assert {w["id"] for w in told["workers"]["data"]} == {
            w["id"] for w in server.get("/api/workers")
        }


def test_a_change_arrives(backend, watch):
    """Once it is known and the budget has room: a sanitizer makes everything dear."""
    with ours.Dashboard(backend.url, dashboard_database_budget="100") as server:
        streams = [watch(server.port, "/api/events?topics=stats") for _ in range(20)]
        first = {stream.next().raw for stream in streams}
        assert len(first) == 1
        for n in range(1, 4):
            begun = time.monotonic()
            enqueue(backend)
            told = [s.until(lambda e, n=n: total(e) == JOBS + n, seconds=10) for s in streams]
            assert time.monotonic() - begun < 2
            assert len({event.raw for event in told}) == 1


def test_a_change_that_nobody_tells_of_arrives_too(pg_sample, watch):
    ours.ok("setup", "--remove-history", url=pg_sample.url)
    with ours.Dashboard(pg_sample.url, dashboard_database_budget="100") as server:
        stream = watch(server.port, "/api/events?topics=stats")
        stream.next()
        enqueue(pg_sample, notify=False)
        stream.until(lambda e: total(e) == JOBS + 1, seconds=QUIET + 2)


def test_what_only_grows_old_is_seldom_asked_for(pg_sample, watch):
    """With the history whatever changes is told: three seconds of silence mean that nothing did."""
    ours.ok("setup", url=pg_sample.url)
    pg_sample.execute(f"ALTER DATABASE \"{pg_sample.name}\" SET log_statement = 'all'")

    def asked() -> int:
        return pg_sample.server.log().count(STATS_ASKED)

    with ours.Dashboard(pg_sample.url, dashboard_database_budget="100") as server:
        stream = watch(server.port, "/api/events?topics=stats")
        stream.next()
        wait_until(lambda: pg_sample.value(COUNTED), "it was counted", 30)
        # Who listened before that finds it within the time that one wait takes.
        for _ in range(10):
            before = asked()
            time.sleep(2 * QUIET)
            if asked() == before:
                break
        before = asked()
        time.sleep(3 * QUIET + 1)
        assert asked() - before <= 1
        enqueue(pg_sample, notify=False)
        stream.until(lambda e: total(e) == JOBS + 1, seconds=10)


def test_what_only_grows_old_is_asked_for_one_by_one(pg_sample, watch):
    """By one session, which is warm then, and not by several at once."""
    ours.ok("setup", "--remove-history", url=pg_sample.url)
    pg_sample.execute(f"ALTER DATABASE \"{pg_sample.name}\" SET log_statement = 'all'")
    with ours.Dashboard(pg_sample.url, dashboard_database_budget="100") as server:
        watch(server.port).take(3)
        time.sleep(1)
        before = len(pg_sample.server.log())
        time.sleep(3 * QUIET + 1)
        log = pg_sample.server.log()[before:]
        asked = re.findall(r"\[(\d+)\] LOG:  execute (?!x_parts|x_state|ping)(\w+)", log)
        assert {"stats_queues", "worker_list"} <= {statement for _, statement in asked}
        assert len({session for session, _ in asked}) == 1, asked


@needs_address
@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_proxy_that_is_believed_may_bring_many(lite, is_trusted):
    """32 streams of one address; by a proxy come those of everybody."""
    address = own_address()
    settings = {"dashboard_trusted_proxies": address} if is_trusted else {}
    port = free_port()
    child = ours.start(
        "dashboard", "--host", "0.0.0.0", "--port", port, "--database-url", lite.url,
        dashboard_api_key=KEY, dashboard_allowed_hosts="jobs.example.com", **settings,
    )  # fmt: skip
    try:
        child.wait_for_line("Press Ctrl+C to stop")
        headers = {"Host": "jobs.example.com", "X-API-Key": KEY}
        with contextlib.ExitStack() as stack:
            streams = [
                stack.enter_context(Events(port, headers=headers, address=address))
                for _ in range(33)
            ]
            told = [stream.status for stream in streams]
            assert told == [200] * 32 + [200 if is_trusted else 503]
    finally:
        assert child.stop() == 0, child.said()


def test_what_nobody_tells_of_is_seen_before_it_is_folded(pg_sample, watch):
    """By a look at the deltas. Here nobody folds any more, so that no fold is told of; and what is
    not told of at all is asked for once a minute."""
    ours.ok("setup", url=pg_sample.url)
    with ours.Dashboard(pg_sample.url):
        wait_until(lambda: pg_sample.value(COUNTED), "it was counted", 30)
    more = {"dashboard_database_budget": "100", "history_keeper": "false"}
    with ours.Dashboard(pg_sample.url, **more) as server:
        stream = watch(server.port, "/api/events?topics=stats")
        stream.next()
        for n in (1, 2):
            enqueue(pg_sample, notify=False)
            stream.until(lambda e, n=n: total(e) == JOBS + n, seconds=15)
        assert pg_sample.value("SELECT count(*) FROM soniq_x_delta") > 0


def test_twenty_viewers_cost_what_one_does(pg_sample, watch):
    pg_sample.execute(f"ALTER DATABASE \"{pg_sample.name}\" SET log_statement = 'all'")

    def asked() -> int:
        return len(re.findall(r"LOG:  execute (?!<unnamed>)", pg_sample.server.log()))

    costs = []
    for viewers in (1, 20):
        with ours.Dashboard(pg_sample.url, dashboard_database_budget="100") as server:
            streams = [watch(server.port) for _ in range(viewers)]
            for stream in streams:
                stream.take(3)
            before = asked()
            for _ in range(6):
                enqueue(pg_sample)
                time.sleep(0.5)
            costs.append(asked() - before)
            for stream in streams:
                stream.close()
    assert costs[0] >= 3
    assert costs[1] <= costs[0] * 1.5 + 3


def first_of_each(stream, n: int) -> dict:
    """By topic; one may come again before another has come, where what it tells of grew old."""
    told = {}
    while len(told) < n:
        event = stream.next()
        told.setdefault(event.topic, event.data["data"])
    return told


def test_topics(still, watch):
    with ours.Dashboard(still.url) as server:
        chosen = watch(server.port, "/api/events?topics=types,%20metrics")
        assert set(first_of_each(chosen, 2)) == {"types", "metrics"}
        page = watch(server.port, "/api/events?topics=timeline,dead_letters")
        told = first_of_each(page, 2)
        assert told["timeline"] == server.get("/api/jobs/timeline", hours=24)
        assert told["dead_letters"] == server.get("/api/dead-letter", limit=7)
        assert told["timeline"] and told["dead_letters"]
        for bad in ("x", "stats,", "stats,zebras", ",", "stats;queues"):
            stream = watch(server.port, f"/api/events?topics={bad}")
            assert stream.status == 422, bad
            assert b'"parameter":"topics"' in (stream.waiting or stream.sock.recv(4096))
        assert watch(server.port, "/api/events?topics=").take(3)


def test_who_may_watch(still, watch):
    with Served("keyed", host="0.0.0.0", key=KEY).start(still.url) as server:
        wire = Wire(server.port)
        assert watch(server.port).status == 401
        assert watch(server.port, headers={"X-API-Key": "x" * 20}).status == 401
        assert watch(server.port, headers={"X-API-Key": KEY}).next().name == "snapshot"
        cookie = cookie_of(wire.ask(*sign_in(KEY)))
        for more, status in [
            ({}, 200),
            ({"Origin": "http://evil.test"}, 403),
            ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
            ({"Host": "evil.test"}, 421),
            ({"Host": ALLOWED_HOST}, 200),
            ({"Origin": ALLOWED_ORIGIN}, 200),
        ]:
            stream = watch(server.port, headers={"Cookie": cookie} | more)
            assert stream.status == status, more
            allowed = stream.headers.get("access-control-allow-origin")
            assert allowed == (ALLOWED_ORIGIN if ALLOWED_ORIGIN in more.values() else None)
        wire.close()
    with Served("open", host="0.0.0.0", open_reads=True).start(still.url) as server:
        assert watch(server.port).next().name == "snapshot"


def test_a_stream_ends_with_its_session(still, watch):
    """And is alive until then: with a sign of life every 15 s."""
    with Served("keyed", key=KEY).start(still.url) as server:
        wire = Wire(server.port)
        kept, over = (cookie_of(wire.ask(*sign_in(KEY))) for _ in range(2))
        stays = watch(server.port, headers={"Cookie": kept})
        goes = watch(server.port, headers={"Cookie": over})
        with_key = watch(server.port, headers={"X-API-Key": KEY})
        assert wire.ask("DELETE", "/api/session", {"Cookie": over, "X-Soniq-Request": "1"})
        bye = goes.until(lambda e: e.name == "bye", seconds=20)
        assert bye.data == {"detail": "You are not signed in any more."}
        assert goes.ends(5)
        for stream in (stays, with_key):
            stream.all_for(1)
            assert stream.comments >= 1
        assert {e.name for e in stays.all_for(1)} <= {"snapshot"}
        wire.close()


@contextlib.contextmanager
def breakable(database):
    """(url, take_away, put_back)"""
    if database.kind == "postgresql":
        with Proxy(database) as proxy:
            yield proxy.url, proxy.close, proxy.open
        return
    away = f"{database.path}.away"
    yield (
        database.url,
        lambda: os.rename(database.path, away),
        lambda: os.rename(away, database.path),
    )


def test_a_database_that_goes_away(backend, watch):
    with breakable(backend) as (url, take_away, put_back), ours.Dashboard(url) as server:
        stream = watch(server.port, "/api/events?topics=stats")
        stream.next()
        take_away()
        trouble = stream.until(lambda e: e.name == "trouble", seconds=20)
        assert trouble.data["topic"] == "stats" and trouble.data["status"] == 503
        assert trouble.data["detail"] and "postgres" not in trouble.text
        late = watch(server.port, "/api/events?topics=stats")
        assert {late.next().name, late.next().name} == {"snapshot", "trouble"}
        put_back()
        stream.until(lambda e: e.name == "snapshot", seconds=30)
        # The watcher is back as well.
        time.sleep(2)
        begun = time.monotonic()
        for _ in range(20):
            enqueue(backend)
            with contextlib.suppress(TimeoutError):
                stream.until(lambda e: total(e) > JOBS, seconds=1)
                break
        assert time.monotonic() - begun < 15


@pytest.mark.parametrize(
    "secret", ["pg_current_wal_insert_lsn()", "pg_notification_queue_usage()"]
)
def test_a_server_that_does_not_tell_of_its_log(pg_sample, watch, secret):
    """As some do that others run. Then what is told of is seen, as before."""
    ours.ok("setup", url=pg_sample.url)
    with ours.Dashboard(pg_sample.url):
        wait_until(lambda: pg_sample.value(COUNTED), "it was counted", 30)
    role = f"viewer_{pg_sample.name}"
    pg_sample.execute(f"CREATE ROLE {role} LOGIN")
    pg_sample.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    pg_sample.execute(f"REVOKE EXECUTE ON FUNCTION {secret} FROM PUBLIC")
    url = pg_sample.server.url(pg_sample.name, user=role)
    try:
        with ours.Dashboard(url, dashboard_database_budget="100") as server:
            stream = watch(server.port, "/api/events?topics=stats")
            stream.next()
            time.sleep(2.5)  # it has tried
            watcher = pg_sample.value(f"SELECT pid {WATCHERS}")
            enqueue(pg_sample)
            stream.until(lambda e: total(e) == JOBS + 1, seconds=10)
            assert listeners(pg_sample) == 1
            assert pg_sample.value(f"SELECT pid {WATCHERS}") == watcher
    finally:
        pg_sample.execute(f"DROP OWNED BY {role}")
        pg_sample.execute(f"DROP ROLE {role}")


# It listens, has looked whether anything changed that nobody told of, or has asked to be told.
WATCHERS = (
    "FROM pg_stat_activity WHERE datname = current_database() "
    "AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT pg_current_wal_insert_lsn%' "
    "OR query LIKE 'SELECT CASE WHEN to_regprocedure%')"
)


def listeners(database) -> int:
    return database.value(f"SELECT count(*) {WATCHERS}")


def test_the_watcher_comes_and_goes(pg_sample, watch):
    with ours.Dashboard(pg_sample.url) as server:
        assert server.get("/api/stats")["total"] == JOBS
        assert listeners(pg_sample) == 0
        stream = watch(server.port)
        wait_until(lambda: listeners(pg_sample) == 1, "it listens", seconds=10)
        pg_sample.execute(f"SELECT pg_terminate_backend(pid) {WATCHERS}")
        wait_until(lambda: listeners(pg_sample) == 0, "it was ended", seconds=10)
        wait_until(lambda: listeners(pg_sample) == 1, "it listens again", seconds=10)
        stream.close()
        wait_until(lambda: listeners(pg_sample) == 0, "it has gone", seconds=30)
        again = watch(server.port)
        wait_until(lambda: listeners(pg_sample) == 1, "it is back", seconds=10)
        assert again.take(3)


def test_end_while_streams_are_open(backend, watch):
    server = ours.Dashboard(backend.url)
    server.wait()
    streams = [watch(server.port) for _ in range(5)]
    for stream in streams:
        stream.take(3)
    server.http.close()
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 5
    for stream in streams:
        assert stream.until(lambda e: e.name == "bye").data["detail"]
        assert stream.ends(5)


def test_behind_a_proxy(pg_sample, watch, tmp_path):
    """nginx collects answers by default, but not these; and the stream may be a minute silent."""
    settings = {"dashboard_api_key": KEY}
    with (
        ours.Dashboard(pg_sample.url, **settings) as server,
        nginx.in_front_of(server.port, tmp_path) as base,
    ):
        port = int(base.split(":")[2].split("/")[0])
        path = "/ops/soniq/api/events?topics=stats"
        stream = watch(port, path, headers={"X-API-Key": KEY})
        assert stream.status == 200
        assert stream.wait_for(b'"total":240', 2)
        enqueue(pg_sample)
        assert stream.wait_for(b'"total":241', 3)


def test_many_streams_and_many_requests_at_once(lite, watch):
    """Writes, reads, comings and goings: nothing is lost, nothing is left behind."""
    with ours.Dashboard(lite.url, write=True) as server:
        stays = watch(server.port, "/api/events?topics=stats")
        failed = []

        def come_and_go():
            try:
                for _ in range(15):
                    with Events(server.port, "/api/events?topics=stats,queues") as stream:
                        stream.take(2)
            except Exception as e:  # told by the test's thread
                failed.append(e)

        threads = [threading.Thread(target=come_and_go) for _ in range(8)]
        for thread in threads:
            thread.start()
        for n in range(4, 84, 4):
            path = f"/api/jobs/00000000-0000-4000-8000-00000001{n:04}/cancel"
            assert server.http.post(path).status_code == 200
        for thread in threads:
            thread.join()
        assert not failed
        stats = server.get("/api/stats")
        stays.until(lambda e: e.data["data"] == stats, seconds=10)
