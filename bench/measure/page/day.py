"""A page that is open for a day, and a server on which much happens: does their memory grow?"""

import time

from measure.page.chromium import context_of, told
from measure.page.streams import open_streams, rss
from support.heap import Heap
from support.replay import Replay
from support.waiting import wait_until

# One change each second, for a day.
FRAMES = 86_400
PARTS = 6
CHANGES = 3000
OPEN = 20
MANY = """
INSERT INTO soniq_jobs (id, job_name, args, status, queue, attempts, created_at, updated_at)
SELECT gen_random_uuid(), 'app.tasks.task_' || i % 60, '{}', 'queued', 'queue_' || i % 20, 0,
       now(), now() FROM generate_series(1, 20) i
"""
GONE = "DELETE FROM soniq_jobs WHERE created_at > now() - interval '1 hour' AND args = '{}'"


def page_rows(browser, dashboard, frames: int) -> list[str]:
    """What an Overview holds after each part of a day."""
    with Replay(dashboard.port) as replay, context_of(browser) as context:
        page = context.new_page()
        page.goto(replay.base)
        told(page)
        wait_until(replay.is_open.is_set, "the page listens")
        heap, rows, t0 = Heap(page), [], time.monotonic()
        for i in range(PARTS + 1):
            if i > 0:
                replay.play(page, frames // PARTS)
            # What the engine has not let go yet only ever adds.
            held = min((heap.held() for _ in range(3)), key=lambda one: one.heap_kb)
            rows.append(
                f"| {i * frames // PARTS:,} | {held.heap_kb / 1024:.2f} | {held.nodes:,} "
                f"| {held.listeners} | {time.monotonic() - t0:.0f} |"
            )
            print(rows[-1], flush=True)
    return rows


def server_rows(dashboard, database) -> list[str]:
    """What the server holds while many changes are told to some streams."""
    rows, each = [], CHANGES // PARTS
    with open_streams(dashboard.port, OPEN) as streams, database.connect() as connection:
        for i in range(PARTS + 1):
            for n in range(each if i > 0 else 0):
                connection.execute(GONE if n % 10 == 9 else MANY)
                streams.read(0.01)
            streams.rest(2)
            rows.append(f"| {i * each:,} | {rss(dashboard.child.pid):.1f} |")
            print(rows[-1], flush=True)
    return rows


def section(browser, dashboard, database, frames: int = FRAMES) -> list[str]:
    return [
        "### A day",
        "",
        f"{frames:,} frames, one for each second of a day, of all of an Overview's topics by turns "
        "with numbers that change, as fast as the page takes them; after a collection of garbage.",
        "",
        "| frames | heap, MB | DOM nodes | listeners | after s |",
        "|---|---|---|---|---|",
        *page_rows(browser, dashboard, frames),
        "",
        f"The server, with {OPEN} streams open and {CHANGES:,} statements, each of 20 new jobs or "
        "of taking them away:",
        "",
        "| statements | memory, MB |",
        "|---|---|",
        *server_rows(dashboard, database),
        "",
    ]
