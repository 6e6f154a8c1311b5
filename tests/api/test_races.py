"""Many at once: each write is done once, and everybody else is told what is."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import ours
from support.sample import dead_id, job_id

AT_ONCE = 16


@pytest.fixture
def writer(backend):
    with ours.Dashboard(backend.url, write=True) as server:
        yield server


def storm(server, requests) -> list:
    """All of the requests, as many at once as there are hands, begun together."""
    gun = threading.Barrier(min(AT_ONCE, len(requests)))
    clients = threading.local()

    def ask(n_request) -> object:
        n, (method, path) = n_request
        if n < gun.parties:
            gun.wait()
        if not hasattr(clients, "http"):
            clients.http = server.client()
        return clients.http.request(method, path)

    with ThreadPoolExecutor(gun.parties) as pool:
        return list(pool.map(ask, enumerate(requests)))


def codes(answers) -> Counter:
    return Counter(answer.status_code for answer in answers)


def status(backend, id: str) -> list:
    return backend.rows("SELECT status FROM soniq_jobs WHERE id = %s", id)


def test_one_of_many_cancels_is_done(backend, writer):
    answers = storm(writer, [("POST", f"/api/jobs/{job_id(4)}/cancel")] * 40)
    assert codes(answers) == {200: 1, 409: 39}
    assert {a.json()["state"] for a in answers if a.status_code == 409} == {"cancelled"}
    assert status(backend, job_id(4)) == [("cancelled",)]


def test_one_of_many_deletes_is_done(backend, writer):
    answers = storm(writer, [("DELETE", f"/api/jobs/{job_id(4)}")] * 40)
    assert codes(answers) == {200: 1, 404: 39}
    assert status(backend, job_id(4)) == []
    answers = storm(writer, [("DELETE", f"/api/dead-letter/{dead_id(4)}")] * 40)
    assert codes(answers) == {200: 1, 404: 39}
    count = "SELECT count(*) FROM soniq_dead_letter_jobs WHERE id = %s"
    assert backend.value(count, dead_id(4)) == 0


def test_every_replay_is_done(backend, writer):
    """100 asked for are 100 made: no more, no less, and all of them counted."""
    before = backend.value("SELECT count(*) FROM soniq_jobs")
    dead = dead_id(4)
    answers = storm(writer, [("POST", f"/api/dead-letter/{dead}/replay")] * 100)
    assert codes(answers) == {200: 100}
    made = {answer.json()["job_id"] for answer in answers}
    assert len(made) == 100
    assert backend.value("SELECT count(*) FROM soniq_jobs") == before + 100
    marks = ", ".join(["%s"] * 100)
    rows = backend.rows(f"SELECT status, attempts FROM soniq_jobs WHERE id IN ({marks})", *made)
    assert rows == [("queued", 0)] * 100
    query = "SELECT resurrection_count FROM soniq_dead_letter_jobs WHERE id = %s"
    assert backend.value(query, dead) == 100


def test_two_dashboards_replay_together(backend, writer):
    with ours.Dashboard(backend.url, write=True) as other:
        before = backend.value("SELECT count(*) FROM soniq_jobs")
        path = f"/api/dead-letter/{dead_id(4)}/replay"
        answers = []
        threads = [
            threading.Thread(target=lambda s=s: answers.extend(storm(s, [("POST", path)] * 50)))
            for s in (writer, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done = codes(answers)[200]
    assert done > 50 and set(codes(answers)) <= {200, 503}
    assert backend.value("SELECT count(*) FROM soniq_jobs") == before + done
    query = "SELECT resurrection_count FROM soniq_dead_letter_jobs WHERE id = %s"
    assert backend.value(query, dead_id(4)) == done


def test_replay_and_delete_of_a_dead_letter(backend, writer):
    """Replays before the delete are done, those after it find nothing."""
    before = backend.value("SELECT count(*) FROM soniq_jobs")
    path = f"/api/dead-letter/{dead_id(4)}"
    requests = [("POST", f"{path}/replay")] * 20
    requests[7] = requests[12] = ("DELETE", path)
    answers = storm(writer, requests)
    deleted = [answers[7].status_code, answers[12].status_code]
    assert sorted(deleted) == [200, 404]
    replayed = codes([a for n, a in enumerate(answers) if n not in (7, 12)])
    assert set(replayed) <= {200, 404}
    assert backend.value("SELECT count(*) FROM soniq_jobs") == before + replayed[200]


def test_cancel_and_delete_of_a_job(backend, writer):
    path = f"/api/jobs/{job_id(4)}"
    answers = storm(writer, [("POST", f"{path}/cancel"), ("DELETE", path)] * 10)
    assert codes(answers[1::2]) == {200: 1, 404: 9}
    assert set(codes(answers[0::2])) <= {200, 404, 409}
    assert codes(answers[0::2])[200] <= 1
    assert status(backend, job_id(4)) == []


CLAIM = """UPDATE soniq_jobs SET status = 'processing', attempts = attempts + 1
           WHERE id = %s AND status = 'queued'"""


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_claimed_at_the_same_moment(backend, writer, verb):
    """Either the worker has it, and the write is refused; or it never gets it."""
    ids = [job_id(n) for n in range(4, 201, 4)]
    claimed = {}

    def claim() -> None:
        for id in reversed(ids):
            claimed[id] = backend.execute(CLAIM, id)

    worker = threading.Thread(target=claim)
    worker.start()
    path = "/api/jobs/{}/cancel" if verb == "cancel" else "/api/jobs/{}"
    method = "POST" if verb == "cancel" else "DELETE"
    answers = dict(zip(ids, storm(writer, [(method, path.format(id)) for id in ids]), strict=True))
    worker.join()
    for id in ids:
        taken = claimed[id] == 1
        answer = answers[id]
        # The worker can also come before it in time, but never both have the job.
        assert (answer.status_code == 409) == taken, (id, answer.text)
        if taken:
            assert answer.json()["state"] == "processing"
            assert status(backend, id) == [("processing",)]
        else:
            assert status(backend, id) == ([("cancelled",)] if verb == "cancel" else [])


def test_delete_waits_for_a_claim_that_is_not_committed(pg_sample):
    """The row is a worker's in an open transaction: the delete sees how that ends."""
    with ours.Dashboard(pg_sample.url, write=True) as server:

        def delete():
            return server.http.delete(f"/api/jobs/{job_id(8)}")

        for outcome, code in (("COMMIT", 409), ("ROLLBACK", 200)):
            answers = []
            with pg_sample.connect() as worker:
                worker.execute("BEGIN")
                worker.execute(CLAIM, [job_id(8)])
                asking = threading.Thread(target=lambda found=answers: found.append(delete()))
                asking.start()
                waiting = """SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                             AND datname = current_database()"""
                while pg_sample.value(waiting) == 0:
                    pass
                worker.execute(outcome)
                asking.join()
            assert [answer.status_code for answer in answers] == [code]
            pg_sample.execute("UPDATE soniq_jobs SET status = 'queued' WHERE id = %s", job_id(8))


def test_what_was_written_is_seen_at_once(backend, writer):
    """No answer from before a write is given after it."""
    for n in range(4, 45, 4):
        before = writer.get("/api/stats")
        assert writer.http.post(f"/api/jobs/{job_id(n)}/cancel").status_code == 200
        after = writer.get("/api/stats")
        assert after["cancelled"] == before["cancelled"] + 1
        assert after["queued"] == before["queued"] - 1
        assert writer.get(f"/api/jobs/{job_id(n)}")["status"] == "cancelled"


def test_kept_answers_say_so(backend, writer):
    first = writer.http.get("/api/queues")
    kinds = [writer.http.get("/api/queues").headers["soniq-kind"] for _ in range(20)]
    assert first.headers["soniq-kind"] == "exact"
    # Within a second of each other most are the first one again.
    assert "cached" in kinds and set(kinds) <= {"cached", "exact"}
    lists = [writer.http.get("/api/jobs").headers["soniq-kind"] for _ in range(20)]
    assert lists[0] == "exact"
    assert "cached" in lists and set(lists) <= {"cached", "exact"}
    # A job is as it is.
    one = [writer.http.get(f"/api/jobs/{job_id(4)}").headers["soniq-kind"] for _ in range(5)]
    assert set(one) == {"exact"}
