"""The application asked without a server, by ASGI alone; says what came of it as JSON.

usage: without_server.py many N | loops | fork | wrong        MOUNT_URL names the database
"""

import asyncio
import json
import os
import sys
import time

from soniq_dashboard import SoniqDashboardError, create_dashboard_app

URL = os.environ["MOUNT_URL"]


async def ask(app, path="/api/stats", method="GET"):
    """(status, body)."""
    said, received = [], False

    async def receive():
        nonlocal received
        if received:
            await asyncio.sleep(3600)
        received = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        said.append(message)

    scope = {"type": "http", "method": method, "path": path, "root_path": "", "query_string": b"",
             "headers": [(b"host", b"app.example")], "client": ("192.0.2.7", 4711)}  # fmt: skip
    await app(scope, receive, send)
    return said[0]["status"], b"".join(message.get("body", b"") for message in said[1:])


async def many(app, n):
    """n requests at once; how late the loop's own clock was meanwhile."""
    late = 0.0

    async def clock():
        nonlocal late
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            late = max(late, time.monotonic() - began - 0.01)

    ticking = asyncio.create_task(clock())
    paths = ["/api/stats", "/api/queues", "/api/jobs", "/", "/health"]
    answers = await asyncio.gather(*(ask(app, paths[i % len(paths)]) for i in range(n)))
    ticking.cancel()
    await app.aclose()
    return {"statuses": sorted({status for status, _ in answers}), "n": len(answers), "late": late}


def loops(app):
    """Three loops, one after the other, as test clients have them."""
    return {"statuses": [asyncio.run(ask(app))[0] for _ in range(3)]}


def fork(app):
    """Asked before the fork, and by parent and child after it."""
    before = asyncio.run(ask(app))[0]
    child = os.fork()
    if child == 0:
        status = asyncio.run(ask(app))[0]
        app.close()
        os._exit(0 if status == 200 else 1)
    _, ended = os.waitpid(child, 0)
    after = asyncio.run(ask(app))[0]
    return {"statuses": [before, after], "child": os.waitstatus_to_exitcode(ended)}


def wrong():
    """What a mistake in the options says."""
    said = []
    for settings in ({"dashboard.database_budge": "1"}, {"dashboard.database_budget": "many"}):
        app = create_dashboard_app(URL, settings=settings)
        try:
            asyncio.run(ask(app))
        except SoniqDashboardError as error:
            said.append(str(error))
    for given in (7, object()):
        try:
            create_dashboard_app(given)
        except TypeError as error:
            said.append(str(error))
    return {"said": said}


def main(what, *arguments):
    app = create_dashboard_app(URL)
    if what == "many":
        found = asyncio.run(many(app, int(arguments[0])))
    elif what == "wrong":
        found = wrong()
    else:
        found = {"loops": loops, "fork": fork}[what](app)
    print(json.dumps(found))


main(*sys.argv[1:])
