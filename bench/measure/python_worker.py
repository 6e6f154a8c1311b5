"""What the history costs a real producer and a real worker of the Python project."""

import statistics
import time
from dataclasses import dataclass

from measure.machine import cpu_of_server
from support import ours
from support.python_soniq import NEW, OLD, Release

JOBS = 1500
SLOTS = 4
LEFT = "SELECT count(*) FROM soniq_jobs WHERE status IN ('queued', 'processing')"
SETTINGS = {"jobs_modules": "bench_jobs", "log_level": "ERROR"}
WAYS = ("without", "with", "with, a dashboard keeps it")


@dataclass
class Turn:
    """A second: jobs that were enqueued one by one, and that were run; and what all of it took
    PostgreSQL, in microseconds of processor time a job."""

    enqueued: float
    run: float
    cpu: float


def prepare(server, release: Release, has_history: bool):
    database = server.create()
    release.setup(database.url)
    if has_history:
        ours.ok("setup", url=database.url)
    else:
        # The claim's index alone: else it would be measured, and the history would seem to gain.
        told = ours.ok("setup", "--dry-run", "--json", url=database.url).json()["history"]
        claim = next(step["sql"] for step in told if step["name"] == "index_claim")
        for statement in claim.split(";\n"):
            database.execute(statement)
    return database


def work(server, database, release: Release) -> Turn:
    before = cpu_of_server(server)
    took = float(release.script(database.url, "bench_enqueue", str(JOBS), **SETTINGS))
    began = time.monotonic()
    worker = release.start(database.url, "worker", "--concurrency", str(SLOTS), **SETTINGS)
    first = None
    while (left := database.value(LEFT)) > 0:
        # From the first that it has done on: how long it takes to start is not of interest.
        if first is None and left < JOBS:
            first, began = left, time.monotonic()
        if time.monotonic() - began > 120:
            raise SystemExit(f"{release.version}: {left} jobs are left")
        time.sleep(0.02)
    run = (first or JOBS) / (time.monotonic() - began)
    worker.stop()
    return Turn(JOBS / took, run, (cpu_of_server(server) - before) / JOBS * 1e6)


def one(server, release: Release, way: str) -> Turn:
    database = prepare(server, release, way != "without")
    try:
        if way != WAYS[2]:
            return work(server, database, release)
        with ours.Dashboard(database.url):
            return work(server, database, release)
    finally:
        database.drop()


def rows(server, release: Release, rounds: int) -> list[str]:
    found = {way: [] for way in WAYS}
    for i in range(rounds):
        for way in WAYS if i % 2 == 0 else reversed(WAYS):
            found[way].append(one(server, release, way))

    def middle(way: str, name: str) -> float:
        return statistics.median(getattr(turn, name) for turn in found[way])

    def ratio(way: str, name: str) -> float:
        pairs = zip(found[way], found["without"], strict=True)
        return statistics.median(getattr(a, name) / getattr(b, name) for a, b in pairs)

    names = ("enqueued", "run", "cpu")
    return [
        f"| {release.version} | {way} | "
        + " | ".join(f"{middle(way, n):.0f} | {ratio(way, n):.2f}" for n in names)
        + " |"
        for way in WAYS
    ]


def section(server, rounds: int) -> list[str]:
    lines = [line for release in (OLD, NEW) for line in rows(server, release, rounds)]
    return [
        "### What the history costs Python's own producer and worker",
        "",
        f"{JOBS:,} jobs that do nothing, enqueued one by one by the Python project and run by its "
        f"worker with {SLOTS} slots, durable; medians of {rounds} rounds, by turns, each in a "
        "database of its own, which has the index for claims in either case (without it the worker "
        "is several times slower). Jobs a second; processor time of PostgreSQL in µs a job; each "
        "beside its ratio to the first line.",
        "",
        "| release | history | enqueued | ratio | run | ratio | cpu | ratio |",
        "|---|---|---|---|---|---|---|---|",
        *lines,
    ]
