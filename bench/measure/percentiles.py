"""How far percentiles from histograms are from those of the durations themselves."""

import json
import time

import psycopg

from measure.machine import Client
from support import ours

JOBS = 20_000
SHAPES = {  # seconds, by a number u in (0, 1) and a normal one z
    "lognormal, median 0.4 s": "exp(ln(0.4) + 1.1 * z)",
    "even, 5 to 900 ms": "0.005 + 0.895 * u",
    "short, 1 to 3 ms": "0.001 + 0.002 * u",
    "two humps, 20 ms and 30 s": "CASE WHEN u < 0.9 THEN 0.02 * exp(0.3 * z) "
    "ELSE 30 * exp(0.2 * z) END",
}
# Claimed when due, done now: the run is what the claim lies back.
WORK = """
SELECT setseed(0.5);
CREATE TEMP TABLE took AS
SELECT i, {shape} AS run, 2 * ({shape}) AS wait
  FROM (SELECT i, random() AS u, sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS z
          FROM generate_series(1, {jobs}) i OFFSET 0) x;
INSERT INTO soniq_jobs (id, job_name, args, status, queue, attempts, created_at, updated_at)
SELECT md5('p' || i)::uuid, 'app.timed', to_jsonb(i), 'queued', 'timed', 0,
       now() - wait * interval '1 second', now()
  FROM took;
UPDATE soniq_jobs SET status = 'processing', attempts = 1, updated_at = now();
UPDATE soniq_jobs AS j SET updated_at = now() - t.run * interval '1 second'
  FROM took AS t WHERE j.args = to_jsonb(t.i);
UPDATE soniq_jobs SET status = 'done', expires_at = now() + interval '1 day';
"""
EXACT = """
SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY {column}) FROM took
"""


def exact(connection, column: str) -> list[float]:
    (found,) = connection.execute(EXACT.format(column=column)).fetchone()
    return [float(value) * 1e3 for value in found]


def told(base: str) -> dict:
    """The metrics, when the keeper has folded."""
    end = time.monotonic() + 30
    while True:
        _, _, body = Client(base).ok(f"/api/metrics?hours=1&_={time.monotonic_ns()}")
        found = json.loads(body)
        if found.get("run_p50_ms") is not None or time.monotonic() > end:
            return found
        time.sleep(0.3)


def errors(server, name: str, shape: str) -> tuple[list[str], float]:
    database = server.create()
    ours.ok("setup", url=database.url)
    with ours.Dashboard(database.url) as dashboard, psycopg.connect(database.url) as connection:
        for statement in filter(str.strip, WORK.format(shape=shape, jobs=JOBS).split(";")):
            connection.execute(statement)
        connection.commit()
        found = told(dashboard.base)
        lines, worst = [], 0.0
        for kind in ("wait", "run"):
            cells = []
            for p, truth in zip((50, 95, 99), exact(connection, kind)):
                ours_ms = found.get(f"{kind}_p{p}_ms")
                if ours_ms is None:
                    cells.append(f"- / {truth:.2f}")
                    worst = float("inf")
                    continue
                off = abs(ours_ms / truth - 1)
                worst = max(worst, off)
                cells.append(f"{ours_ms:.2f} / {truth:.2f} ({off:.1%})")
            lines.append(f"| {name} | {kind} | {' | '.join(cells)} |")
    database.drop()
    return lines, worst


def section(server) -> list[str]:
    lines = [
        "### Percentiles",
        "",
        f"{JOBS:,} jobs with known times, through triggers and fold; what `/api/metrics` says / "
        "what is true, in ms.",
        "",
        "| shape | of | p50 | p95 | p99 |",
        "|---|---|---|---|---|",
    ]
    worst = 0.0
    for name, shape in SHAPES.items():
        found, off = errors(server, name, shape)
        lines += found
        worst = max(worst, off)
    return [*lines, "", f"The greatest error: **{worst:.1%}** (goal 6 %)."]
