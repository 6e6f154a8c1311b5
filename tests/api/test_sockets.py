"""dashboard --unix: a socket instead of an address; whose it is, and who may do what over it."""

import contextlib
import grp
import os
import shutil
import socket
import stat
import subprocess

import httpx
import pytest

from support import ours
from support.paths import let_others_in
from support.pg import free_port
from support.sample import job_id

NOBODY = 65534
OURS = {"X-Soniq-Request": "1"}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be somebody else")


def client(path) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=str(path), verify=False)
    return httpx.Client(transport=transport, base_url="http://localhost", headers=OURS, timeout=30)


@pytest.fixture
def serve(lite, tmp_path):
    """serve(argument, ..., SETTING=...): a dashboard in the test's folder, once it has greeted."""
    started = []

    def start(*arguments, **settings):
        words = ["dashboard", "--database-url", lite.url, *arguments]
        started.append(ours.start(*words, cwd=tmp_path, **settings))
        started[-1].wait_for_line("Press Ctrl+C to stop")
        return started[-1]

    yield start
    for child in started:
        if child.running:
            assert child.stop() == 0, child.said()
        ours.assert_no_report(child.stderr())


def refused(lite, tmp_path, *arguments) -> ours.Result:
    result = ours.run("dashboard", *arguments, url=lite.url, cwd=tmp_path)
    assert result.code != 0, result
    return result


def mode_of(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_served_there_and_nowhere_else(serve, tmp_path):
    path, port = tmp_path / "s", free_port()
    child = serve("--unix", path, "--host", "0.0.0.0", "--port", port)
    assert f"Soniq Dashboard at {path} (read-only)" in child.stdout()
    assert mode_of(path) == 0o600
    with client(path) as http:
        assert http.get("/api/jobs").status_code == 200
        assert '<base href="./">' in http.get("/").text
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert child.stop() == 0
    assert not path.exists()


def test_a_relative_path_is_of_the_working_folder(serve, tmp_path):
    child = serve("--unix", "soniq.sock")
    assert f"Soniq Dashboard at {tmp_path / 'soniq.sock'} " in child.stdout()
    with client(tmp_path / "soniq.sock") as http:
        assert http.get("/health").status_code == 200


@needs_root
@pytest.mark.parametrize(
    ("owner", "uid", "gid"),
    [
        ("nobody", NOBODY, 0),
        ("nobody:daemon", NOBODY, grp.getgrnam("daemon").gr_gid),
        (":daemon", 0, grp.getgrnam("daemon").gr_gid),
        ("1234:5678", 1234, 5678),
        ("nobody:", NOBODY, 0),
    ],
)
def test_owner_and_mode(serve, tmp_path, owner, uid, gid):
    serve("--unix", tmp_path / "s", "--unix-owner", owner, "--unix-mode", "660")
    with client(tmp_path / "s") as http:
        assert http.get("/health").status_code == 200
    found = (tmp_path / "s").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (uid, gid, 0o660)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--unix-owner", "no-such-user"), 2, 'no user "no-such-user"'),
        (("--unix-owner", "root:no-such-group"), 2, 'no group "no-such-group"'),
        (("--unix-owner", ":"), 2, "user, user:group or :group"),
        (("--unix-mode", "0999"), 2, '"0999" is no mode'),
        (("--unix-mode", "1777"), 2, '"1777" is no mode'),
        (("--unix-mode", "0x1"), 2, '"0x1" is no mode'),
        (("--unix-mode", "6"), 2, "dashboard.unix_mode"),
        (("--unix", "missing/s"), 2, "no such folder; make it, or choose another path"),
        (("--unix", "x" * 200), 2, "longer than 107 bytes"),
        (("--unix", "a-file"), 5, "is no socket: choose another path"),
    ],
)
def test_what_is_wrong_is_said(lite, tmp_path, arguments, code, said):
    (tmp_path / "a-file").write_text("mine")
    result = refused(lite, tmp_path, "--unix", "s", *arguments)
    assert result.code == code and said in result.stderr, result
    assert (tmp_path / "a-file").read_text() == "mine"
    assert not (tmp_path / "s").exists()


def test_a_socket_that_is_served_is_left_alone(serve, lite, tmp_path):
    serve("--unix", "s")
    result = refused(lite, tmp_path, "--unix", "s")
    assert result.code == 5 and "in use by another program" in result.stderr, result
    with client(tmp_path / "s") as http:
        assert http.get("/health").status_code == 200


def test_a_socket_left_behind_is_replaced(serve, tmp_path):
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(tmp_path / "s"))
    serve("--unix", "s")
    with client(tmp_path / "s") as http:
        assert http.get("/health").status_code == 200


def test_the_socket_of_another_is_not_taken_away(serve, tmp_path):
    child = serve("--unix", "s")
    with client(tmp_path / "s") as http:
        assert http.get("/health").status_code == 200
    (tmp_path / "s").unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "s"))
        assert child.stop() == 0
        assert (tmp_path / "s").is_socket()


def open_folder(tmp_path, database) -> str:
    """A place that everybody may come to, with a copy of the database; the program too."""
    let_others_in(tmp_path)
    tmp_path.chmod(0o777)
    copy = shutil.copy(database.path, tmp_path / "own.db")
    os.chown(copy, NOBODY, NOBODY)
    return str(copy)


@needs_root
def test_only_root_gives_a_socket_away(lite, tmp_path):
    copy = open_folder(tmp_path, lite)
    program = shutil.copy(ours.binary(), tmp_path / "soniq")
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o755)

    def run(*arguments):
        return subprocess.run(
            [program, "dashboard", "--database-url", copy, *arguments],
            env=ours.environment(), cwd=tmp_path, user=NOBODY, group=NOBODY, extra_groups=[],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    given = run("--unix", "s", "--unix-owner", "root")
    assert given.returncode == 6 and "Only root may give it to another user" in given.stderr, given
    assert not (tmp_path / "s").exists()
    closed = run("--unix", "closed/s")
    assert closed.returncode == 6 and "a folder that the dashboard's user may" in closed.stderr


@contextlib.contextmanager
def nobody():
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def cancel(path, **headers) -> httpx.Response:
    with client(path) as http:
        return http.post(f"/api/jobs/{job_id(4)}/cancel", headers=headers)


def test_its_user_writes_without_a_key(serve, lite, tmp_path):
    serve("--unix", "s", dashboard_write_enabled="true")
    through_proxy = cancel(tmp_path / "s", **{"X-Forwarded-For": "127.0.0.1"})
    assert through_proxy.status_code == 403
    assert "came through a proxy: set a key" in through_proxy.json()["detail"]
    assert cancel(tmp_path / "s", Host="jobs.example.com").status_code == 421
    assert cancel(tmp_path / "s").status_code == 200


@needs_root
@pytest.mark.parametrize("mode", ["0600", "0666"])
def test_another_user_does_not(serve, tmp_path, mode):
    """Nor one that the socket was given to: a proxy is somebody else. Without right, not at all."""
    let_others_in(tmp_path)
    owner = ("--unix-owner", "nobody") if mode == "0600" else ()
    serve("--unix", "s", "--unix-mode", mode, *owner, dashboard_write_enabled="true")
    with nobody():
        answer = cancel(tmp_path / "s")
    assert answer.status_code == 403
    assert "belongs to another user, perhaps a proxy: set a key" in answer.json()["detail"]


@needs_root
def test_who_may_not_write_to_it_does_not_connect(serve, tmp_path):
    let_others_in(tmp_path)
    serve("--unix", "s")
    with nobody(), pytest.raises(httpx.ConnectError):
        cancel(tmp_path / "s")
    assert cancel(tmp_path / "s").status_code == 403
