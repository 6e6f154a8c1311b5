"""Under a service manager: sockets that are handed over, notes about how far it is, unit files."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time

import httpx
import pytest

from support import ours
from support.activator import Activated, Manager, environment, listening
from support.paths import ROOT, let_others_in
from support.pg import free_port
from support.processes import Child
from support.sample import job_id
from support.waiting import wait_until

NOBODY = 65534
UNITS = ROOT / "contrib" / "systemd"
KEY = "a key of the tests of sockets"
has_analyze = shutil.which("systemd-analyze") is not None


def client(url: str, uds=None) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=str(uds) if uds else None, verify=False)
    return httpx.Client(transport=transport, base_url=url, timeout=30)


def get(url: str, path="/health", uds=None) -> httpx.Response:
    with client(url, uds) as http:
        return http.get(path)


@pytest.fixture
def activate(lite, tmp_path):
    """activate(socket, ..., names=, arguments=, SETTING=...): a dashboard on these sockets."""
    started = []

    def start(*sockets, arguments=(), names=(), pid="", manager=None, program=None, **settings):
        env = environment(manager) | {f"SONIQ_{k.upper()}": v for k, v in settings.items()}
        words = ["dashboard", "--database-url", lite.url, *arguments]
        program = program or ours.binary()
        started.append(Activated(
            program, *words, sockets=sockets, names=names, pid=pid, cwd=tmp_path, env=env
        ))  # fmt: skip
        return started[-1]

    yield start
    for child in started:
        if child.running:
            assert child.stop() == 0, child.said()
        ours.assert_no_report(child.stderr())


@pytest.fixture
def tcp():
    with listening(("127.0.0.1", 0)) as one:
        yield one


def url_of(one: socket.socket) -> str:
    return "http://{}:{}".format(*one.getsockname()[:2])


# --- sockets that are handed over ---


def test_all_are_served_and_nothing_else(activate, tcp, tmp_path):
    path, port = tmp_path / "s", free_port()
    with listening(str(path), socket.AF_UNIX) as unix:
        arguments = ["--port", port, "--host", "0.0.0.0", "--unix", tmp_path / "other"]
        child = activate(tcp, unix, arguments=arguments, names=["web", "proxy"])
        said = child.wait_for_line("Press Ctrl+C to stop")
        assert f"Soniq Dashboard at {url_of(tcp)}, {path} (read-only)" in said
        assert get(url_of(tcp), "/api/stats").status_code == 200
        assert get("http://localhost", "/api/stats", uds=path).status_code == 200
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        assert not (tmp_path / "other").exists()
        assert child.stop() == 0
    assert path.is_socket(), "a socket that was handed over is its maker's to take away"


def test_who_came_before_it_started_is_served(activate, tcp):
    with socket.create_connection(tcp.getsockname()) as early:
        early.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        activate(tcp)
        early.settimeout(60)
        assert early.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_those_of_another_process_are_not_taken(activate, tcp):
    port = free_port()
    child = activate(tcp, arguments=["--port", port], pid="1")
    assert f"Dashboard at http://127.0.0.1:{port} " in child.wait_for_line("Press Ctrl+C to stop")
    assert get(f"http://127.0.0.1:{port}").status_code == 200


@contextlib.contextmanager
def nobody():
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def refused(child: Child) -> tuple[int, str]:
    return child.wait(60), child.stderr()


@pytest.mark.parametrize(
    ("kind", "backlog"),
    [(socket.SOCK_DGRAM, None), (socket.SOCK_STREAM, None)],
    ids=["datagrams", "not listening"],
)
def test_what_does_not_listen_is_refused(activate, tcp, kind, backlog):
    with listening(("127.0.0.1", 0), kind=kind, backlog=backlog) as wrong:
        code, said = refused(activate(tcp, wrong, names=["good", "bad"]))
    assert code == 2 and "descriptor 4 (bad) that was handed over is no stream socket" in said


def test_what_is_no_socket_is_refused(activate, tmp_path):
    with open(tmp_path / "file", "w") as file:
        code, said = refused(activate(file))
    assert code == 2 and "descriptor 3 () that was handed over is no stream socket" in said


def test_too_many_are_refused(activate):
    with contextlib.ExitStack() as stack:
        nine = [stack.enter_context(listening(("127.0.0.1", 0))) for _ in range(9)]
        code, said = refused(activate(*nine))
        assert code == 2 and "9 sockets were handed over: at most 8" in said
        child = activate(*nine[:8])
        child.wait_for_line("Press Ctrl+C to stop")
        assert all(get(url_of(one)).status_code == 200 for one in nine[:8])


def test_what_is_safe_is_seen_by_the_sockets(activate, tcp):
    """Not by --host, which says nothing about them."""
    with listening(("0.0.0.0", 0)) as wide:
        code, said = refused(activate(tcp, wide, arguments=["--host", "127.0.0.1"]))
        assert code == 6 and "refusing to serve 0.0.0.0 without a key" in said
        code, said = refused(activate(tcp, wide, dashboard_write_enabled="true"))
        assert code == 6 and "refusing to serve 0.0.0.0 with write mode on and no key" in said
        child = activate(tcp, wide, dashboard_api_key=KEY)
        assert get(url_of(tcp), "/api/stats").status_code == 401
        assert child.stop() == 0
    activate(tcp, arguments=["--host", "0.0.0.0"])
    assert get(url_of(tcp), "/api/stats").status_code == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be somebody else")
def test_over_them_only_its_own_user_writes(activate, tcp, tmp_path):
    let_others_in(tmp_path)
    path = tmp_path / "s"
    with listening(str(path), socket.AF_UNIX) as unix:
        path.chmod(0o666)
        activate(tcp, unix, dashboard_write_enabled="true").wait_for_line("Press Ctrl+C")
        for number, base, uds in ((4, url_of(tcp), None), (8, "http://localhost", path)):
            place = f"/api/jobs/{job_id(number)}/cancel"
            with nobody(), client(base, uds) as http:
                answer = http.post(place, headers={"X-Soniq-Request": "1"})
            assert answer.status_code == 403 and "another user" in answer.text
            with client(base, uds) as http:
                assert http.post(place, headers={"X-Soniq-Request": "1"}).status_code == 200


def test_reload_takes_them_again(activate, tcp, tmp_path):
    """Nobody is turned away meanwhile: connections wait at the socket, which stays open."""
    program = tmp_path / "bin" / "soniq"
    program.parent.mkdir()
    shutil.copy(ours.binary(), program)
    with Manager(str(tmp_path / "notes")) as manager:
        child = activate(tcp, arguments=["--reload"], manager=manager, program=program)
        manager.until("READY")
        for _ in range(2):
            before = get(url_of(tcp), "/api/session").json()["instance"]
            now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            os.utime(program)
            note = manager.until("RELOADING")
            assert note["RELOADING"] == "1" and int(note["MONOTONIC_USEC"]) >= now
            # Asked while it is away or back, and answered by the next one or the one after.
            after = get(url_of(tcp), "/api/session").json()["instance"]
            assert manager.until("READY")["MAINPID"] == str(child.pid)
            after = get(url_of(tcp), "/api/session").json()["instance"]
            assert after != before
        assert child.stop() == 0
        assert manager.until("STOPPING")["STOPPING"] == "1"


# --- notes ---


@pytest.mark.parametrize("place", ["path", "abstract"])
def test_it_says_when_it_serves_and_when_it_ends(lite, tmp_path, place):
    port = free_port()
    address = str(tmp_path / "n") if place == "path" else f"@soniq-test-{os.getpid()}"
    with Manager(address) as manager:
        words = [ours.binary(), "dashboard", "--database-url", lite.url, "--port", port]
        child = Child(words, env=environment(manager), cwd=tmp_path)
        note = manager.next()
        assert note == {
            "READY": "1", "MAINPID": str(child.pid), "STATUS": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        assert get(f"http://127.0.0.1:{port}").status_code == 200
        assert child.stop() == 0
        assert manager.next()["STOPPING"] == "1"


def test_a_start_that_fails_says_nothing(tmp_path):
    with Manager(str(tmp_path / "n")) as manager:
        words = [ours.binary(), "dashboard", "--database-url", "missing.db"]
        assert Child(words, env=environment(manager), cwd=tmp_path).wait(60) == 3
        with pytest.raises(TimeoutError):
            manager.next(0.2)


def test_the_watchdog_hears_of_it_twice_in_its_time(lite, tmp_path):
    words = [ours.binary(), "dashboard", "--database-url", lite.url, "--port", "0"]
    with Manager(str(tmp_path / "n")) as manager:
        env = environment(manager, WATCHDOG_USEC=400_000)
        child = Child(words, env=env, cwd=tmp_path)
        manager.until("READY")
        begun = time.monotonic()
        for _ in range(5):
            assert manager.next() == {"WATCHDOG": "1"}
        assert time.monotonic() - begun > 0.7, "it told of nothing but its haste"
        assert child.stop() == 0
    with Manager(str(tmp_path / "m")) as manager:
        env = environment(manager, WATCHDOG_USEC=20_000, WATCHDOG_PID=1)
        child = Child(words, env=env, cwd=tmp_path)
        manager.until("READY")
        with pytest.raises(TimeoutError):
            manager.next(0.3)
        assert child.stop() == 0


@pytest.mark.parametrize("address", ["missing/notes", "/missing/notes", "@", "x" * 300, "vsock:2"])
def test_nobody_who_listens_is_no_reason_to_end(lite, tmp_path, address):
    words = [ours.binary(), "dashboard", "--database-url", lite.url, "--port", "0"]
    env = environment(NOTIFY_SOCKET=address, WATCHDOG_USEC=20_000, LISTEN_FDS="x", LISTEN_PID="")
    child = Child(words, env=env, cwd=tmp_path)
    base = re.search(r"http://[0-9.:]+", child.wait_for_line("Press Ctrl+C to stop"))[0]
    assert get(base).status_code == 200
    assert child.stop() == 0, child.said()
    ours.assert_no_report(child.stderr())


def test_a_manager_that_does_not_read_is_not_waited_for(lite, tmp_path):
    """Its socket is full before the watchdog has barked for long."""
    words = [ours.binary(), "dashboard", "--database-url", lite.url, "--port", "0"]
    with Manager(str(tmp_path / "n")) as manager:
        env = environment(manager, WATCHDOG_USEC=4000)
        child = Child(words, env=env, cwd=tmp_path)
        base = re.search(r"http://[0-9.:]+", child.wait_for_line("Press Ctrl+C to stop"))[0]
        for _ in range(3):
            assert get(base).status_code == 200
        assert child.stop() == 0, child.said()


# --- the units ---


@pytest.fixture
def units(tmp_path):
    """Those that we ship, with the program that is there."""
    for name in ("soniq-dashboard.service", "soniq-dashboard.socket"):
        text = (UNITS / name).read_text()
        (tmp_path / name).write_text(text.replace("/usr/local/bin/soniq", str(ours.binary())))
    return tmp_path


def analyze(folder, *words) -> str:
    done = subprocess.run(
        ["systemd-analyze", *words], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(not has_analyze, reason="systemd-analyze is not installed")
def test_the_units_are_right(units):
    names = ("./soniq-dashboard.service", "./soniq-dashboard.socket")
    said = analyze(units, "verify", "--man=no", *names)
    ours_only = [line for line in said.splitlines() if "soniq" in line]
    assert ours_only == []


@pytest.mark.skipif(not has_analyze, reason="systemd-analyze is not installed")
def test_the_service_may_do_little(units):
    """Tenths: 2.0 of 10, where a unit that says nothing has 9.6."""
    analyze(units, "security", "--offline=true", "--threshold=20", "./soniq-dashboard.service")


def test_a_second_start_waits_for_nothing(activate, tcp):
    """Ended and started again on the same socket, as systemd does it."""
    for _ in range(2):
        child = activate(tcp)
        wait_until(lambda: get(url_of(tcp)).status_code == 200, "it serves")
        assert child.stop() == 0
