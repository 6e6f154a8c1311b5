"""api -- our dashboard beside the Python project's, on one PostgreSQL with 100,000 jobs.

Each answers the same requests from 64 connections, one after the other, in one run; what counts
is processor time for each request, of the dashboard and of the database, and the ratio of the two.
Writes the table into bench/RESULTS.md.
"""

import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import ours, pydash  # noqa: E402
from support.pg import Server  # noqa: E402
from support.python_soniq import OLD, RELEASES  # noqa: E402

JOBS = 100_000
CONNECTIONS = 64
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
PATHS = ["/api/jobs?limit=100", "/api/stats", "/api/queues", "/api/metrics?hours=24"]
GOALS = {"/api/jobs?limit=100": 20, "/api/stats": 5}
TICKS = os.sysconf("SC_CLK_TCK")
START, END = "<!-- bench api -->", "<!-- end of bench api -->"

FILL = """
INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue, priority,
                        scheduled_at, expires_at, last_error, result, created_at, updated_at)
SELECT gen_random_uuid(), 'app.task_' || i %% 60, jsonb_build_object('user_id', i, 'path', '/a/b'),
       s, CASE s WHEN 'queued' THEN 0 ELSE 1 END, 4, 'queue_' || i %% 20, 100,
       CASE WHEN s = 'queued' AND i %% 2 = 0 THEN now() + interval '1 day' END,
       CASE WHEN s = 'done' THEN t + interval '305 seconds' END,
       CASE WHEN i %% 50 = 0 THEN 'ValueError: bad value ' || i END,
       CASE WHEN s = 'done' THEN '{"ok": true}'::jsonb END, t, t + interval '5 seconds'
  FROM (SELECT i, now() - (%(n)s - i) * interval '30 days' / %(n)s AS t,
               CASE WHEN i %% 100 < 95 THEN 'done' WHEN i %% 100 < 98 THEN 'queued'
                    WHEN i %% 1000 < 982 THEN 'processing' ELSE 'cancelled' END AS s
          FROM generate_series(1, %(n)s) i) x
"""


def seed(server):
    database = server.create()
    ours.ok("setup", url=database.url)
    with database.connect() as connection:
        connection.execute(FILL % {"n": JOBS})
        connection.execute("VACUUM ANALYZE soniq_jobs")
    return database


def cpu_of(pid):
    """Seconds of processor time of one process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(x) for x in fields[11:15]) / TICKS


def children(pid):
    return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_of_tree(pid):
    total = cpu_of(pid)
    for child in children(pid):
        with contextlib.suppress(OSError):
            total += cpu_of_tree(child)
    return total


def peak_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def load(url):
    """Requests that were answered, and how many of them badly."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "60s", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return int(re.search(r"(\d+) requests in", said)[1]), int(bad[1]) if bad else 0


def measure(base, pid, server, path):
    load_url = base + path
    before, before_db, t0 = cpu_of(pid), cpu_of_tree(server._process.pid), time.monotonic()
    count, bad = load(load_url)
    took = time.monotonic() - t0
    own = cpu_of(pid) - before
    database = cpu_of_tree(server._process.pid) - before_db
    if count == 0 or bad:
        raise SystemExit(f"{load_url}: {count} answers, {bad} of them errors")
    return {
        "rate": count / took,
        "own_us": own / count * 1e6,
        "db_us": database / count * 1e6,
        "all_us": (own + database) / count * 1e6,
    }


def measure_python(release, database, server):
    with pydash.serve(release, database) as client:
        base = str(client.base_url).rstrip("/")
        pid = pid_listening(client.base_url.port)
        rows = {path: measure(base, pid, server, path) for path in PATHS}
        return rows, peak_mb(pid)


def measure_ours(database, server):
    with ours.Dashboard(database.url) as dashboard:
        rows = {p: measure(dashboard.base, dashboard.child.pid, server, p) for p in PATHS}
        return rows, peak_mb(dashboard.child.pid)


def pid_listening(port):
    """Whose socket it is that listens on this port of ours."""
    wanted = f"0100007F:{port:04X}"
    inode = next(
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1] == wanted and line.split()[3] == "0A"
    )
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == f"socket:[{inode}]":
                return int(link.parts[2])
        except OSError:
            continue
    raise SystemExit(f"nobody listens on {port}")


def start_ms():
    """From exec to exit of `soniq --version`; the best of 20."""
    best = 1e9
    for _ in range(20):
        t0 = time.monotonic()
        subprocess.run([ours.binary(), "--version"], stdout=subprocess.DEVNULL, check=True)
        best = min(best, time.monotonic() - t0)
    return best * 1e3


def listening_ms(database):
    """From exec to the first line that says where the dashboard is, with its database checked."""
    command = [ours.binary(), "dashboard", "--port", "0", "--database-url", database.url]
    t0 = time.monotonic()
    child = subprocess.Popen(command, env=ours.environment(), stdout=subprocess.PIPE)
    child.stdout.readline()
    took = time.monotonic() - t0
    child.terminate()
    child.wait(20)
    return took * 1e3


def cells(theirs, our, path):
    ratio = theirs["all_us"] / our["all_us"]
    goal = GOALS.get(path)
    return (
        f"| `{path}` | {theirs['rate']:.0f} | {our['rate']:.0f} "
        f"| {theirs['own_us']:.0f} + {theirs['db_us']:.0f} "
        f"| {our['own_us']:.1f} + {our['db_us']:.1f} | **{ratio:.0f}** "
        f"| {goal if goal else '-'} |"
    )


def report(release, theirs, our, times):
    rows, their_mb = theirs
    our_rows, our_mb = our
    lines = [
        START,
        f"## api: beside the Python dashboard {release.version}",
        "",
        f"{JOBS:,} jobs, {CONNECTIONS} connections, {SECONDS} s each, one after the other in one "
        f"run, with wrk. {machine(our)}",
        "",
        "Processor time is microseconds for each request, of the dashboard + of PostgreSQL. "
        "Equal requests of the same moment share one query in ours, and numbers are kept for a "
        "second; that is part of what is measured.",
        "",
        "| request | Python req/s | ours req/s | Python µs | ours µs | ratio | goal |",
        "|---|---|---|---|---|---|---|",
        *(cells(rows[path], our_rows[path], path) for path in PATHS),
        "",
        f"Peak memory: Python {their_mb:.0f} MB, ours {our_mb:.1f} MB (goal 20). "
        f"Start: `soniq --version` {times[0]:.1f} ms (goal 50), "
        f"`soniq dashboard` until it listens {times[1]:.0f} ms.",
        END,
    ]
    return "\n".join(lines)


def machine(_):
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    release = subprocess.run(["postgres", "--version"], capture_output=True, text=True).stdout
    return (
        f"{os.cpu_count()} cores ({cpu[1] if cpu else platform.machine()}), Linux "
        f"{platform.release()}, {release.strip() or 'PostgreSQL'}, Python {sys.version.split()[0]}."
    )


def write_results(text):
    path = ROOT / "bench" / "RESULTS.md"
    old = path.read_text() if path.exists() else "# Results\n\nWritten by `./dev bench`.\n"
    if START in old:
        head, rest = old.split(START, 1)
        old = head.rstrip() + "\n" + rest.split(END, 1)[1].rstrip() + "\n"
    path.write_text(old.rstrip() + "\n\n" + text + "\n")
    print(text)


def main():
    if not shutil.which("wrk"):
        raise SystemExit("bench api needs wrk: apt-get install wrk")
    release = next((r for r in RELEASES if r.version == os.environ.get("BENCH_RELEASE")), OLD)
    with Server() as server:
        database = seed(server)
        theirs = measure_python(release, database, server)
        our = measure_ours(database, server)
        write_results(report(release, theirs, our, (start_ms(), listening_ms(database))))


if __name__ == "__main__":
    main()
