"""The jobs of the test world. Runs inside the Python Soniq's own environment, any release.

Every run of a handler is one line in the file WORLD_RUNS, so that a test can tell what was
really run from what the database says.
"""

import asyncio
import os

from pydantic import BaseModel
from soniq import JobContext, Snooze, Soniq

app = Soniq()
BIG = 200 * 1024


def ran(ctx: JobContext) -> None:
    path = os.environ.get("WORLD_RUNS")
    if path:
        with open(path, "a", encoding="utf-8") as runs:
            runs.write(f"{ctx.job_id} {ctx.attempt} {ctx.job_name}\n")


class Address(BaseModel):
    to: str


@app.job(name="mail.send")
async def send(to: str, subject: str, ctx: JobContext):
    ran(ctx)
    return {"to": to, "subject": subject, "accepted": True}


@app.job(name="mail.digest", queue="mail", priority=200, unique=True)
def digest(day: str, ctx: JobContext):
    ran(ctx)
    return day


@app.job(name="mail.checked", queue="mail", validate=Address)
async def checked(to: str, ctx: JobContext):
    ran(ctx)


@app.job(name="report.render", queue="reports", priority=10)
async def render(pages: int, ctx: JobContext):
    ran(ctx)
    return {"pages": pages, "body": "ж" * BIG}


@app.job(name="report.store", queue="reports")
async def store(blob: str, ctx: JobContext):
    ran(ctx)
    return len(blob)


@app.job(name="net.fetch", queue="net", retries=3)
async def fetch(url: str, fails: int, ctx: JobContext):
    ran(ctx)
    if ctx.attempt <= fails:
        raise ConnectionError(f"cannot reach {url}, attempt {ctx.attempt}")
    return {"url": url, "attempt": ctx.attempt}


@app.job(name="net.later", queue="net", retries=5, retry_delay=7200)
async def later(ctx: JobContext):
    ran(ctx)
    raise TimeoutError("come back in two hours")


@app.job(name="net.throttled", queue="net")
async def throttled(ctx: JobContext):
    ran(ctx)
    return Snooze(7200, "429 from the other side")


@app.job(name="pay.charge", queue="payments", priority=1, retries=2)
async def charge(order: int, ctx: JobContext):
    ran(ctx)
    if not os.environ.get("WORLD_REPAIRED"):
        raise ValueError(f"card declined for order {order}")
    return {"order": order, "charged": True}


@app.job(name="doomed.only", queue="doomed", retries=0)
async def doomed(ctx: JobContext):
    ran(ctx)
    raise RuntimeError("always")


@app.job(name="slow.step", queue="slow", retries=0, timeout=0.2)
async def slow(ctx: JobContext):
    ran(ctx)
    await asyncio.sleep(30)


@app.job(name="race.step")
async def step(ctx: JobContext):
    ran(ctx)
    await asyncio.sleep(0.02)


@app.job(name="почта.отправить", queue="очередь ☃")
async def unicode_name(текст: str, ctx: JobContext):
    ran(ctx)
    return {"текст": текст, "😀": ["é", "\u2028", "\u202e"]}


@app.job(name="text.break", queue="очередь ☃", retries=0)
async def unicode_error(ctx: JobContext):
    ran(ctx)
    raise RuntimeError("не вышло ☃ 😀 <script>alert(1)</script> \x1b[31mred\x1b[0m")


@app.job(name="numbers.keep")
async def numbers(values: dict, ctx: JobContext):
    ran(ctx)
    return {"big": 12345678901234567890, "small": 1e-7, "sum": 0.1 + 0.2, "none": None}
