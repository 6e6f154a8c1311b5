"""Processor time of processes, requests with their times, the machine, and bench/RESULTS.md."""

import contextlib
import http.client
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from measure import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
RESULTS = ROOT / "bench" / "RESULTS.md"


# --- processor time ---


def cpu_of(pid: int) -> float:
    """Seconds of one process, to the nanosecond, and of its ended children, to the tick."""
    own = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    if len(threads) > 1:
        own = sum(int((t / "schedstat").read_text().split()[0]) for t in threads) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return own + sum(int(x) for x in fields[13:15]) / TICKS


def tree(pid: int) -> Iterator[int]:
    """The process and all that come of it."""
    yield pid
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from tree(int(child))


def cpu_of_tree(pid: int) -> float:
    total = 0.0
    for each in tree(pid):
        with contextlib.suppress(OSError):
            total += cpu_of(each)
    return total


def cpu_of_server(server) -> float:
    """All processes of a private PostgreSQL."""
    return cpu_of_tree(server._process.pid)


def pin(pid: int, cores: set[int]) -> None:
    """The process, its threads and what comes of it run there; so does what they start."""
    for each in tree(pid):
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                os.sched_setaffinity(int(thread.name), cores)


# --- requests ---


class Client:
    """One connection that is kept; a new one where the server closes it."""

    def __init__(self, base: str, keep: bool = True):
        self.place = urlsplit(base).netloc
        self.keep = keep
        self.connection = None

    def get(self, path: str) -> tuple[float, http.client.HTTPResponse, bytes]:
        """Milliseconds, answer, body."""
        if self.connection is None or not self.keep:
            self.connection = http.client.HTTPConnection(self.place, timeout=120)
        t0 = time.perf_counter()
        self.connection.request("GET", path, headers={"Accept": "application/json"})
        answer = self.connection.getresponse()
        body = answer.read()
        return (time.perf_counter() - t0) * 1e3, answer, body

    def ok(self, path: str) -> tuple[float, http.client.HTTPResponse, bytes]:
        ms, answer, body = self.get(path)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
        return ms, answer, body


def part(values: list[float], p: float) -> float:
    """The value below which this part lies: the next greater one that was measured."""
    return sorted(values)[min(len(values) - 1, math.ceil(p * len(values)) - 1)]


def median(values) -> float:
    return statistics.median(values)


# --- what is said ---


def machine(server=None) -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    program = str(server.bin / "postgres") if server else "postgres"
    release = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu[1] if cpu else platform.machine()}), {memory:.0f} GiB, "
        f"Linux {platform.release()}, {release.strip()}, Python {sys.version.split()[0]}, "
        f"load {os.getloadavg()[0]:.1f} from elsewhere"
    )


def write_section(name: str, text: str) -> None:
    """Put a section into bench/RESULTS.md, in the place of the one of this name."""
    start, end = f"<!-- bench {name} -->", f"<!-- end of bench {name} -->"
    old = RESULTS.read_text() if RESULTS.exists() else "# Results\n\nWritten by `./dev bench`.\n"
    new = f"{start}\n{text.strip()}\n{end}\n"
    if start in old:
        head, rest = old.split(start, 1)
        RESULTS.write_text(head + new.rstrip("\n") + rest.split(end, 1)[1])
    else:
        RESULTS.write_text(old.rstrip() + "\n\n" + new)
