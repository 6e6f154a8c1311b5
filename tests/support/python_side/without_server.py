"""The application asked without a server, by ASGI alone; says what came of it as JSON.

usage: without_server.py many N | end | nobody | hang | loops | fork | wrong

MOUNT_URL names the database.
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


async def end(app):
    """Closed with a stream and many reads under way: each of them ends."""
    stream = asyncio.create_task(ask(app, "/api/events"))
    await asyncio.sleep(0.5)
    paths = ["/api/jobs", "/api/queues", "/api/workers", "/api/dead-letter"]
    reads = [asyncio.create_task(ask(app, paths[n % len(paths)])) for n in range(100)]
    await asyncio.sleep(0)
    await app.aclose()
    given = await asyncio.wait_for(asyncio.gather(stream, *reads, return_exceptions=True), 30)
    return {"stream": given[0][0], "statuses": sorted({status for status, _ in given[1:]})}


async def nobody():
    """`who` knows some, and nothing of others; settings go by their variables as well."""
    settings = {"SONIQ_ATTEMPTS_RETENTION": "2h", "SONIQ_DASHBOARD_DATABASE_BUDGET": "2"}
    app = create_dashboard_app(URL, who=lambda scope: None, settings=settings)
    status, _ = await ask(app)
    await app.aclose()
    return {"status": status}


class Panel:
    id, title = "hangs", "Hangs"

    def __init__(self):
        self.asked = 0

    def render(self, app):
        self.asked += 1
        time.sleep(3600)


class Host:
    """As a Soniq object looks from here."""

    settings = type("Settings", (), {"database_url": URL})

    def __init__(self, panel):
        self.dashboard = type("Dashboard", (), {"_panels": [panel]})


async def hang():
    panel = Panel()
    app = create_dashboard_app(Host(panel), panel_timeout=0.3)
    given = [await ask(app, "/api/panels/hangs") for _ in range(4)]
    status, _ = await ask(app)
    await app.aclose()
    return {"given": [[status, body.decode()] for status, body in given], "asked": panel.asked,
            "status": status}  # fmt: skip


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
    elif what == "end":
        found = asyncio.run(end(app))
    elif what in ("hang", "nobody"):
        found = asyncio.run({"hang": hang, "nobody": nobody}[what]())
    elif what == "wrong":
        found = wrong()
    else:
        found = {"loops": loops, "fork": fork}[what](app)
    print(json.dumps(found))


main(*sys.argv[1:])
