"""Enqueue the jobs of the test world, through the Python Soniq's own interface."""

import asyncio
from datetime import UTC, datetime, timedelta

from soniq.schedules import cron
from world_jobs import app

FUTURE = datetime.now(UTC) + timedelta(days=30)
BLOB = "0123456789abcdef" * (200 * 1024 // 16)


async def plain() -> None:
    for i in range(60):
        await app.enqueue("mail.send", args={"to": f"u{i}@example.org", "subject": f"no {i}"})
    for i in range(20):
        args = {"to": f"v{i}@example.org", "subject": "bulk"}
        await app.enqueue("mail.send", args=args, queue="mail", priority=i)
    for i in range(30):
        args = {"url": f"https://example.org/{i}", "fails": i % 3}
        await app.enqueue("net.fetch", args=args)
    await app.enqueue_many(
        "mail.checked", [{"to": f"w{i}@example.org"} for i in range(80)], queue="mail"
    )


async def failing() -> None:
    for i in range(12):
        await app.enqueue("pay.charge", args={"order": 1000 + i})
    for _ in range(7):
        await app.enqueue("doomed.only")
    for _ in range(3):
        await app.enqueue("slow.step")
        await app.enqueue("net.later")
        await app.enqueue("net.throttled")
    for i in range(4):
        await app.enqueue("gone.handler", args={"n": i}, queue="mail")
        await app.enqueue("text.break")


async def odd() -> None:
    for i in range(15):
        await app.enqueue("почта.отправить", args={"текст": f'привет {i} ☃ 😀 \u2028 "\\/'})
    for pages in (1, 2, 3):
        await app.enqueue("report.render", args={"pages": pages})
        await app.enqueue("report.store", args={"blob": BLOB})
    values = {"i": 2**60, "f": 0.1, "n": None, "l": [1, [2, {}]], "s": "\t\n", "": 0}
    await app.enqueue("numbers.keep", args={"values": values})
    # Names that look like patterns: a search must take them as they are.
    for name in ("100%.done", "a_b.c", "axb.c", "back\\slash"):
        await app.enqueue(name, queue="unserved", scheduled_at=FUTURE)


async def deduplicated() -> None:
    for _ in range(3):
        await app.enqueue("mail.digest", args={"day": "2026-01-02"})
        await app.enqueue(
            "mail.send",
            args={"to": "once@example.org", "subject": "dedup"},
            dedup_key="once-a-day",
            scheduled_at=FUTURE,
        )
        args = {"day": "later"}
        await app.enqueue("mail.digest", args=args, scheduled_at=FUTURE)


async def waiting() -> None:
    for i in range(40):
        args = {"to": f"x{i}@example.org", "subject": "later"}
        when = FUTURE + timedelta(hours=i)
        await app.enqueue("mail.send", args=args, scheduled_at=when, priority=50 + i % 3)
    for i in range(10):
        await app.enqueue("unserved.job", args={"n": i}, queue="unserved")
    cancelled = []
    for i in range(9):
        args = {"to": f"y{i}@example.org", "subject": "no"}
        cancelled.append(await app.enqueue("mail.send", args=args, scheduled_at=FUTURE))
    for job in cancelled:
        assert await app.cancel_job(job)


async def schedules() -> None:
    await app.scheduler.add("mail.digest", every=timedelta(minutes=5), args={"day": "every"})
    await app.scheduler.add("report.render", cron=cron("*/15 * * * *"), args={"pages": 4})
    await app.scheduler.add("net.fetch", cron="0 3 * * 1", args={"url": "x", "fails": 0})
    await app.scheduler.pause("net.fetch")


async def main() -> None:
    await plain()
    await failing()
    await odd()
    await deduplicated()
    await waiting()
    await schedules()
    await app.close()


asyncio.run(main())
