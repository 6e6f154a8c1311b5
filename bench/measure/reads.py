"""What looking at a table costs: our dashboard without the history (A) and with it (B), and the
Python project's, on the same rows."""

import contextlib
import itertools
import select
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote

from measure.machine import Client, cpu_of, cpu_of_server, median, part
from support import pydash
from support.events import Events

# What an Overview listens to, and the same as requests, five seconds after each answer.
TOPICS = "overview,stats,queues,workers,metrics,timeline,dead_letters"
OVERVIEW = (
    "/api/overview",
    "/api/stats",
    "/api/queues",
    "/api/workers",
    "/api/metrics",
    "/api/jobs/timeline?hours=24",
    "/api/dead-letter?limit=7",
)
OURS = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND application_name LIKE 'soniq%'
"""
WARM = 11.0  # seconds of what is made for the first time
PACE = 5.0
FRESH = 1.1  # seconds: what is younger is given again
PLANNED = 30  # times; PostgreSQL keeps a plan after five, on each of our connections
PATIENCE = 20  # requests, where one is refused because the budget is used up
# What the Python project's page asks for, every 30 seconds.
THEIR_PAGE = ("/api/stats", "/api/jobs", "/api/queues", "/api/metrics")
THEIR_PACE = 30.0
# All that our pages ask for, with what the Python dashboard has for it.
NUMBERS = {
    "/api/overview": "/api/stats",
    "/api/stats": "/api/stats",
    "/api/queues": "/api/queues",
    "/api/metrics?hours=24": "/api/metrics?hours=24",
    "/api/jobs/timeline?hours=24": "/api/jobs/timeline?hours=24",
    "/api/jobs/timeline?hours=720": "/api/jobs/timeline?hours=720",
    "/api/jobs/types": "/api/jobs/types",
    "/api/workers/stats": "/api/workers/stats",
    "/api/system/health": "/api/system/health",
    "/api/tasks/drift": "/api/tasks/drift",
}


@dataclass
class Cost:
    """Of one request."""

    median_ms: float
    p99_ms: float
    cpu_ms: float
    kind: str
    n: int


class Meter:
    """Asks one dashboard, and knows what that costs its database."""

    def __init__(self, base: str, server, keep: bool = True):
        self.client = Client(base, keep)
        self.server = server
        self.numbers = itertools.count(1)

    def once(self, path: str, is_new: bool = True):
        """Milliseconds of time and of the database's processor; is_new: not from memory."""
        if is_new:
            path += f"{'&' if '?' in path else '?'}_={next(self.numbers)}"
        for _ in range(PATIENCE):
            before = cpu_of_server(self.server)
            ms, answer, body = self.client.get(path)
            if answer.status == 200:
                break
            time.sleep(0.5)
        else:
            raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
        cpu = (cpu_of_server(self.server) - before) * 1e3
        return ms, cpu, answer.headers.get("Soniq-Kind", "-")

    def many(self, path, times: int, is_new: bool = True) -> Cost:
        """path: a text, or a function of the number."""
        of = path if callable(path) else lambda _: path
        found = [self.once(of(i), is_new) for i in range(times)]
        return Cost(
            median(ms for ms, _, _ in found),
            part([ms for ms, _, _ in found], 0.99),
            sum(cpu for _, cpu, _ in found) / times,
            found[-1][2],
            times,
        )


def by_turns(meters: list[Meter], path: str, times: int) -> list[Cost]:
    """The same from several dashboards, one after the other, so that noise meets all."""
    found = [[] for _ in meters]
    for _ in range(times):
        for i, meter in enumerate(meters):
            found[i].append(meter.once(path))
    return [
        Cost(
            median(ms for ms, _, _ in rows),
            part([ms for ms, _, _ in rows], 0.99),
            sum(cpu for _, cpu, _ in rows) / times,
            rows[-1][2],
            times,
        )
        for rows in found
    ]


# --- an open page ---


def look(base: str, paths, pace: float, seconds: float, tabs: int = 1) -> None:
    """So many tabs look at a page for so long, each URL asked `pace` after its last answer."""
    end = time.monotonic() + seconds

    def tab(share: int) -> None:
        """Those tabs whose number is `share` by eight, in one thread."""
        client = Client(base)
        mine = [n for n in range(tabs) if n % 8 == share]
        due = [[time.monotonic() + pace * n / tabs, path] for n in mine for path in paths]
        while due:
            first = min(due)
            wait = min(first[0], end) - time.monotonic()
            time.sleep(max(wait, 0))
            if time.monotonic() >= end:
                return
            client.ok(first[1])
            first[0] = time.monotonic() + pace

    threads = [threading.Thread(target=tab, args=(i,)) for i in range(min(tabs, 8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sessions(database) -> dict[int, float]:
    """Processor seconds of what serves our programs, by process."""
    with database.connect() as connection:
        pids = [pid for (pid,) in connection.execute(OURS)]
    return {pid: cpu_of(pid) for pid in pids}


def spent(database, do) -> float:
    """Milliseconds of processor that our sessions of the database need for each second of it; what
    the server does by itself meanwhile is not in it."""
    before, t0 = sessions(database), time.monotonic()
    do()
    took = time.monotonic() - t0
    return sum(cpu - before.get(pid, 0) for pid, cpu in sessions(database).items()) / took * 1e3


def wakes(database, seconds: float) -> float:
    """The same of `SELECT 1` five times a second: what waking up costs on this machine."""
    with database.connect() as connection:
        before, t0 = cpu_of(connection.info.backend_pid), time.monotonic()
        while time.monotonic() - t0 < seconds:
            connection.execute("SELECT 1", prepare=True)
            time.sleep(0.2)
        return (cpu_of(connection.info.backend_pid) - before) / (time.monotonic() - t0) * 1e3


def asked_page(base: str, database, seconds: float, tabs: int) -> float:
    """Tabs that ask, as where no stream can be had."""
    look(base, OVERVIEW, PACE, WARM, tabs)
    return spent(database, lambda: look(base, OVERVIEW, PACE, seconds, tabs))


def listen(streams: list[Events], seconds: float) -> None:
    """Read what comes, of all of them."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for sock in select.select([stream.sock for stream in streams], [], [], left)[0]:
            if not sock.recv(1 << 20):
                raise SystemExit("a stream has ended")


def open_page(base: str, database, seconds: float, tabs: int) -> float:
    """Tabs that listen."""
    port = int(base.rpartition(":")[2])
    with contextlib.ExitStack() as stack:
        path = f"/api/events?topics={TOPICS}"
        streams = [stack.enter_context(Events(port, path)) for _ in range(tabs)]
        if any(stream.status != 200 for stream in streams):
            raise SystemExit("a stream was refused")
        listen(streams, WARM)
        return spent(database, lambda: listen(streams, seconds))


def plan(base: str) -> None:
    """What a page asks was asked often enough before for the database to have planned it."""
    client = Client(base)
    for _ in range(PLANNED):
        for path in OVERVIEW:
            client.get(path)
        time.sleep(FRESH)


def idle(database, seconds: float) -> float:
    return spent(database, lambda: time.sleep(seconds))


# --- the Python dashboard ---


@contextlib.contextmanager
def their_dashboard(release, database, server):
    with pydash.serve(release, database) as client:
        yield Meter(str(client.base_url), server, keep=False)


def their_costs(release, database, server, times: int) -> tuple[dict[str, Cost], float]:
    """Each request alone; and its page's database milliseconds for each second."""
    with their_dashboard(release, database, server) as meter:
        paths = {*NUMBERS.values(), *THEIR_PAGE, *(path for path, _ in SEARCHES)}
        costs = {path: meter.many(path, times, False) for path in sorted(paths)}
    return costs, sum(costs[path].cpu_ms for path in THEIR_PAGE) / THEIR_PACE


# --- lists and searches ---


def halfway(database) -> tuple[str, str]:
    """Cursors of the job, and of the job of one queue, in the middle of the table."""
    statement = (
        "SELECT (date_part('epoch', created_at) * 1e6)::bigint || '~' || id FROM soniq_jobs "
        "WHERE created_at <= (SELECT min(created_at) + (max(created_at) - min(created_at)) / 2 "
        "FROM soniq_jobs) AND ({}) ORDER BY created_at DESC, id DESC LIMIT 1"
    )
    return database.value(statement.format("true")), database.value(
        statement.format("queue = 'queue_03'")
    )


def lists(database) -> dict[str, str]:
    cursor, of_queue = (quote(text, safe="") for text in halfway(database))
    jobs = "/api/jobs/search?limit=50"
    return {
        "jobs, newest": jobs,
        "jobs, half way": f"{jobs}&cursor={cursor}",
        "one queue, newest": f"{jobs}&queue=queue_03",
        "one queue, half way": f"{jobs}&queue=queue_03&cursor={of_queue}",
        "done (95 %), half way": f"{jobs}&status=done&cursor={cursor}",
        "queued (3 %), half way": f"{jobs}&status=queued&cursor={cursor}",
        "cancelled (1.9 %), half way": f"{jobs}&status=cancelled&cursor={cursor}",
        "processing (0.12 %), half way": f"{jobs}&status=processing&cursor={cursor}",
        "queue and status, half way": f"{jobs}&queue=queue_03&status=cancelled&cursor={of_queue}",
        "dead letters, newest": "/api/dead-letter?limit=50",
    }


SEARCHES = (
    ("/api/jobs/search?q=" + quote("amount in order 1234"), "selective (an order's number)"),
    ("/api/jobs/search?q=TimeoutError", "unselective (a quarter of all errors)"),
    ("/api/jobs/search?q=" + quote("no such text"), "nothing to be found"),
    ("/api/jobs/search?q=task_07", "a job name"),
)
