"""Failures of the real Python worker are grouped as a person would."""

import json

import pytest

from support import ours
from support.soniq_world import SETTINGS, drain

HERE = "world_failing.py"
EACH = 3
# Way to fail: type, and the function in which it happened.
WAYS = {
    "charge": ("Refused", "charge"),
    "lookup": ("KeyError", "lookup"),
    "chained": ("RuntimeError", "chained"),
    "caused": ("RuntimeError", "caused"),
    "parse": ("JSONDecodeError", "parse"),
    "connect": ("URLError", "connect"),
    "missing": ("FileNotFoundError", "missing"),
    "deep": ("RecursionError", "deep"),
    "syntax": ("SyntaxError", "syntax"),
    "group": ("ExceptionGroup", "group"),
    "slow": (None, None),
    # So long that the traceback is cut off where our users' code would come.
    "long": ("ValueError", None),
}


def _failed(server, release):
    database = server.create()
    release.setup(database.url)
    few = SETTINGS | {"max_retries": 0, "job_timeout": 1, "jobs_modules": "world_failing"}
    jobs = [
        [f"fail.{way}", {"n": n}, {"queue": "failing"}] for way in WAYS for n in range(3, 3 + EACH)
    ]
    release.script(database.url, "world_enqueue", json.dumps(jobs), **(few | {"jobs_modules": "x"}))
    drain(release, database, "failing", workers=1, **few)
    return database


@pytest.fixture
def failed(worlds, release):
    database = worlds.copy_of(("failing", release), lambda: _failed(worlds.server, release))
    yield database
    database.drop()


def test_each_way_to_fail_is_one_group(failed, dashboard):
    server = dashboard(failed.url)
    groups = server.get("/api/dead-letter/groups")
    assert failed.value("SELECT count(*) FROM soniq_dead_letter_jobs") == EACH * len(WAYS)
    found = {group["job_names"][0]: group for group in groups}
    assert len(groups) == len(found) == len(WAYS), [(g["job_names"], g["message"]) for g in groups]
    for way, (error_type, function) in WAYS.items():
        group = found[f"fail.{way}"]
        frame = function and f"{HERE}:{function}"
        if way == "long" and group["frame"] == f"{HERE}:job":  # the folder has a short name
            frame = group["frame"]
        assert group["job_names"] == [f"fail.{way}"]
        assert (way, group["count"], group["error_type"], group["frame"]) == (
            way,
            EACH,
            error_type,
            frame,
        )
    assert found["fail.slow"]["message"] == "Job timed out after <time>"


def test_a_group_that_is_replayed_runs_again(failed, release):
    signature = ours.ok("dead-letter", "groups", "--json", url=failed.url).json()[0]["signature"]
    done = ours.ok("dead-letter", "replay", "--group", signature, "--yes", "--json", url=failed.url)
    assert done.json()["count"] == EACH
    assert failed.value("SELECT count(*) FROM soniq_jobs WHERE status = 'queued'") == EACH
    few = SETTINGS | {"max_retries": 0, "job_timeout": 1, "jobs_modules": "world_failing"}
    drain(release, failed, "failing", workers=1, **few)
    again = ours.ok("dead-letter", "groups", "--json", url=failed.url).json()[0]
    assert (again["signature"], again["count"], again["replayed"]) == (signature, 2 * EACH, EACH)
