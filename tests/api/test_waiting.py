"""Locks, slow answers, files that are exchanged: who waits, how long, and who is let go."""

import contextlib
import os
import re
import signal
import socket
import time

import pytest

from support import ours
from support.asking import in_parallel, recovers
from support.gate import PATH as SLOW
from support.gate import Gate
from support.sample import job_id
from support.waiting import wait_until
from support.wire import Wire

OURS = {"X-Soniq-Request": "1"}
# From memory, whatever the database does.
STEADY = ("/", "/jobs", "/health", "/api/session", "/api/panels", "/api/openapi.json")


# --- locks, and who waits ---


def test_locked_table(pg_sample):
    """What another session holds is waited for, but not long."""
    with ours.Dashboard(pg_sample.url, write=True) as server:
        wire = Wire(server.port)
        with pg_sample.connect() as other:
            other.autocommit = False
            other.execute("LOCK TABLE soniq_jobs IN ACCESS EXCLUSIVE MODE")
            paths = ["/api/jobs", "/api/tasks/drift", f"/api/jobs/{job_id(1)}"]
            requests = [("GET", path) for path in paths]
            answers = in_parallel(
                server.port, [*requests, ("DELETE", f"/api/jobs/{job_id(4)}")], OURS
            )()
            for answer, took in answers:
                assert answer.status in (503, 504), answer.text
                assert took < 9 and "lock" in answer.text or answer.status == 504
            assert wire.ask("GET", "/health").status == 200
            assert wire.ask("GET", "/api/dead-letter").status == 200
            assert wire.ask("GET", "/api/stats").status == 200  # what the history tells
        recovers(wire, "/api/jobs?limit=1")
        assert wire.ask("GET", f"/api/jobs/{job_id(4)}").status == 200
        wire.close()


def test_locked_file(lite):
    """A writer holds it: reads go on beside, writes say that they are busy."""
    with ours.Dashboard(lite.url, write=True) as server:
        wire = Wire(server.port)
        with lite.connect() as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE soniq_jobs SET priority = 7")
            assert wire.ask("GET", "/api/jobs").status == 200
            begun = time.monotonic()
            answer = wire.ask("DELETE", f"/api/jobs/{job_id(4)}", OURS)
            assert answer.status in (503, 504) and time.monotonic() - begun < 12, answer.text
            other.execute("ROLLBACK")
        assert wire.ask("DELETE", f"/api/jobs/{job_id(4)}", OURS).status == 200
        wire.close()


@pytest.fixture
def slow(pg_sample):
    """(gate, server): the schedules are answered when the gate is open."""
    gate = Gate(pg_sample)
    with ours.Dashboard(pg_sample.url, dashboard_statement_timeout="60s") as server:
        yield gate, server


def test_client_that_leaves_takes_its_query_with_it(slow):
    gate, server = slow
    with gate.shut():
        client = socket.create_connection(("127.0.0.1", server.port))
        host = f"Host: 127.0.0.1:{server.port}"
        client.sendall(f"GET {SLOW} HTTP/1.1\r\n{host}\r\n\r\n".encode())
        gate.wait_running(1)
        client.close()
        left = time.monotonic()
        gate.wait_running(0)
        # Long before anything else would have ended it: 10 s for the request, 60 s for the query.
        assert time.monotonic() - left < 5
    assert server.http.get(SLOW).status_code == 200


def test_one_of_two_clients_leaves(slow):
    """The query goes on for the other."""
    gate, server = slow
    with gate.shut():
        answers = in_parallel(server.port, [("GET", SLOW)])
        gate.wait_running(1)
        client = socket.create_connection(("127.0.0.1", server.port))
        host = f"Host: 127.0.0.1:{server.port}"
        client.sendall(f"GET {SLOW} HTTP/1.1\r\n{host}\r\n\r\n".encode())
        time.sleep(0.3)
        client.close()
        time.sleep(0.3)
        assert gate.running() == 1
    ((answer, _),) = answers()
    assert answer.status == 200


def test_equal_reads_are_one_query(slow):
    gate, _ = slow
    database = gate.database
    database.execute(f"ALTER DATABASE \"{database.name}\" SET log_statement = 'all'")
    with ours.Dashboard(database.url, dashboard_statement_timeout="60s") as server:
        before = database.server.log().count("execute schedule_list")
        with gate.shut():
            answers = in_parallel(server.port, [("GET", SLOW)] * 50)
            gate.wait_running(1)
            time.sleep(0.5)
            assert gate.running() == 1
        answers = answers()
        assert {answer.status for answer, _ in answers} == {200}
        assert len({answer.body for answer, _ in answers}) == 1
        asked = database.server.log().count("execute schedule_list") - before
        # The gate's own statements are logged as well, but none of them is this one.
        assert asked == 1


def test_too_many_questions(slow):
    """Three are asked, 64 wait, the rest is told to come again; nothing else suffers."""
    gate, server = slow
    wire = Wire(server.port)
    with gate.shut():
        answers = in_parallel(server.port, [("GET", f"{SLOW}?limit={n}") for n in range(1, 101)])
        gate.wait_running(3)
        wait_until(lambda: wire.ask("GET", "/api/jobs").status == 503, "the queue is full")
        busy = wire.ask("GET", "/api/jobs")
        if busy.status == 503:
            assert int(busy.header("Retry-After")) > 0
        assert gate.running() <= 3
        for path in STEADY:
            assert wire.ask("GET", path).status == 200
    statuses = [answer.status for answer, _ in answers()]
    assert set(statuses) <= {200, 503, 504} and 503 in statuses
    assert statuses.count(200) >= 60
    recovers(wire, "/api/jobs?limit=1")
    wire.close()


def test_request_that_takes_too_long(slow):
    gate, server = slow
    with gate.shut():
        answer = server.http.get(SLOW)
        assert answer.status_code == 504
        # The request's time and its statement's end together: whichever is heard of first.
        assert re.search("10 s|too long and was stopped", answer.json()["detail"])
        gate.wait_running(0)


def test_statement_that_takes_too_long(pg_sample):
    gate = Gate(pg_sample)
    with ours.Dashboard(pg_sample.url, dashboard_statement_timeout="500ms") as server:
        with gate.shut():
            begun = time.monotonic()
            answer = server.http.get(SLOW)
            assert answer.status_code == 504 and "too long" in answer.json()["detail"]
            assert time.monotonic() - begun < 5
        assert server.http.get(SLOW).status_code == 200


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_end_while_a_query_runs(pg_sample):
    """Told twice to stop: the query is cancelled, and the program ends well."""
    gate = Gate(pg_sample)
    server = ours.Dashboard(pg_sample.url, dashboard_statement_timeout="60s")
    server.wait()
    with gate.shut():
        client = socket.create_connection(("127.0.0.1", server.port))
        host = f"Host: 127.0.0.1:{server.port}"
        client.sendall(f"GET {SLOW} HTTP/1.1\r\n{host}\r\n\r\n".encode())
        gate.wait_running(1)
        server.http.close()
        # The first would let the request end, for 10 s; the second does not wait.
        server.child.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not listens(server.port), "nobody new is taken")
        server.stop()
        gate.wait_running(0)


# --- files ---


def test_file_is_replaced_by_another(samples, lite):
    """The new file is read, not the one that was."""
    other = samples.copy("sqlite")
    other.execute("UPDATE soniq_jobs SET job_name = 'of.another.file'")
    with ours.Dashboard(lite.url, write=True) as server:
        wire = Wire(server.port)
        assert "of.another.file" not in wire.ask("GET", "/api/jobs").text
        os.rename(other.path, lite.path)
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{lite.path}{suffix}")
        recovers(wire, "/api/jobs?limit=1")
        assert "of.another.file" in wire.ask("GET", "/api/jobs?limit=3").text
        assert wire.ask("DELETE", f"/api/jobs/{job_id(4)}", OURS).status == 200
        wire.close()
    assert lite.value("SELECT count(*) FROM soniq_jobs WHERE id = %s", job_id(4)) == 0


def test_file_is_replaced_by_rubbish(lite):
    with ours.Dashboard(lite.url) as server:
        wire = Wire(server.port)
        assert wire.ask("GET", "/api/jobs").status == 200
        away = f"{lite.path}.away"
        os.rename(lite.path, away)
        lite.path.write_bytes(os.urandom(8192))
        for n in range(1, 8):
            answer = wire.ask("GET", f"/api/jobs?limit={n}")
            assert answer.status == 503 and '"detail"' in answer.text
        os.rename(away, lite.path)
        recovers(wire, "/api/jobs?limit=1")
        wire.close()
