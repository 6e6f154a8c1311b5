"""numbers -- what numbers cost at any size: `./dev bench numbers [N] [PART...]`.

N jobs (1,000,000) beside 10,000; parts: write, worker, reads, percentiles, memory; all unless
named.
BENCH_ROUNDS (60): requests of each kind, ten times as many of short ones.
BENCH_SECONDS (40): how long a page is looked at.
Ratios are of one run.  A run of 10,000,000 takes about half an hour and 15 GB.
"""

import os
import sys
import time

import seed

import measure  # noqa: F401  (makes `support` known)
from measure import memory, python_worker, reads, write
from measure.machine import machine, write_section
from measure.percentiles import section as percentiles
from support import ours
from support.pg import Server
from support.python_soniq import OLD

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
MANY = 10 * ROUNDS  # short ones: of some hundred the slowest is not the whole story
SECONDS = float(os.environ.get("BENCH_SECONDS", "40"))
SMALL = 10_000
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "max_wal_size": "4GB",
    "shared_buffers": "1GB",
}
BULK = {"shared_buffers": "4GB", "max_wal_size": "16GB", "maintenance_work_mem": "1GB"}
MINUTE = 60  # so often the keeper takes a sample
TURNS = 2
SETTLED_SECONDS = 5
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
 WHERE backend_type = 'autovacuum worker' OR (state = 'active' AND pid <> pg_backend_pid())
"""
MEMORY_SECONDS = 60
RECOUNT_SECONDS = 120


def say(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)


# --- with the history ---


def with_history(database) -> str:
    """Set it up, fill it with 30 days; how long that took."""
    t0 = time.monotonic()
    ours.ok("setup", url=database.url, timeout=3600)
    took = time.monotonic() - t0
    with database.connect() as connection:
        seed.fill_history(connection)
    return (
        f"`soniq setup` of {database.value('SELECT count(*) FROM soniq_jobs'):,} jobs: {took:.0f} s"
    )


def wait_for_count(database) -> bool:
    """The keeper of a dashboard that runs counts the rows; is that done?"""
    end = time.monotonic() + RECOUNT_SECONDS
    while time.monotonic() < end:
        if database.value("SELECT recount_due IS NULL FROM soniq_x_state"):
            return True
        time.sleep(0.5)
    return False


class Pair:
    """The big and the small table, each with a dashboard on it."""

    def __init__(self, server, big, small):
        self.server, self.bases = server, []
        # Each number is asked for anew here, which the budget of a dashboard would not allow.
        self.dashboards = [
            ours.Dashboard(d.url, dashboard_database_budget=100) for d in (big, small)
        ]

    def __enter__(self):
        for dashboard in self.dashboards:
            dashboard.__enter__()
        self.meters = [reads.Meter(d.base, self.server) for d in self.dashboards]
        return self

    def __exit__(self, *reason):
        for dashboard in self.dashboards:
            dashboard.__exit__(*reason)


def numbers_table(pair, theirs, label: str) -> list[str]:
    rounds = MANY if is_b(label) else ROUNDS
    lines = [
        f"### Each number anew, not from memory: {label}",
        "",
        f"{rounds} requests each, big and small table by turns; ms of time (median, p99), and of "
        "the database's processor.",
        "",
        f"| request | kind | big ms | big p99 | small ms | small p99 | ratio (goal {goal(label)}) "
        "| ratio p99 | big cpu | Python ms | Python cpu | Python ÷ ours, cpu |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for path, their_path in reads.NUMBERS.items():
        big, small = reads.by_turns(pair.meters, path, rounds)
        their = theirs[their_path]
        lines.append(
            f"| `{path}` | {big.kind} | {big.median_ms:.1f} | {big.p99_ms:.1f} "
            f"| {small.median_ms:.1f} | {small.p99_ms:.1f} "
            f"| **{big.median_ms / small.median_ms:.1f}** | {big.p99_ms / small.p99_ms:.1f} "
            f"| {big.cpu_ms:.1f} | {their.median_ms:.0f} | {their.cpu_ms:.0f} "
            f"| {their.cpu_ms / max(big.cpu_ms, 0.01):.0f} |"
        )
        say(lines[-1])
    return [*lines, ""]


def is_b(label: str) -> bool:
    return "B" in label.split(":")[0]


def goal(label: str) -> str:
    return "1.5" if is_b(label) else "none"


def lists_table(pair, big, small, theirs) -> list[str]:
    lines = [
        "### Lists and searches, with the history (B)",
        "",
        f"{MANY} requests of each list from each table.",
        "",
        "| list | kind | big ms | big p99 | goal p99 | small ms | small p99 | big ÷ small "
        "| big cpu | small cpu |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    paths, small_paths = reads.lists(big), reads.lists(small)
    for name, path in paths.items():
        one = pair.meters[0].many(path, MANY)
        other = pair.meters[1].many(small_paths[name], MANY)
        lines.append(
            f"| {name} | {one.kind} | {one.median_ms:.2f} | **{one.p99_ms:.2f}** | 5 "
            f"| {other.median_ms:.2f} | {other.p99_ms:.2f} "
            f"| {one.median_ms / other.median_ms:.1f} "
            f"| {one.cpu_ms:.2f} | {other.cpu_ms:.2f} |"
        )
        say(lines[-1])
    lines += [
        "",
        "| search | kind | big ms | big p99 | goal | Python ms |",
        "|---|---|---|---|---|---|",
    ]
    for path, name in reads.SEARCHES:
        one = pair.meters[0].many(path, max(ROUNDS // 3, 5))
        bound = "50, or labelled in 1,000"
        lines.append(
            f"| {name} | {one.kind} | {one.median_ms:.1f} | **{one.p99_ms:.1f}** | {bound} "
            f"| {theirs[path].median_ms:.0f} |"
        )
        say(lines[-1])
    return [*lines, ""]


def settle(server, database) -> None:
    """What loading left to be done is done, so that it is not taken for the dashboard's."""
    with database.connect() as connection:
        connection.execute("VACUUM (ANALYZE)")
    with server.connect() as connection:
        connection.execute("CHECKPOINT")
    calm = time.monotonic()
    while time.monotonic() - calm < SETTLED_SECONDS:
        time.sleep(0.5)
        if database.value(AT_WORK) > 0:
            calm = time.monotonic()


def page_costs(server, database, crowds: tuple[int, ...]) -> dict[str, float]:
    """Each crowd of tabs some times, by turns: each time with one of the keeper's samples in it."""
    settle(server, database)
    found = {"wakes": reads.wakes(database, SECONDS)}
    with ours.Dashboard(database.url) as alone:
        reads.plan(alone.base)
        settle(server, database)
        found["quiet"] = reads.idle(database, MINUTE)
        for tabs in crowds * TURNS:
            ms = reads.open_page(alone.base, database, MINUTE, tabs) / TURNS
            found[f"listen {tabs}"] = found.get(f"listen {tabs}", 0) + ms
        for tabs in crowds:
            found[f"ask {tabs}"] = reads.asked_page(alone.base, database, SECONDS, tabs)
    say(" ".join(f"{name}: {ms:.2f}" for name, ms in found.items()))
    return found


def cell(costs: dict[str, float], name: str) -> str:
    return f"{costs[name]:.2f}" if name in costs else "-"


def page_row(name: str, costs: dict[str, float], goal: int, theirs: float) -> str:
    one = costs["listen 1"]
    return (
        f"| {name} | {cell(costs, 'quiet')} | **{one:.2f}** | {goal} "
        f"| {cell(costs, 'listen 100')} | {cell(costs, 'ask 1')} | {cell(costs, 'ask 100')} "
        f"| {theirs / max(one, 0.01):.0f} |"
    )


def pages_table(a, b, theirs) -> list[str]:
    return [
        "### One open Overview",
        "",
        "Milliseconds of the database's processor for each second, of the dashboard's sessions, "
        "the keeper's too, on a vacuumed database in which nothing happens, of a dashboard that "
        "was looked at before (its statements are planned). A tab listens to a stream, or asks "
        f"every {reads.PACE:.0f} s where it cannot. Whatever seldom runs is slow on this machine: "
        f"`SELECT 1` five times a second takes {b['wakes']:.2f}.",
        "",
        "| dashboard | nobody looks | a tab listens | goal | 100 listen | a tab asks | 100 ask "
        "| Python ÷ a tab |",
        "|---|---|---|---|---|---|---|---|",
        f"| Python {OLD.version} (4 requests in 30 s) | - | - | - | - | {theirs:.1f} | - | 1 |",
        page_row("A: without the history", a, 10, theirs),
        page_row("B: with it", b, 1, theirs),
        "",
        f"100 tabs ÷ 1 tab, with the history: {b['listen 100']:.2f} ÷ {b['listen 1']:.2f} ms = "
        f"**{b['listen 100'] / b['listen 1']:.2f}** (goal 1.05).",
        "",
    ]


def equal_work(big, small) -> None:
    """Workers of both tables hold as many jobs: what is listed is what it costs."""
    for database in (big, small):
        database.execute(
            "UPDATE soniq_jobs SET status = 'cancelled' WHERE status = 'processing' AND id NOT IN "
            "(SELECT id FROM soniq_jobs WHERE status = 'processing' ORDER BY id LIMIT 10)"
        )
        # What stood in the index before is cleared out, as autovacuum does it.
        database.execute("VACUUM soniq_jobs")


def workers_row(pair, big, small) -> list[str]:
    path = "/api/workers/stats"
    equal_work(big, small)
    many, few = reads.by_turns(pair.meters, path, MANY)
    return [
        f"`{path}` lists the jobs that workers hold, of which the big table has more. With 10 in "
        f"both: {many.median_ms:.1f} ÷ {few.median_ms:.1f} ms = "
        f"**{many.median_ms / few.median_ms:.1f}**, p99 {many.p99_ms:.1f} ÷ {few.p99_ms:.1f} ms.",
        "",
    ]


def seeded(server, n: int):
    database = server.create()
    made = seed.seed(database.url, n)
    say(str(made))
    return database, made


def read_costs(n: int) -> list[str]:
    with Server(**BULK) as server:
        big, made = seeded(server, n)
        small, _ = seeded(server, SMALL)
        theirs, their_page = reads.their_costs(OLD, big, server, 2)
        say(f"Python's page: {their_page:.1f} ms/s")
        lines = [f"{made}. The small table: {SMALL:,}. {machine(server)}", ""]
        with Pair(server, big, small) as pair:
            table_a = numbers_table(pair, theirs, "A: without the history")
        page_a = page_costs(server, big, (1,))
        lines += [*map(str, (with_history(big), "")), *table_a]
        with_history(small)
        with Pair(server, big, small) as pair:
            counted = [wait_for_count(database) for database in (big, small)]
            lines += [] if all(counted) else ["**The rows were not counted in time.**", ""]
            lines += numbers_table(pair, theirs, "B: with the history")
            lines += lists_table(pair, big, small, theirs)
            lines += workers_row(pair, big, small)
        page_b = page_costs(server, big, (1, 100))
        return lines + pages_table(page_a, page_b, their_page)


def write_costs(_n: int) -> list[str]:
    with Server(**DURABLE) as server:
        return [*write.section(server, max(ROUNDS // 8, 3)), "", machine(server)]


def worker_costs(_n: int) -> list[str]:
    with Server(**DURABLE) as server:
        return [*python_worker.section(server, max(ROUNDS // 4, 3)), "", machine(server)]


def percentile_errors(_n: int) -> list[str]:
    with Server() as server:
        return [*percentiles(server), "", machine(server)]


def memory_costs(_n: int) -> list[str]:
    with Server() as server:
        database, _ = seeded(server, SMALL)
        return [*memory.section(database), "", machine(server)]


PARTS = {
    "write": write_costs,
    "worker": worker_costs,
    "reads": read_costs,
    "percentiles": percentile_errors,
    "memory": memory_costs,
}


def main(arguments: list[str]) -> None:
    numbers = [a for a in arguments if a.replace("_", "").isdigit()]
    n = int(numbers[0]) if numbers else 1_000_000
    wanted = [a for a in arguments if a in PARTS] or list(PARTS)
    for name in wanted:
        lines = PARTS[name](n)
        title = f"## numbers {name}" + (f": {n:,} jobs" if name == "reads" else "")
        text = "\n".join([title, "", *lines])
        print(text, flush=True)
        write_section(f"numbers {name}", text)


if __name__ == "__main__":
    main(sys.argv[1:])
