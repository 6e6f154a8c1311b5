"""The Python package: FastAPI, Starlette and Django, under uvicorn and hypercorn."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from support import ours, wheel
from support.events import Events
from support.paths import ROOT, SUPPORT
from support.python_mounts import PREFIX, PythonMount
from support.sample import dead_id, job_id
from support.waiting import wait_until

SERVED = [
    ("fastapi", "uvicorn"),
    ("starlette", "hypercorn"),
    ("django", "uvicorn"),
    ("alone", "hypercorn"),
]
OWN = {"fastapi": "fastapi", "starlette": "starlette", "django": "django"}


def script(url, *arguments, python=None, path=None, timeout=120):
    """without_server.py, to its end; what it found."""
    own = {"PATH": os.environ["PATH"], "MOUNT_URL": url, "PYTHONPATH": str(path or "")}
    command = [str(python or wheel.installed()),
               str(SUPPORT / "python_side" / "without_server.py"), *arguments]  # fmt: skip
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("served", SERVED, ids="-".join)
def test_all_of_it_works_where_it_is_mounted(served, pg_sample):
    application, server = served
    with PythonMount(pg_sample.url, application, server, write=True) as mount:
        if application == "alone":
            mount.base, mount.http = mount.host, httpx.Client(
                base_url=mount.host, headers={"X-Soniq-Request": "1"}, trust_env=False
            )
        else:
            assert httpx.get(f"{mount.host}/", trust_env=False).json() == {"host": OWN[application]}
            bare = mount.http.get("", headers={}, follow_redirects=False)
            if bare.status_code in (307, 308):
                assert bare.headers["location"].endswith(f"{PREFIX}/")
        page = mount.http.get("/")
        assert page.status_code == 200 and '<base href="./">' in page.text
        for asset in re.findall(r'(?:src|href)="(assets/[^"]+)"', page.text):
            assert mount.http.get(f"/{asset}").status_code == 200, asset
        deep = mount.http.get(f"/jobs/{job_id(1)}")
        assert deep.status_code == 200 and '<base href="./../">' in deep.text
        with ours.Dashboard(pg_sample.url) as own:
            for path in ("/api/stats", "/api/jobs?limit=5", f"/api/jobs/{job_id(2)}"):
                assert mount.get(path) == own.get(path), path
        first = mount.http.get("/api/jobs?limit=3")
        known = {"If-None-Match": first.headers["ETag"]}
        again = mount.http.get("/api/jobs?limit=3", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert mount.http.head("/api/stats").content == b""
        wrong = mount.http.get("/api/jobs?limit=0")
        assert wrong.status_code == 422 and wrong.json()["parameter"] == "limit"
        assert mount.http.get("/api/nothing").status_code == 404
        lines = mount.http.get("/api/jobs/export?format=jsonl").text.splitlines()
        assert len(lines) == mount.get("/api/stats")["total"]
        cancelled = mount.http.post(f"/api/jobs/{job_id(4)}/cancel")
        assert cancelled.status_code == 200, cancelled.text
        replayed = mount.http.post(f"/api/dead-letter/{dead_id(1)}/replay")
        assert replayed.status_code == 200 and replayed.json()["job_id"]
        forged = httpx.post(f"{mount.base}/api/jobs/{job_id(8)}/cancel", trust_env=False)
        assert forged.status_code == 403
        foreign = mount.http.delete(
            f"/api/jobs/{job_id(8)}", headers={"Origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
        large = mount.http.post(f"/api/jobs/{job_id(8)}/cancel", content=b"x" * 200_000)
        assert large.status_code == 413


@pytest.mark.parametrize("server", ["uvicorn", "hypercorn"])
def test_a_change_comes_by_the_stream_and_a_stream_does_not_hold_up_the_end(server, pg_sample):
    with PythonMount(pg_sample.url, server=server, write=True) as mount:
        path = mount.base.removeprefix(mount.host) + "/api/events?topics=stats"
        with Events(mount.port, path) as events:
            assert events.status == 200
            before = _stats(events)
            mount.http.delete(f"/api/jobs/{job_id(3)}")
            wait_until(lambda: _stats(events) != before, "the change is told")
            mount.child.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            mount.child.wait(30)
            assert time.monotonic() - began < 20


def _stats(events) -> dict:
    raw = events._until(b"\n\n", time.monotonic() + 30).decode()
    found = re.search(r"^data: (.*)$", raw, re.M)
    return json.loads(found[1]).get("data", {}) if found else {}


def test_it_ends_with_the_lifespan_of_the_application(pg_sample):
    with PythonMount(pg_sample.url, "lifespan") as mount:
        with mount.http.stream("GET", "/api/events?topics=stats") as stream:
            assert stream.status_code == 200
            next(stream.iter_lines())
    said = mount.child.stderr()
    assert "before its end 1 open" in said and "after its end 0 open" in said, said


def test_several_workers_each_have_their_own(pg_sample):
    with PythonMount(pg_sample.url, workers=2) as mount:
        instances = set()

        def ask():
            with mount.client() as http:
                instances.add(http.get("/api/stats").headers["Soniq-Instance"])
            return len(instances) == 2

        wait_until(ask, "both workers have answered")


def test_the_application_refuses_before_anything_of_ours_is_asked(lite):
    with PythonMount(lite.url, write=True, tokens=True) as mount:
        with httpx.Client(base_url=mount.base, trust_env=False) as stranger:
            for path in ("/", "/api/stats", "/api/events", "/health", "/nothing"):
                answer = stranger.get(path)
                assert (answer.status_code, answer.text) == (401, "the application says no")
                assert "Soniq-Instance" not in answer.headers
        with mount.client("an-admin") as admin:
            assert admin.get("/api/stats").status_code == 200


def test_what_a_role_may_do(lite):
    with PythonMount(lite.url, write=True, tokens=True) as mount:
        wanted = {"a-nobody": (403, 403, 403), "a-viewer": (200, 403, 403),
                  "an-operator": (200, 200, 403), "an-admin": (200, 409, 200)}  # fmt: skip
        for token, expected in wanted.items():
            with mount.client(token) as http:
                found = (
                    http.get("/api/stats").status_code,
                    http.post(f"/api/jobs/{job_id(4)}/cancel").status_code,
                    http.delete(f"/api/jobs/{job_id(8)}").status_code,
                )
            assert found == expected, token


def test_panels_of_a_soniq_object(pg_sample):
    with PythonMount(pg_sample.url, panels=True) as mount:
        names = [panel["id"] for panel in mount.get("/api/panels")]
        assert names == ["good", "keys", "text", "raising", "slow", "plain", "odd"]
        good = mount.get("/api/panels/good")
        assert good["content"] == {"type": "number", "value": 42, "label": "answers"}
        keys = mount.get("/api/panels/keys")["content"]
        assert keys["type"] == "table" and ["more", "[1, 2]"] in keys["rows"]
        assert mount.get("/api/panels/text")["content"] == {
            "type": "text", "text": "<script>alert(1)</script>",
        }  # fmt: skip
        assert mount.get("/api/panels/plain")["content"]["value"] == 1
        for name, said in (("raising", "the panel is broken"), ("slow", "longer than 1 s"),
                           ("odd", "ValueError")):  # fmt: skip
            answer = mount.http.get(f"/api/panels/{name}")
            assert answer.status_code == 422 and said in answer.json()["detail"], answer.text
        assert mount.http.get("/api/panels/none").status_code == 404


def test_a_database_that_is_not_there_is_503_until_it_is(pg):
    name = pg.free_name("late")
    url = pg.url(name)
    with PythonMount(url) as mount:
        answer = mount.http.get("/api/stats")
        assert answer.status_code == 503, f"{answer.text}\n{mount.child.said()}"
        assert answer.json()["detail"]
        assert mount.http.get("/").status_code == 200
        assert httpx.get(f"{mount.host}/", trust_env=False).status_code == 200
        with pg.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        wait_until(lambda: "tables" in mount.http.get("/api/stats").text, "it has no tables")
        assert mount.http.get("/api/stats").status_code == 503
        ours.ok("setup", "--minimal", url=url)
        wait_until(lambda: mount.http.get("/api/stats").status_code == 200, "it is there")
    with pg.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_client_that_leaves_takes_its_query_along(pg_sample):
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND application_name = 'soniq dashboard' AND datname = current_database()"
    )
    with PythonMount(pg_sample.url) as mount, pg_sample.connect() as connection:
        assert mount.http.get("/api/stats").status_code == 200
        connection.autocommit = False
        connection.execute("LOCK TABLE soniq_jobs IN ACCESS EXCLUSIVE MODE")
        with Events(mount.port, "/health"):
            pass
        gone = _ask_and_leave(mount, f"{PREFIX}/api/jobs/{job_id(1)}",
                              lambda: pg_sample.value(running) == 1)  # fmt: skip
        assert gone
        # The host answers meanwhile, and the query ends long before its timeout of three seconds.
        assert httpx.get(f"{mount.host}/", trust_env=False).status_code == 200
        wait_until(lambda: pg_sample.value(running) == 0, "its query was cancelled")
        connection.rollback()


def _ask_and_leave(mount, path, is_running) -> bool:
    import socket

    with socket.create_connection(("127.0.0.1", mount.port), 10) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_until(is_running, "it runs")
    return True


def test_a_host_without_memory_lives(pg_sample):
    """Where the process may have no more, requests are refused, and come back when it may."""
    pg_sample.execute(
        "UPDATE soniq_jobs SET args = jsonb_build_object('text', repeat('x', 60000))"
        " WHERE status = 'queued'"
    )
    with PythonMount(pg_sample.url) as mount:
        assert mount.http.get("/api/jobs/export?format=jsonl").status_code == 200
        paths = [f"/api/jobs/{job_id(4 * n)}" for n in range(1, 40)]
        # And the largest results that there are (422: more than an answer may be), none twice.
        paths += [f"/api/jobs?limit=1000&offset={n}" for n in range(8)]
        paths += [f"/api/jobs/export?format={kind}" for kind in ("csv", "jsonl")]
        status = Path(f"/proc/{mount.child.pid}/status").read_text()
        now = int(re.search(r"VmSize:\s+(\d+)", status)[1]) * 1024
        before = resource.prlimit(mount.child.pid, resource.RLIMIT_AS)
        resource.prlimit(mount.child.pid, resource.RLIMIT_AS, (now, before[1]))
        with ThreadPoolExecutor(16) as pool:
            found = set(pool.map(lambda path: _status(mount, path), paths * 5))
        assert mount.child.running, mount.child.said()
        assert found <= {0, 200, 422, 500, 503, 504}, found
        resource.prlimit(mount.child.pid, resource.RLIMIT_AS, before)
        wait_until(lambda: _status(mount, "/api/stats") == 200, "it is well again")
        assert httpx.get(f"{mount.host}/", trust_env=False).status_code == 200


def _status(mount, path) -> int:
    """0: the host itself had no memory for a connection."""
    try:
        return mount.http.get(path).status_code
    except httpx.TransportError:
        return 0


def test_thousands_in_flight_do_not_hold_up_the_loop(pg_sample):
    found = script(pg_sample.url, "many", "3000")
    assert found["n"] == 3000 and found["statuses"] in ([200], [200, 503])


def test_what_is_under_way_when_it_is_closed_ends(pg_sample):
    found = script(pg_sample.url, "end")
    assert found["stream"] == 200 and set(found["statuses"]) <= {200, 503}


def test_whom_nobody_knows_may_do_nothing(lite):
    assert script(lite.url, "nobody") == {"status": 403}


def test_a_plain_panel_that_hangs_is_asked_once(lite):
    found = script(lite.url, "hang")
    first, *others = found["given"]
    assert found["asked"] == 1 and found["status"] == 200
    assert first[0] == 422 and "It took longer than 0.3 s" in first[1]
    assert all("has not come back" in said for _, said in others)


def test_loops_and_forks(lite):
    assert script(lite.url, "loops") == {"statuses": [200, 200, 200]}
    assert script(lite.url, "fork") == {"statuses": [200, 200], "child": 0}


def test_mistakes_are_said_in_words(lite):
    name, budget, *types = script(lite.url, "wrong")["said"]
    assert 'no setting "dashboard.database_budge"' in name
    assert "dashboard.database_budget" in budget or "DATABASE_BUDGET" in budget
    assert len(types) == 2 and all("database URL" in said for said in types)


def _python(version) -> str | None:
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    there = [shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python")]
    for python in filter(None, there):
        if subprocess.run([python, "-V"], capture_output=True).returncode == 0:
            return str(python)
    return None


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_one_wheel_is_for_all_versions(version, lite, tmp_path):
    python = _python(version)
    if not python:
        pytest.skip(f"python{version} is not installed")
    wheel.installed()
    zipfile.ZipFile(wheel.built()).extractall(tmp_path)
    found = script(lite.url, "many", "50", python=python, path=tmp_path)
    assert found["statuses"] == [200]


def test_its_types_are_right():
    python = wheel.installed()
    done = subprocess.run(
        [python, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "soniq_dashboard"],
        cwd=ROOT / "python", capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_nothing_else_is_in_the_wheel():
    names = zipfile.ZipFile(wheel.built()).namelist()
    assert all(name.startswith("soniq_dashboard") for name in names), names
    assert "soniq_dashboard/py.typed" in names and "soniq_dashboard/_core.abi3.so" in names
