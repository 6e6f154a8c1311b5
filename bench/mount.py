"""mount -- the dashboard inside a FastAPI application: `./dev bench mount`.

One application holds both: the Python project's dashboard and ours. Measured are requests a second
of a list of 100 jobs by each, on a database as the Python project leaves it and on one that `soniq
setup` was run on; what the application's own route loses while ten pages look at ours; and the
memory that ours adds to the application. BENCH_SECONDS (8): how long each load lasts.
"""

import contextlib
import os
import re
import shutil
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import measure  # noqa: F401  (makes `support` known)
import seed
from measure.machine import cpu_of, cpu_of_server, machine, pin, write_section

from support import ours
from support.events import Events
from support.pg import Server
from support.python_mounts import PREFIX, PythonMount

JOBS = 100_000
CONNECTIONS = 16
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = 15
PAGES = 10
CHANGE = "UPDATE soniq_jobs SET updated_at = now() WHERE id = (SELECT id FROM soniq_jobs LIMIT 1)"
TOPICS = "overview,stats,queues,workers"
LIST = "/api/jobs?limit=100"


def load(url: str) -> float:
    """Requests that were answered with 200, a second."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "60s", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if re.search(r"Non-2xx or 3xx responses: [1-9]", said):
        raise SystemExit(f"{url}: {said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def cost(mount: PythonMount, server, url: str) -> tuple[float, float, float]:
    """Requests a second; microseconds of processor time for each, of the process and PostgreSQL."""
    before, before_db = cpu_of(mount.child.pid), cpu_of_server(server)
    rate = load(url)
    n = rate * SECONDS
    own, database = cpu_of(mount.child.pid) - before, cpu_of_server(server) - before_db
    return rate, own / n * 1e6, database / n * 1e6


def resident_mb(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


class Pages:
    """Pages that are open: streams that somebody reads."""

    def __init__(self, mount: PythonMount, n: int):
        path = f"{PREFIX}/api/events?topics={TOPICS}"
        self._streams = [Events(mount.port, path) for _ in range(n)]
        self._threads = [threading.Thread(target=self._read, args=(s,)) for s in self._streams]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _read(stream: Events) -> None:
        stream.sock.settimeout(None)
        try:
            while stream.sock.recv(65536):
                pass
        except OSError:
            pass

    def close(self) -> None:
        for stream in self._streams:
            stream.sock.shutdown(2)
            stream.close()
        for thread in self._threads:
            thread.join()


@contextlib.contextmanager
def changes(database):
    """A job more or less, ten times a second."""
    is_over = threading.Event()

    def change() -> None:
        with database.connect() as connection:
            while not is_over.wait(0.1):
                connection.execute(CHANGE)

    thread = threading.Thread(target=change)
    thread.start()
    yield
    is_over.set()
    thread.join()


@contextlib.contextmanager
def apart(mount: PythonMount, server):
    """The application has one core, and everything else the other: nothing but what the pages
    take from the application itself is taken from it."""
    every = os.sched_getaffinity(0)
    first, *others = sorted(every)
    for pid in (os.getpid(), server._process.pid):
        pin(pid, set(others))
    pin(mount.child.pid, {first})
    yield
    for pid in (os.getpid(), server._process.pid, mount.child.pid):
        pin(pid, every)


@dataclass
class Own:
    """The application's own route, alone and with pages open, turn by turn."""

    alone: list[float]
    looked_at: list[float]
    # What the process has to do for pages while it has nothing else: a share of a core.
    beside: list[float]

    def lost(self) -> list[float]:
        """Percent of each turn's requests."""
        pairs = zip(self.alone, self.looked_at, strict=True)
        return [(1 - second / first) * 100 for first, second in pairs]


def own_route(mount: PythonMount) -> Own:
    own = Own([], [], [])
    pid = mount.child.pid
    for _ in range(ROUNDS):
        own.alone.append(load(f"{mount.host}/"))
        pages = Pages(mount, PAGES)
        time.sleep(2)
        before, t0 = cpu_of(pid), time.monotonic()
        time.sleep(2)
        own.beside.append((cpu_of(pid) - before) / (time.monotonic() - t0))
        own.looked_at.append(load(f"{mount.host}/"))
        pages.close()
    return own


def memory(mount: PythonMount) -> tuple[float, float]:
    """Resident before anything of ours was asked, and when all of it was used."""
    pid = mount.child.pid
    for _ in range(200):
        mount.http.get(f"{mount.host}/")
    before = resident_mb(pid)
    pages = Pages(mount, PAGES)
    for _ in range(20):
        for path in (LIST, "/api/overview", "/api/queues", "/api/jobs/types", "/"):
            mount.http.get(path)
    time.sleep(2)
    pages.close()
    return before, resident_mb(pid)


def rates(mount: PythonMount, server) -> list[tuple[float, float, float]]:
    """Of Python's list, of ours, and of the application's own route, which gives one word."""
    urls = f"{mount.host}/python{LIST}", f"{mount.base}{LIST}", f"{mount.host}/"
    return [cost(mount, server, url) for url in urls]


def rates_row(name: str, found) -> str:
    theirs, our, empty = found
    whole = sum(theirs[1:]) / sum(our[1:])
    return (
        f"| {name} | {theirs[0]:.0f} | {our[0]:.0f} | **{our[0] / theirs[0]:.1f}** "
        f"| {theirs[1]:.0f} + {theirs[2]:.0f} | {our[1]:.0f} + {our[2]:.0f} | {whole:.1f} "
        f"| {empty[0]:.0f} ({empty[0] / theirs[0]:.1f}) |"
    )


def report(server, plain, indexed, own: Own, resident) -> str:
    alone, looked_at, beside = map(statistics.median, (own.alone, own.looked_at, own.beside))
    lost = own.lost()
    return f"""
## mount: inside FastAPI

{JOBS:,} jobs, one application with both dashboards, one uvicorn process, {CONNECTIONS} connections,
{SECONDS} s each in one run, with wrk. {machine(server)}.

`{LIST}`, requests a second (goal: ten times as many), and microseconds of processor for each, of
the process + PostgreSQL. Last what the application itself does in a second on a route that gives
one word: more than that nothing inside it can have.

| database | Python req/s | ours | ratio | Python µs | ours µs | ratio | own route (÷ Python) |
|---|---|---|---|---|---|---|---|
{rates_row("as the Python project leaves it", plain)}
{rates_row("after `soniq setup`, whose index Python's list uses too", indexed)}

The application's own route while {PAGES} pages are open and ten changes a second happen, on a core
of its own, with everything else on the other: {alone:.0f} requests a second alone, \
{looked_at:.0f} with the pages (medians of {ROUNDS}, turn by turn): \
**{statistics.median(lost):.1f} %** lost (goal: under 2; quarters of the turns: \
{", ".join(f"{x:.1f}" for x in statistics.quantiles(lost))}). While the application has nothing to
do, all threads of its process together take {beside * 100:.2f} % of a core for these pages.

Memory of the process: {resident[0]:.1f} MB before, {resident[1]:.1f} MB with everything of ours in
use: {resident[1] - resident[0]:.1f} MB more (goal: at most 15).
"""


def main() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("bench mount needs wrk: apt-get install wrk")
    with Server() as server:
        database = server.create()
        seed.seed(database.url, JOBS)
        with PythonMount(database.url, "beside") as mount:
            plain = rates(mount, server)
        ours.ok("setup", url=database.url)
        with PythonMount(database.url, "beside") as mount:
            resident = memory(mount)
            indexed = rates(mount, server)
            with apart(mount, server), changes(database):
                own = own_route(mount)
        text = report(server, plain, indexed, own, resident)
    print(text)
    write_section("mount", text)


if __name__ == "__main__":
    main()
