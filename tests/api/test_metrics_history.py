"""What only the history knows at /metrics: counters that never fall, and histograms."""

import math
import re
import shutil
import subprocess
import time

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text

from support import ours
from support.lives import Lives
from support.waiting import wait_until

OPEN = "application/openmetrics-text"
QUIET = {"history_keeper": "false"}


def scrape(server, accept="text/plain") -> dict:
    """(name, labels) -> value, of a scrape that is not an older one."""
    parse = parse_open if accept == OPEN else parse_text
    answer = server.http.get("/metrics", params={"at": time.time()}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    found = {}
    for family in parse(answer.text):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, key
            found[key] = sample.value
    return found


def at(found: dict, name: str, **labels) -> float:
    return found[name, frozenset(labels.items())]


def fold(database) -> None:
    ours.ok("history", "--fold", url=database.url)


def ever(found: dict) -> dict:
    """The counters and histograms of jobs."""
    counter = re.compile(r"soniq_(queue|type)_\w+_(total|bucket|sum|count)$")
    return {key: value for key, value in found.items() if counter.match(key[0])}


def test_counters_are_what_happened(backend):
    with ours.Dashboard(backend.url, **QUIET) as server:
        lives = Lives(backend)
        for _ in range(5):
            lives.run("counted", "count.me")
        failing = lives.enqueue("counted", "count.me")
        lives.claim(failing)
        lives.fail(failing)
        lives.cancel(lives.enqueue("counted", "count.me"))
        fold(backend)
        found = scrape(server)
        for kind, label in (("queue", {"queue": "counted"}), ("type", {"job_name": "count.me"})):
            assert at(found, f"soniq_{kind}_arrived_total", **label) == 7
            assert at(found, f"soniq_{kind}_started_total", **label) == 6
            ends = {
                outcome: at(found, f"soniq_{kind}_ended_total", outcome=outcome, **label)
                for outcome in ("done", "failed", "dead_letter", "cancelled", "returned")
            }
            assert ends == {
                "done": 5, "failed": 1, "dead_letter": 0, "cancelled": 1, "returned": 0,
            }  # fmt: skip
            assert at(found, f"soniq_{kind}_wait_seconds_count", **label) == 6
            assert at(found, f"soniq_{kind}_run_seconds_count", **label) == 6
        opened = scrape(server, OPEN)
        assert {key: opened[key] for key in ever(found)} == ever(found)


def test_histograms_tell_how_long_it_took(backend):
    """Half a second, two minutes and a week, as the triggers tell them."""
    with ours.Dashboard(backend.url, **QUIET) as server:
        backend.execute(
            "INSERT INTO soniq_x_delta (queue, job_name, was, becomes, n, waits) VALUES"
            " ('timed', 'timed', 'queued', 'processing', 4, '450000 120000000 604800000000 0')"
        )
        fold(backend)
        found = scrape(server)
        name = "soniq_queue_wait_seconds"
        buckets = {
            float(dict(labels)["le"]): value
            for (key, labels), value in found.items()
            if key == f"{name}_bucket" and dict(labels)["queue"] == "timed"
        }
        assert len(buckets) == 17
        assert buckets[0.01] == buckets[0.25] == 1
        assert buckets[0.5] == buckets[60.0] == 2
        assert buckets[300.0] == buckets[86400.0] == 3
        assert buckets[math.inf] == at(found, f"{name}_count", queue="timed") == 4
        assert abs(at(found, f"{name}_sum", queue="timed") - 604920.45) < 1
        assert [buckets[le] for le in sorted(buckets)] == sorted(buckets.values())


def age(database, years: int) -> None:
    """All that was kept happened years ago, and it is time to look for what is too old."""
    shift = f"interval '{years * 366} days'" if database.kind == "postgresql" else None
    shift = shift or str(years * 366 * 86400 * 1_000_000)
    database.execute(f"UPDATE soniq_x_rollup SET at = at - {shift} WHERE span > 0")
    for column in ("pruned_at", "sampled_at"):
        database.execute(f"UPDATE soniq_x_state SET {column} = {column} - {shift}")


def old_spans(database) -> int:
    """Those kept for longer than the year that is the default; samples make new ones."""
    first = "now() - interval '400 days'"
    if database.kind == "sqlite":
        first = str(int((time.time() - 400 * 86400) * 1e6))
    return database.value(f"SELECT count(*) FROM soniq_x_rollup WHERE span > 0 AND at < {first}")


def assert_grown(before: dict, after: dict) -> None:
    assert set(before) <= set(after), set(before) - set(after)
    fallen = {key: (value, after[key]) for key, value in before.items() if after[key] < value}
    assert fallen == {}


def test_counters_never_fall(backend):
    """Not while more happens, not when the spans they were made of are deleted, nor when the
    dashboard or the rows of the jobs go."""
    lives = Lives(backend)
    before = {}
    for number in range(4):
        with ours.Dashboard(backend.url) as server:
            for name in ("a", "b", f"c{number}"):
                lives.delete(lives.run(f"queue-{name}", f"type.{name}"))
            fold(backend)
            after = ever(scrape(server))
            assert_grown(before, after)
            assert sum(after.values()) > sum(before.values())
            before = after
            age(backend, 2)
            wait_until(
                lambda: not old_spans(backend),
                "what is two years old is deleted",
            )
            after = ever(scrape(server))
            assert_grown(before, after)
            before = after
    assert at(before, "soniq_queue_arrived_total", queue="queue-a") == 4
    assert at(before, "soniq_type_ended_total", job_name="type.b", outcome="done") == 4


def test_of_many_names_the_later_ones_are_others(pg_sample):
    """Labels are few whatever names there are, and stay whose they are."""
    with ours.Dashboard(pg_sample.url, **QUIET) as server:
        before = {}
        for number in (150, 300, 1200):
            pg_sample.execute(
                "INSERT INTO soniq_jobs (id, job_name, args, status, queue) SELECT"
                " gen_random_uuid(), 'n' || i, '{}', 'queued', 'q' || i"
                " FROM generate_series(1, %s) AS i",
                number,
            )
            fold(pg_sample)
            after = ever(scrape(server))
            assert_grown(before, after)
            before = after
        queues = {dict(labels)["queue"] for name, labels in before if "_queue_arr" in name}
        types = {dict(labels)["job_name"] for name, labels in before if "_type_arr" in name}
        assert (len(queues), len(types)) == (201, 101)
        assert "(others)" in queues & types
        arrived = {key[1]: n for key, n in before.items() if key[0] == "soniq_queue_arrived_total"}
        assert sum(arrived.values()) >= 150 + 300 + 1200
        if shutil.which("promtool"):
            text = server.http.get("/metrics").text
            done = subprocess.run(
                ["promtool", "check", "metrics"], input=text.encode(), capture_output=True
            )
            assert done.returncode == 0, done.stdout + done.stderr


HOSTILE = ('quo"ted', "two\nlines", "back\\slash\\n", "(others)", "a} 1\nb 2", "ü" * 200)


@pytest.mark.parametrize("accept", ["text/plain", OPEN])
def test_hostile_names(backend, accept):
    with ours.Dashboard(backend.url, **QUIET) as server:
        lives = Lives(backend)
        for name in HOSTILE:
            lives.run(name, name)
        fold(backend)
        found = scrape(server, accept)
        for name in HOSTILE:
            assert at(found, "soniq_queue_arrived_total", queue=name) == 1
            assert at(found, "soniq_type_run_seconds_count", job_name=name) == 1


def test_how_far_it_has_come(backend):
    with ours.Dashboard(backend.url, **QUIET) as server:
        fold(backend)
        found = scrape(server)
        assert at(found, "soniq_history_up") == 1
        assert (
            at(found, "soniq_history_unfolded_rows") == at(found, "soniq_history_lag_seconds") == 0
        )
        assert at(found, "soniq_history_recount_due") == 0
        Lives(backend).enqueue()
        minute = "interval '1 minute'" if backend.kind == "postgresql" else "60000000"
        backend.execute(f"UPDATE soniq_x_delta SET at = at - {minute}")
        backend.execute("UPDATE soniq_x_state SET recount_due = 'a test'")
        found = scrape(server)
        assert at(found, "soniq_history_unfolded_rows") == 1
        assert 59 < at(found, "soniq_history_lag_seconds") < 120
        assert at(found, "soniq_history_recount_due") == 1
        sizes = [labels for name, labels in found if name == "soniq_history_size_bytes"]
        assert len(sizes) == (6 if backend.kind == "postgresql" else 0)


def test_the_keeper_tells_what_it_does(backend):
    with ours.Dashboard(backend.url) as server:
        Lives(backend).run()
        wait_until(
            lambda: at(scrape(server), "soniq_keeper_folded_rows_total") >= 3, "it has folded"
        )
        found = scrape(server)
        assert at(found, "soniq_keeper_up") == 1
        assert at(found, "soniq_keeper_turns_total") >= 1
        assert at(found, "soniq_keeper_failures_total") == 0
        assert at(found, "soniq_keeper_busy_seconds_total") > 0


def test_without_a_history_it_is_left_out(backend):
    ours.ok("setup", "--remove-history", url=backend.url)
    with ours.Dashboard(backend.url) as server:
        wait_until(
            lambda: at(scrape(server), "soniq_keeper_failures_total") >= 1, "it was looked for"
        )
        found = scrape(server)
        assert at(found, "soniq_history_up") == at(found, "soniq_keeper_up") == 0
        assert ever(found) == {}
        assert ("soniq_history_lag_seconds", frozenset()) not in found
        assert at(found, "soniq_database_up") == 1
