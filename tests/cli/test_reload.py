"""dashboard --reload: started again when the program or .env changes, on the same port."""

import contextlib
import os
import re
import shutil
import time

import httpx
import pytest

from support import ours, panels
from support.processes import Child
from support.waiting import wait_until

SECRET = "geheim"
# Soniq keeps its memory, and with it its descriptors, from other processes of its own user.
sees_descriptors = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to see descriptors")


class Reloading:
    """A dashboard that runs from a copy of the program, in a folder of its own."""

    def __init__(self, url: str, folder, *arguments):
        self.folder = folder
        self.program = folder / "bin" / "soniq"
        self.program.parent.mkdir()
        shutil.copy(ours.binary(), self.program)
        words = ["dashboard", "--reload", "--database-url", url, *arguments]
        self.child = Child(
            [self.program, *words], env=ours.environment(), cwd=folder, name="soniq --reload"
        )
        said = self.child.wait_for_line("Press Ctrl+C to stop")
        self.base = re.search(r"http://\S+", said)[0]

    def session(self) -> dict:
        return httpx.get(f"{self.base}/api/session", timeout=10, trust_env=False).json()

    def wait_for_other(self, before: dict) -> dict:
        """What the session says once another instance answers at the same address."""

        def other():
            assert self.child.running, self.child.said()
            with contextlib.suppress(httpx.TransportError):
                now = self.session()
                return now if now["instance"] != before["instance"] else None

        return wait_until(other, "it started again")


@pytest.fixture
def reloading(lite, tmp_path):
    running = []

    def start(*arguments, url=lite.url):
        running.append(Reloading(url, tmp_path, *arguments))
        return running[-1]

    yield start
    for one in running:
        code = one.child.stop()
        ours.assert_no_report(one.child.stderr())
        assert code == 0, one.child.said()


def touch(dashboard):
    os.utime(dashboard.program)


def replace(dashboard):
    """As a build does it: a new file under the old name."""
    new = dashboard.program.with_suffix(".new")
    shutil.copy(ours.binary(), new)
    os.replace(new, dashboard.program)


def rebuild(dashboard):
    """As other builds do it: away with the old one first."""
    dashboard.program.unlink()
    time.sleep(0.5)
    shutil.copy(ours.binary(), dashboard.program)


@pytest.mark.parametrize("change", [touch, replace, rebuild])
def test_it_starts_again_on_the_same_port(reloading, change):
    dashboard = reloading("--port", "0")
    pid, before = dashboard.child.pid, dashboard.session()
    assert before["reload"] is True
    change(dashboard)
    after = dashboard.wait_for_other(before)
    assert dashboard.child.pid == pid
    assert after["reload"] is True
    touch(dashboard)
    dashboard.wait_for_other(after)


def test_settings_are_read_again(reloading):
    dashboard = reloading("--port", "0")
    before = dashboard.session()
    assert before["write_enabled"] is False
    (dashboard.folder / ".env").write_text("SONIQ_DASHBOARD_WRITE_ENABLED=true\n")
    assert dashboard.wait_for_other(before)["write_enabled"] is True


def test_settings_that_make_no_sense_do_not_end_it(reloading):
    dashboard = reloading("--port", "0")
    before = dashboard.session()
    (dashboard.folder / ".env").write_text("SONIQ_DASHBOARD_STATEMENT_TIMEOUT=soon\n")
    wait_until(
        lambda: "STATEMENT_TIMEOUT" in dashboard.child.stderr(), "it says what is wrong with them"
    )
    assert dashboard.session()["instance"] == before["instance"]
    (dashboard.folder / ".env").write_text("SONIQ_DASHBOARD_STATEMENT_TIMEOUT=2\n")
    dashboard.wait_for_other(before)


@sees_descriptors
def test_nothing_is_left_over_from_before(reloading, samples, pg):
    """No descriptor, no thread, and no password in the list of processes."""
    database = samples.copy("postgresql")
    url = f"postgresql://postgres:{SECRET}@/{database.name}?host={pg.socket_directory}"
    dashboard = reloading("--port", "0", url=url)
    proc = f"/proc/{dashboard.child.pid}"

    def leavings():
        """Descriptors but sockets, which come and go; threads."""
        links = []
        for fd in os.listdir(f"{proc}/fd"):
            with contextlib.suppress(FileNotFoundError):
                links.append(os.readlink(f"{proc}/fd/{fd}"))
        kept = [link for link in links if not link.startswith("socket:")]
        return len(kept), len(os.listdir(f"{proc}/task"))

    session = dashboard.session()
    first = leavings()
    for _ in range(4):
        touch(dashboard)
        session = dashboard.wait_for_other(session)
        wait_until(
            lambda: all(now <= then for now, then in zip(leavings(), first, strict=True)),
            "no more is open than at first",
        )
        with open(f"{proc}/cmdline", "rb") as file:
            assert SECRET not in file.read().decode()
    assert SECRET not in dashboard.child.stdout() + dashboard.child.stderr()


@sees_descriptors
def test_without_reload_nothing_is_watched(dashboard, lite):
    server = dashboard(lite.url)
    assert server.get("/api/session")["reload"] is False
    links = [os.readlink(f"/proc/{server.child.pid}/fd/{fd}")
             for fd in os.listdir(f"/proc/{server.child.pid}/fd")]  # fmt: skip
    assert not any("inotify" in link for link in links)


def test_panels_are_read_again(reloading, tmp_path):
    folder = tmp_path / "panels"
    panels.write(folder, "one", "SELECT 1")
    dashboard = reloading("--port", "0", "--panels", folder)
    before = dashboard.session()
    (folder / "two.sql").write_text("SELECT 2")
    wait_until(lambda: "two.sql: it has no title" in dashboard.child.stderr(), "it says why not")
    assert dashboard.session()["instance"] == before["instance"]
    panels.write(folder, "two", "SELECT 2")
    after = dashboard.wait_for_other(before)
    listed = httpx.get(f"{dashboard.base}/api/panels", timeout=10, trust_env=False).json()
    assert [panel["id"] for panel in listed] == ["one", "two"]
    (folder / "one.sql").unlink()
    dashboard.wait_for_other(after)
