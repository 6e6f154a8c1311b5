"""soniq demo: alive by itself, and gone without a trace."""

import contextlib
import os
import re
import signal
import sqlite3
import subprocess

import httpx
import pytest

from support import ours
from support.processes import Child
from support.waiting import wait_until


class Demo:
    def __init__(self, folder, *arguments, **settings):
        self.folder = folder
        self.child = Child(
            [ours.binary(), "demo", "--port", "0", *arguments],
            env=ours.environment(**settings) | {"TMPDIR": str(folder)},
            cwd=folder,
            name="soniq demo",
        )
        said = self.child.wait_for_line("Press Ctrl+C to stop")
        self.base = re.search(r"http://\S+", said)[0]

    def get(self, path: str):
        answer = httpx.get(f"{self.base}{path}", timeout=30, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str) -> httpx.Response:
        return httpx.post(
            f"{self.base}{path}", headers={"X-Soniq-Request": "1"}, timeout=30, trust_env=False
        )

    def end(self, number=signal.SIGTERM) -> None:
        if self.child.running:
            self.child.process.send_signal(number)
        assert self.child.wait(30) == 0, self.child.said()
        ours.assert_no_report(self.child.stderr())


@pytest.fixture
def demo(tmp_path):
    started = []

    def start(*arguments, **settings):
        started.append(Demo(tmp_path, *arguments, **settings))
        return started[-1]

    yield start
    for one in started:
        one.end()


def test_it_is_alive(demo):
    play = demo()
    assert "This is a play" in play.child.stdout()
    assert play.child.stdout().count("http://127.0.0.1:") == 1
    before = play.get("/api/stats")
    assert before["queued"] > 0
    assert before["done"] > 1000
    assert before["dead_letter"] > 10

    def happens(what, condition):
        wait_until(lambda: condition(play.get("/api/stats")), what)

    happens("jobs are worked on", lambda now: now["processing"] > 1)
    happens("jobs are done", lambda now: now["done"] > before["done"] + 5)
    assert play.get("/api/session")["may_write"] is True


def test_every_page_has_something_to_show(demo):
    play = demo()
    queues = {row["queue"]: row for row in play.get("/api/queues")}
    assert queues["reports"]["live_workers"] == 0
    assert queues["reports"]["ready"] >= 10
    workers = {row["hostname"]: row for row in play.get("/api/workers/stats")["workers"]}
    assert [name for name, row in workers.items() if row["stale"]] == ["gpu-2"]
    assert workers["web-1"]["version"] == "demo"
    wait_until(
        lambda: any(
            row["cpu_percent"] and row["current_jobs"] and not row["stale"]
            for row in play.get("/api/workers/stats")["workers"]
        ),
        "a worker tells what it uses and does",
    )
    assert {row["status"] for row in play.get("/api/schedules")} == {"active", "paused"}
    assert sum(1 for hour in play.get("/api/jobs/timeline") if hour["completed"]) > 20
    assert len(play.get("/api/jobs/types")) >= 8
    skewed = {row["job_name"] for row in play.get("/api/tasks/drift")["skewed_names"]}
    assert "reports.yearly" in skewed
    reasons = {row["dead_letter_reason"] for row in play.get("/api/dead-letter?limit=200")}
    assert reasons == {"max_retries_exceeded", "job_not_found"}


def test_failures_make_groups(demo):
    """Of several kinds and places, each of more than one number."""
    play = demo()
    groups = play.get("/api/dead-letter/groups")
    frames = {group["frame"] for group in groups}
    assert {"gateway.py:charge", "partners.py:sync", "images.py:resize"} <= frames
    assert any("<n>" in group["message"] for group in groups if group["count"] > 1)
    errors = [row["last_error"] for row in play.get("/api/dead-letter?limit=200")]
    assert len(set(errors)) > len(groups) and not any("%d" in error for error in errors)
    group = next(group for group in groups if group["frame"] == "images.py:resize")
    done = play.post(
        f"/api/dead-letter/groups/{group['signature']}/replay?before={group['last_seen']}"
    )
    assert done.json()["done"] >= group["count"] > 1


def test_one_may_play_along(demo):
    play = demo()
    dead = play.get("/api/dead-letter?limit=1")[0]
    answer = play.post(f"/api/dead-letter/{dead['id']}/replay")
    assert answer.status_code == 200
    assert play.get(f"/api/jobs/{answer.json()['job_id']}")["job_name"] == dead["job_name"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_leaves_nothing_behind(demo, tmp_path, number):
    play = demo()
    (folder,) = os.listdir(tmp_path)
    assert folder.startswith("soniq-demo-")
    assert (tmp_path / folder).stat().st_mode & 0o077 == 0
    play.end(number)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.1, 0.3])
def test_a_signal_during_the_start_is_not_lost(tmp_path, delay):
    """Whenever it comes: nothing is left behind."""
    child = Child(
        [ours.binary(), "demo", "--port", "0"],
        env=ours.environment() | {"TMPDIR": str(tmp_path)},
        cwd="/",
        name="soniq demo",
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(delay)
    assert child.running, child.said()
    child.process.send_signal(signal.SIGINT)
    child.wait(60)
    ours.assert_no_report(child.stderr())
    assert os.listdir(tmp_path) == []


def test_keep_keeps_the_file(demo, tmp_path):
    play = demo("--keep")
    play.end()
    kept = re.search(r"Kept (\S+demo\.db);", play.child.stdout())[1]
    with sqlite3.connect(kept) as connection:
        ((n,),) = connection.execute("SELECT count(*) FROM soniq_jobs")
        alive = connection.execute("SELECT hostname FROM soniq_workers WHERE status = 'active'")
        assert alive.fetchall() == []
    assert n > 1000
    assert ours.ok("status", "--json", url=kept).json()["stats"]["total"] == n


def test_settings_for_real_use_do_not_reach_it(demo):
    play = demo(
        dashboard_host="0.0.0.0",
        dashboard_unix="missing/s",
        dashboard_api_key="k" * 40,
        database_url="postgresql://127.0.0.1:1/x",
    )
    assert play.base.startswith("http://127.0.0.1:")
    assert play.get("/api/session")["auth_required"] is False


def test_as_one_document(tmp_path):
    child = Child(
        [ours.binary(), "demo", "--port", "0", "--json"],
        env=ours.environment() | {"TMPDIR": str(tmp_path)},
        cwd="/",
    )
    try:
        said = child.wait_for_line("\n")
    finally:
        assert child.stop() == 0, child.said()
    assert said == child.stdout()
    assert said.startswith('{"url":"http://127.0.0.1:')
