"""The ASGI application: from scope and messages to calls of libsoniq, and back."""

import asyncio
import atexit
import contextlib
import inspect
import os
import weakref
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

from soniq_dashboard._core import Call
from soniq_dashboard._database import url_of
from soniq_dashboard._panels import panels_of, renderer
from soniq_dashboard._run import Run
from soniq_dashboard._types import ROLES, Identity, Message, Receive, Role, Scope, Send, Who

BODY_MAX = 65536
# What may stand in a path as it is (RFC 3986, pchar).
PATH_SAFE = "/:@!$&'()*+,;=~"
STREAM = b"text/event-stream"
NOBODY = Identity(None, "none")
# Seconds after which a client that leaves is looked for.
WATCH_AFTER = 0.05


def create_dashboard_app(
    soniq_app_or_url: Any,
    *,
    write_enabled: bool = False,
    who: Who | None = None,
    role: Role = "admin",
    environment: str | None = None,
    panel_timeout: float = 3.0,
    settings: Mapping[str, str] | None = None,
) -> "DashboardApp":
    """The dashboard as an ASGI application, to be mounted under any path.

    soniq_app_or_url: a `soniq.Soniq` object (whose panels are shown), or a database URL.
    write_enabled: replay, cancel and delete; else everything is read-only.
    who: who asks and what they may do, from the ASGI scope; may be a coroutine function. None as
        its answer: somebody who may do nothing.
    role: without `who`, what everybody may do whom the application let through, by the name that
        an authentication middleware left in scope["user"].
    environment: the name that the page shows at the top.
    panel_timeout: seconds that a panel of the Soniq object may take.
    settings: any other setting of docs/settings.md by its name or its variable, as a text:
        {"dashboard.database_budget": "2"} or {"SONIQ_DASHBOARD_DATABASE_BUDGET": "2"}.

    Nothing is read from the environment. The database is connected to by the first request; a
    wrong setting raises SoniqDashboardError there, and here where that can be known.
    """
    options = {
        "database.url": url_of(soniq_app_or_url),
        "dashboard.write_enabled": "true" if write_enabled else "false",
    }
    if environment is not None:
        options["dashboard.environment"] = environment
    options |= settings or {}
    soniq_app = None if isinstance(soniq_app_or_url, str) else soniq_app_or_url
    return DashboardApp(options, soniq_app, who, role, panel_timeout)


class DashboardApp:
    """What create_dashboard_app gives; `close()` ends it before the program does."""

    def __init__(
        self,
        options: dict[str, str],
        soniq_app: Any,
        who: Who | None,
        role: Role,
        panel_timeout: float,
    ):
        self._options = options
        self._soniq_app = soniq_app
        self._who = who
        self._role = role
        self._panel_timeout = panel_timeout
        self._runs: dict[asyncio.AbstractEventLoop, Run] = {}
        self._pid = os.getpid()
        if role not in ROLES:
            raise ValueError(f"role: one of {', '.join(ROLES)}, not {role!r}")
        _opened.add(self)

    # ---- opening and closing ----

    def _run(self) -> Run:
        """One for each loop: opened by its first request, so that a server may fork before."""
        loop = asyncio.get_running_loop()
        if self._pid != os.getpid():
            # Threads do not come along into a child; what they held is the parent's.
            self._runs, self._pid = {}, os.getpid()
        for other in [other for other in self._runs if other.is_closed()]:
            self._runs.pop(other).close()
        if loop not in self._runs:
            self._runs[loop] = self._open(loop)
        return self._runs[loop]

    def _open(self, loop: asyncio.AbstractEventLoop) -> Run:
        run = Run(self._options, loop)
        for panel in panels_of(self._soniq_app):
            render = renderer(panel, self._soniq_app, loop, self._panel_timeout)
            run.core.add_panel(panel.id, panel.title, render)
        return run

    def close(self) -> None:
        """End it: streams are told, what runs has ten seconds. A later request opens it again."""
        runs, self._runs = self._runs, {}
        for run in runs.values() if self._pid == os.getpid() else ():
            run.close()

    async def aclose(self) -> None:
        """The same without stopping the loop, which panels may need to end."""
        run = self._runs.pop(asyncio.get_running_loop(), None)
        if run is not None:
            await run.aclose()

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Any = None) -> AsyncIterator[None]:
        """FastAPI(lifespan=dashboard.lifespan), for an application that has no other."""
        try:
            yield
        finally:
            await self.aclose()

    # ---- ASGI ----

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """When it is the whole application of a server; a mounted one is not told."""
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await self.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = path_below_mount(scope)
        if path == "":
            await _redirect(scope, send)
            return
        body = await _read_body(receive)
        if body is None:
            return
        identity = await self._identify(scope)
        run = self._run()
        call = run.begin(
            scope["method"],
            target_of(path, scope),
            list(scope["headers"]),
            body,
            scope["client"][0] if scope.get("client") else None,
            identity.user,
            ROLES[identity.role],
        )
        try:
            await _Answer(run, call, receive, send).pass_on()
        finally:
            run.end(call)

    async def _identify(self, scope: Scope) -> Identity:
        if self._who is None:
            return Identity(_user_of(scope), self._role)
        given = self._who(scope)
        if inspect.isawaitable(given):
            given = await given
        return given or NOBODY


class _Answer:
    """One answer on its way to the client."""

    def __init__(self, run: Run, call: Call, receive: Receive, send: Send):
        self._run = run
        self._call = call
        self._receive = receive
        self._send = send
        self._watch: asyncio.Task[None] | None = None
        self._has_begun = False
        self._is_stream = False

    async def pass_on(self) -> None:
        try:
            part = self._call.take()
            while True:
                if part is None:
                    if not await self._more():
                        return
                    part = self._call.take()
                elif part is True or part is False:
                    await self._finish(is_whole=part)
                    return
                elif isinstance(part, bytes):
                    # With what follows, for the last piece and the end are one message.
                    body, part = part, self._call.take()
                    is_more = part is not True
                    await self._send(
                        {"type": "http.response.body", "body": body, "more_body": is_more}
                    )
                    if not is_more:
                        return
                    # What came while it was sent woke nobody.
                    part = self._call.take() if part is None else part
                else:
                    await self._begin(*part)
                    part = self._call.take()
        finally:
            if self._is_stream:
                self._run.stream_ends()
            if self._watch is not None:
                self._watch.cancel()

    async def _more(self) -> bool:
        """Wait for news; False: the client has gone."""
        if self._watch is not None:
            await self._run.wait(self._call)
            return not self._watch.done()
        later = asyncio.get_running_loop().call_later(WATCH_AFTER, self._watch_client)
        try:
            await self._run.wait(self._call)
        finally:
            later.cancel()
        return self._watch is None or not self._watch.done()

    def _watch_client(self) -> None:
        """Not at once: a task is more work than most answers take."""
        self._watch = asyncio.ensure_future(_await_disconnect(self._receive))
        self._watch.add_done_callback(lambda _: self._run.wake(self._call))

    async def _begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        headers = [(name.lower(), value) for name, value in headers]
        self._has_begun = True
        if (b"content-type", STREAM) in [(name, value[: len(STREAM)]) for name, value in headers]:
            self._is_stream = True
            self._run.stream_begins()
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _finish(self, *, is_whole: bool) -> None:
        if not self._has_begun:
            await _say(self._send, 503, "The dashboard is closed.", [(b"retry-after", b"2")])
        elif is_whole:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            # The server closes the connection of an answer that an exception ends.
            raise ConnectionAbortedError("the answer of the dashboard broke off")


def path_below_mount(scope: Scope) -> str:
    """Whether or not the framework took the mount off `path` (it did in old ones)."""
    path, root = scope["path"], scope.get("root_path", "").rstrip("/")
    if not root or not path.startswith(root):
        return str(path)
    rest = path[len(root) :]
    return str(rest if rest == "" or rest.startswith("/") else path)


def target_of(path: str, scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    encoded = quote(path, safe=PATH_SAFE)
    return f"{encoded}?{query}" if query else encoded


def _user_of(scope: Scope) -> str | None:
    """As Starlette's authentication middleware leaves it."""
    user = scope.get("user")
    if user is None or not getattr(user, "is_authenticated", False):
        return None
    return str(getattr(user, "display_name", "") or getattr(user, "username", "")) or None


async def _read_body(receive: Receive) -> bytes | None:
    """As much as is needed to see that it is too much; None: the client has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= BODY_MAX:
            body += message.get("body", b"")[: BODY_MAX + 1]
        if not message.get("more_body", False):
            return body


async def _await_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _redirect(scope: Scope, send: Send) -> None:
    """Every address of the page is relative to that with the slash."""
    location = quote(scope["path"], safe=PATH_SAFE).encode() + b"/"
    query = scope.get("query_string", b"")
    location += b"?" + query if query else b""
    await _say(send, 308, "It is at the address with a slash.", [(b"location", location)])


async def _say(send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]]) -> None:
    body = b'{"detail":"%s"}' % text.encode()
    headers = [*headers, (b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers.append((b"content-length", str(len(body)).encode()))
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})


# Threads of a dashboard must not come into an interpreter that is being taken down.
_opened: "weakref.WeakSet[DashboardApp]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for app in list(_opened):
        app.close()
