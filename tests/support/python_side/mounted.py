"""Applications with the dashboard at /admin/queue, as users write them; started by the tests.

MOUNT_URL names the database. Whoever shows no token of MOUNT_TOKENS ("token=role,...") is refused
by the application's own middleware, before anything of the dashboard is asked. Without MOUNT_TOKENS
everybody is let in.
"""

import asyncio
import os
import time

from soniq_dashboard import Identity, create_dashboard_app

URL = os.environ["MOUNT_URL"]
WRITE = os.environ.get("MOUNT_WRITE") == "1"
TOKENS = dict(
    pair.split("=", 1) for pair in os.environ.get("MOUNT_TOKENS", "").split(",") if pair
)
PREFIX = "/admin/queue"
DENIED = b"the application says no"


def role_of(scope) -> str | None:
    """None: not one of ours."""
    if not TOKENS:
        return "admin"
    for name, value in scope["headers"]:
        if name == b"authorization":
            return TOKENS.get(value.decode("latin-1").removeprefix("Bearer "))
    return None


def who(scope):
    role = role_of(scope)
    return Identity(user=f"the {role}", role=role)


class Guard:
    """The authentication that the application already has."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or role_of(scope):
            await self.app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": DENIED})


def soniq_with_panels():
    from soniq import Soniq
    from soniq.plugin import PanelSpec

    soniq_app = Soniq(database_url=URL)

    async def good(app):
        return {"type": "number", "value": 42, "label": "answers"}

    async def keys(app):
        return {"backlog": 7, "markup": "<img src=x onerror=alert(1)>", "more": [1, 2]}

    async def text(app):
        return "<script>alert(1)</script>"

    async def raising(app):
        raise RuntimeError("the panel is broken")

    async def slow(app):
        await asyncio.sleep(3600)

    def plain(app):
        time.sleep(0.01)
        return {"type": "number", "value": 1}

    async def odd(app):
        return {"type": "number", "value": float("nan")}

    for render in (good, keys, text, raising, slow, plain, odd):
        panel = PanelSpec(id=render.__name__, title=render.__name__.title(), render=render)
        soniq_app.dashboard.add_panel(panel)
    return soniq_app


def dashboard(soniq_app_or_url=URL):
    return create_dashboard_app(
        soniq_app_or_url, write_enabled=WRITE, who=who, environment="mounted", panel_timeout=1.0
    )


def fastapi():
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    async def home():
        return {"host": "fastapi"}

    app.mount(PREFIX, dashboard(soniq_with_panels() if os.environ.get("MOUNT_PANELS") else URL))
    app.add_middleware(Guard)
    return app


def lifespan():
    """An application that ends the dashboard with itself, and says how many were open then."""
    import sys
    from contextlib import asynccontextmanager

    from fastapi import FastAPI

    mounted = dashboard()

    @asynccontextmanager
    async def whole(app):
        async with mounted.lifespan(app):
            yield
            print(f"before its end {len(mounted._runs)} open", file=sys.stderr)
        print(f"after its end {len(mounted._runs)} open", file=sys.stderr, flush=True)

    app = FastAPI(lifespan=whole)
    app.mount(PREFIX, mounted)
    return app


def starlette():
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Mount, Route

    async def home(request):
        return JSONResponse({"host": "starlette"})

    return Guard(Starlette(routes=[Route("/", home), Mount(PREFIX, dashboard())]))


def django():
    import django
    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.http import JsonResponse
    from django.urls import path

    def home(request):
        return JsonResponse({"host": "django"})

    settings.configure(ROOT_URLCONF=(path("", home),), ALLOWED_HOSTS=["*"], SECRET_KEY="of a test")
    django.setup()
    site, mounted = get_asgi_application(), dashboard()

    async def application(scope, receive, send):
        if scope["type"] == "http" and f"{scope['path']}/".startswith(f"{PREFIX}/"):
            await mounted(scope | {"root_path": PREFIX}, receive, send)
        elif scope["type"] == "http":
            await site(scope, receive, send)
        elif scope["type"] == "lifespan":
            await mounted(scope, receive, send)

    return Guard(application)


def beside():
    """The Python project's own dashboard in the same application, for comparison."""
    from fastapi import FastAPI
    from soniq import Soniq
    from soniq.dashboard.server import create_dashboard_app as theirs

    app = FastAPI()

    @app.get("/")
    async def home():
        return {"host": "beside"}

    app.mount("/python", theirs(Soniq(database_url=URL)))
    app.mount(PREFIX, dashboard())
    return app


def alone():
    """The dashboard as the whole application of a server."""
    return dashboard()
