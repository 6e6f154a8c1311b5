"""A FastAPI application with the dashboard in it, with the options of examples/host_*.c."""

import argparse
import signal
import sys
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from soniq_dashboard import Identity, create_dashboard_app


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--prefix")
    parser.add_argument("--database-url")
    parser.add_argument("--token", action="append", default=[])
    parser.add_argument("--set", action="append", default=[], dest="settings")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--archive")
    return parser.parse_args()


def panels(archive):
    """What create_dashboard_app looks for in a Soniq object."""

    async def disks(_):
        rows = [["/", 0.5], ["<b>/data</b>", 0.75]]
        return {"type": "table", "columns": ["disk", "used"], "rows": rows}

    async def printer(_):
        raise RuntimeError("out of paper")

    def tapes(_):
        with open(archive) as file:
            return {"type": "number", "value": int(file.read()), "label": "tapes"}

    specs = [("disks", "Disks", disks), ("printer", "Printer", printer)]
    if archive:
        specs.append(("archive", "Archive", tapes))
    return SimpleNamespace(
        _panels=[SimpleNamespace(id=i, title=t, render=render) for i, t, render in specs]
    )


def role_of(scope, secrets):
    shown = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return secrets.get(shown.removeprefix("Bearer "))


class Guard:
    """The authentication that the application has."""

    def __init__(self, app, secrets):
        self.app, self.secrets = app, secrets

    async def __call__(self, scope, receive, send):
        is_open = scope["type"] != "http" or scope["path"] == "/"
        app = self.app if is_open or role_of(scope, self.secrets) else _refuse
        await app(scope, receive, send)


_refuse = PlainTextResponse("the application does not know you\n", status_code=401)


def application(given):
    secrets = {secret: role for role, secret in (token.split("=", 1) for token in given.token)}
    app = FastAPI()

    @app.get("/")
    async def home():
        return PlainTextResponse("the application's own page\n")

    if not given.bare:
        settings = SimpleNamespace(database_url=given.database_url)
        database = SimpleNamespace(dashboard=panels(given.archive), settings=settings)
        dashboard = create_dashboard_app(
            database,
            write_enabled=given.write,
            who=lambda scope: Identity("ada", role_of(scope, secrets)),
            panel_timeout=60,
            settings=dict(pair.split("=", 1) for pair in given.settings),
        )
        app.mount(given.prefix, dashboard)
    app.add_middleware(Guard, secrets=secrets)
    return app


def main():
    given = options()
    # uvicorn raises the signal again when it is done.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(application(given), port=given.port, log_level="warning", backlog=512)


main()
