"""What ours did to a job is then handled right by the Python worker."""

import json
import uuid
from pathlib import Path

import pytest

from support import ours
from support.soniq_world import REGISTERED, SETTINGS, drain, worker
from support.waiting import wait_until

QUEUE = "actions"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MAIL = ["mail.send", {"to": "a@example.org", "subject": "☃"}, {"queue": QUEUE}]
CHARGE = ["pay.charge", {"order": 7}, {"queue": QUEUE, "priority": 33}]
OPEN = "SELECT count(*) FROM soniq_jobs WHERE status IN ('queued', 'processing')"
JOB = "SELECT * FROM soniq_jobs WHERE id = %s"
DEAD = "SELECT * FROM soniq_dead_letter_jobs WHERE id = %s"


class Scene:
    """A database with the Python Soniq at work on it, and ours beside."""

    def __init__(self, release, database, runs):
        self.release, self.database, self.runs_file = release, database, runs

    def enqueue(self, *jobs) -> list[str]:
        said = self.release.script(self.database.url, "world_enqueue", json.dumps(jobs), **SETTINGS)
        return said.split()

    def work(self, repaired: bool = False) -> None:
        """Python workers until nothing is left to do."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WORLD_RUNS", str(self.runs_file))
            patch.setenv("WORLD_REPAIRED", "1" if repaired else "")
            drain(self.release, self.database, QUEUE, workers=1)

    def runs(self) -> list[tuple[str, int]]:
        """(job id, attempt) of every run of a handler."""
        if not self.runs_file.exists():
            return []
        lines = self.runs_file.read_text(encoding="utf-8").splitlines()
        return [(line.split()[0], int(line.split()[1])) for line in lines]

    def dead_letter(self) -> str:
        """The job that the Python worker has given up."""
        return self.database.value("SELECT id::text FROM soniq_dead_letter_jobs")

    def column(self, job: str, *names: str) -> tuple:
        return self.database.row(f"SELECT {', '.join(names)} FROM soniq_jobs WHERE id = %s", job)


def _with_dead_letter(server, release):
    """A database in which one job was tried as often as it may be."""
    database = server.create()
    release.setup(database.url)
    scene = Scene(release, database, Path("/dev/null"))
    (job,) = scene.enqueue(CHARGE)
    scene.work()
    assert scene.dead_letter() == job and not database.rows(JOB, job)
    return database


@pytest.fixture
def scene(worlds, release, tmp_path):
    key = ("dead letter", release)
    database = worlds.copy_of(key, lambda: _with_dead_letter(worlds.server, release))
    yield Scene(release, database, tmp_path / "runs")
    database.drop()


@pytest.fixture
def writer(scene, dashboard):
    return dashboard(scene.database.url, write=True).http


# --- what ours did holds ---


def test_cancelled_job_never_runs(scene, writer):
    cancelled, other = scene.enqueue(MAIL, MAIL)
    answer = writer.post(f"/api/jobs/{cancelled}/cancel")
    assert answer.status_code == 200, answer.text
    scene.work()
    assert scene.runs() == [(other, 1)]
    status = ("status", "attempts", "worker_id", "result", "last_error")
    assert scene.column(cancelled, *status) == ("cancelled", 0, None, None, None)
    assert scene.column(other, "status") == ("done",)


def test_cancelled_job_no_longer_holds_its_key(scene, writer):
    """Unique among queued jobs: after the cancel Python may enqueue its twin."""
    digest = ["mail.digest", {"day": "2026-05-06"}, {"queue": QUEUE}]
    first, again = scene.enqueue(digest, digest)
    assert first == again
    assert writer.post(f"/api/jobs/{first}/cancel").status_code == 200
    (twin,) = scene.enqueue(digest)
    assert twin != first
    scene.work()
    assert scene.runs() == [(twin, 1)]


def test_replayed_job_runs_to_its_end(scene, writer):
    dead = scene.dead_letter()
    before = scene.database.row(DEAD, dead)
    answer = writer.post(f"/api/dead-letter/{dead}/replay")
    assert answer.status_code == 200, answer.text
    new = answer.json()["job_id"]
    _assert_replayed(scene, dead, new, before)
    scene.work(repaired=True)
    assert (new, 1) in scene.runs()
    status, result = scene.column(new, "status", "result")
    assert (status, result) == ("done", {"order": 7, "charged": True})
    assert scene.database.rows(DEAD, dead), "the dead letter stays"


def test_replayed_job_that_fails_again_is_dead_again(scene, writer):
    """It needs an id of its own: under the old one Python could not move it."""
    dead = scene.dead_letter()
    new = writer.post(f"/api/dead-letter/{dead}/replay").json()["job_id"]
    scene.work()
    assert not scene.database.rows(JOB, new)
    reasons = "SELECT id::text, dead_letter_reason, attempts, resurrection_count"
    rows = scene.database.rows(f"{reasons} FROM soniq_dead_letter_jobs")
    assert sorted(rows) == sorted(
        [(dead, "max_retries_exceeded", 3, 1), (new, "max_retries_exceeded", 3, 0)]
    )


def test_replay_by_the_command_line(scene):
    dead = scene.dead_letter()
    before = scene.database.row(DEAD, dead)
    url = scene.database.url
    ours.ok("dead-letter", "replay", dead, "--database-url", url)
    new = str(scene.database.value("SELECT id FROM soniq_jobs"))
    _assert_replayed(scene, dead, new, before)
    scene.work(repaired=True)
    assert scene.column(new, "status") == ("done",)


def test_replay_wakes_a_python_worker(scene, writer):
    """It listens on soniq_new_job for the name of a queue."""
    dead = scene.dead_letter()
    with scene.database.connect() as listener:
        listener.execute("LISTEN soniq_new_job")
        assert writer.post(f"/api/dead-letter/{dead}/replay").status_code == 200
        heard = list(listener.notifies(timeout=10, stop_after=1))
    assert [(note.channel, note.payload) for note in heard] == [("soniq_new_job", QUEUE)]


def test_python_sees_the_replay(scene, writer):
    """Its own command line and library read what ours wrote."""
    dead = scene.dead_letter()
    new = writer.post(f"/api/dead-letter/{dead}/replay").json()["job_id"]
    shown = scene.release.run(scene.database.url, "status", "--jobs")
    assert shown.returncode == 0 and new[:8] in shown.stdout, shown.stdout
    (again,) = scene.release.script(scene.database.url, "world_replay", dead, **SETTINGS).split()
    assert again != new
    count = "SELECT resurrection_count FROM soniq_dead_letter_jobs WHERE id = %s"
    assert scene.database.value(count, dead) == 2


def test_deleted_job_is_gone(scene, writer):
    deleted, other = scene.enqueue(MAIL, MAIL)
    answer = writer.delete(f"/api/jobs/{deleted}")
    assert answer.status_code == 200, answer.text
    assert writer.delete(f"/api/jobs/{deleted}").status_code == 404
    scene.work()
    assert scene.runs() == [(other, 1)]
    assert not scene.database.rows(JOB, deleted)


def test_deleted_dead_letter_is_gone(scene, writer):
    dead = scene.dead_letter()
    answer = writer.delete(f"/api/dead-letter/{dead}")
    assert answer.status_code == 200, answer.text
    assert not scene.database.rows(DEAD, dead)
    said = scene.release.script(scene.database.url, "world_replay", dead, **SETTINGS)
    assert said.split() == ["None"]


def test_delete_by_the_command_line(scene):
    dead = scene.dead_letter()
    ours.ok("dead-letter", "delete", dead, "--database-url", scene.database.url)
    assert not scene.database.rows(DEAD, dead)


def _assert_replayed(scene, dead, new, before) -> None:
    """The row that a Python replay would have made, and the count on the dead letter."""
    row = scene.column(
        new, "job_name", "args", "status", "attempts", "max_attempts", "queue", "priority",
        "args_hash", "dedup_key", "unique_job", "worker_id", "last_error", "result", "expires_at",
        "scheduled_at <= now()",
    )  # fmt: skip
    assert row == (
        "pay.charge", {"order": 7}, "queued", 0, 3, QUEUE, 33,
        None, None, False, None, None, None, None,
        True,
    )  # fmt: skip
    assert new != dead and uuid.UUID(new).version == 8
    count, last = "resurrection_count", "last_resurrection_at"
    query = f"SELECT {count}, {last} IS NOT NULL FROM soniq_dead_letter_jobs WHERE id = %s"
    assert scene.database.row(query, dead) == (1, True)
    with scene.database.connect() as connection:
        columns = [c.name for c in connection.execute(DEAD, [dead]).description]
    after = scene.database.row(DEAD, dead)
    changed = {n for n, old, now in zip(columns, before, after, strict=True) if old != now}
    assert changed == {count, last}


# --- what ours refused left no trace ---


def everything(database) -> list:
    """All rows of the two tables that hold jobs, as text."""
    return [
        database.rows(f"SELECT t::text, xmin::text FROM {table} t ORDER BY 1")
        for table in ("soniq_jobs", "soniq_dead_letter_jobs")
    ]


ONE_OF = {
    state: f"SELECT id::text FROM soniq_jobs WHERE status = '{state}' ORDER BY id LIMIT 1"
    for state in ("queued", "processing", "done", "cancelled")
}
ONE_DEAD = "SELECT id::text FROM soniq_dead_letter_jobs ORDER BY id LIMIT 1"


@pytest.mark.parametrize("state", ["processing", "done", "cancelled"])
def test_cancel_of_what_is_not_queued(world, dashboard, state):
    writer = dashboard(world.url, write=True).http
    before = everything(world)
    answer = writer.post(f"/api/jobs/{world.value(ONE_OF[state])}/cancel")
    assert answer.status_code == 409
    assert answer.json()["state"] == state
    assert everything(world) == before


def test_write_of_what_is_not_there(world, dashboard):
    writer = dashboard(world.url, write=True).http
    before = everything(world)
    for method, path in (
        ("POST", f"/api/jobs/{UNKNOWN}/cancel"),
        ("DELETE", f"/api/jobs/{UNKNOWN}"),
        ("POST", f"/api/dead-letter/{UNKNOWN}/replay"),
        ("DELETE", f"/api/dead-letter/{UNKNOWN}"),
        ("POST", f"/api/dead-letter/{world.value(ONE_OF['queued'])}/replay"),
    ):
        assert writer.request(method, path).status_code in (404, 409), (method, path)
    assert everything(world) == before


def test_no_write_without_write_mode(world, dashboard):
    reader = dashboard(world.url).http
    before = everything(world)
    queued, dead = world.value(ONE_OF["queued"]), world.value(ONE_DEAD)
    for method, path in (
        ("POST", f"/api/jobs/{queued}/cancel"),
        ("DELETE", f"/api/jobs/{queued}"),
        ("POST", f"/api/dead-letter/{dead}/replay"),
        ("DELETE", f"/api/dead-letter/{dead}"),
    ):
        assert reader.request(method, path).status_code == 403, (method, path)
    assert everything(world) == before


def test_command_line_says_when_it_did_nothing(world):
    """The Python tool exits with 0 although nothing was replayed."""
    before = everything(world)
    for action in ("replay", "delete"):
        result = ours.run("dead-letter", action, UNKNOWN, "--database-url", world.url)
        assert result.code != 0 and UNKNOWN in result.stderr, result
    assert everything(world) == before


def test_job_is_cancelled_while_a_worker_reaches_for_it(scene, writer):
    """Either the cancel wins and it never runs, or the worker does and the cancel is refused."""
    jobs = scene.enqueue(*[["race.step", {}, {"queue": QUEUE}]] * 120)
    claimed = "SELECT count(*) FROM soniq_jobs WHERE status <> 'queued'"
    answers = {}
    with worker(scene.release, scene.database, QUEUE):
        wait_until(lambda: scene.database.value(REGISTERED) > 0, "the worker is there")
        wait_until(lambda: scene.database.value(claimed) > 0, "the worker has begun")
        for job in reversed(jobs):
            answers[job] = writer.post(f"/api/jobs/{job}/cancel").status_code
        wait_until(lambda: scene.database.value(OPEN) == 0, "no job is open")
    rows = dict(scene.database.rows("SELECT id::text, status FROM soniq_jobs"))
    expected = {job: "cancelled" if code == 200 else "done" for job, code in answers.items()}
    assert rows == expected
    assert set(answers.values()) <= {200, 409}
