"""Panels of a Python Soniq object, `app.dashboard.add_panel(PanelSpec(...))`, for libsoniq.

A panel's `render(soniq_app)` is awaited in the application's own event loop, where its database
pools live. It gives text, or a dict: what fits PanelContent is shown as that, all else as a table
of keys and values. Nothing is ever taken for markup.
"""

import asyncio
import concurrent.futures
import inspect
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

TYPES = ("number", "table", "line", "text")


def content_of(given: Any) -> dict[str, Any]:
    if isinstance(given, dict) and given.get("type") in TYPES:
        return given
    if isinstance(given, dict):
        rows = [[str(key), _cell(value)] for key, value in given.items()]
        return {"type": "table", "columns": ["name", "value"], "rows": rows}
    return {"type": "text", "text": str(given)}


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)


class _Beside:
    """A plain function in a thread of its own, not one of the application's. While one that was
    given up still runs there is no second: it would take a thread each time it is looked at."""

    def __init__(self) -> None:
        self._left: concurrent.futures.Future[Any] | None = None

    async def run(self, function: Callable[[Any], Any], arg: Any) -> Any:
        if self._left is not None and not self._left.done():
            raise RuntimeError("it has not come back since it was asked before")
        given = _in_thread(function, arg)
        try:
            return await asyncio.wrap_future(given)
        except asyncio.CancelledError:
            self._left = given
            raise


def _in_thread(function: Callable[[Any], Any], arg: Any) -> concurrent.futures.Future[Any]:
    future: concurrent.futures.Future[Any] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(function(arg))
        except BaseException as error:
            future.set_exception(error)

    # A daemon: one that hangs must not hold up the end of the program.
    threading.Thread(target=run, name="soniq_dashboard panel", daemon=True).start()
    return future


async def _rendered(panel: Any, soniq_app: Any, beside: _Beside) -> Any:
    """`render` should be a coroutine function; a plain one runs beside the loop."""
    if inspect.iscoroutinefunction(panel.render):
        return await panel.render(soniq_app)
    given = await beside.run(panel.render, soniq_app)
    return await given if inspect.isawaitable(given) else given


def renderer(
    panel: Any, soniq_app: Any, loop: asyncio.AbstractEventLoop, timeout: float
) -> Callable[[], tuple[bool, bytes]]:
    """What libsoniq calls, in a thread of its own."""

    beside = _Beside()

    def render() -> tuple[bool, bytes]:
        rendered = _rendered(panel, soniq_app, beside)
        try:
            task = asyncio.run_coroutine_threadsafe(rendered, loop)
        except RuntimeError:
            rendered.close()
            return False, b"The loop that it belongs to has ended."
        try:
            content = content_of(task.result(timeout))
            text = json.dumps(content, default=str, ensure_ascii=False, allow_nan=False)
            return True, text.encode("utf-8", "replace")
        except concurrent.futures.TimeoutError:
            task.cancel()
            return False, f"It took longer than {timeout:g} s and was given up.".encode()
        except Exception as error:
            return False, f"{type(error).__name__}: {error}".encode("utf-8", "replace")

    return render


def panels_of(soniq_app: Any) -> Iterable[Any]:
    return getattr(getattr(soniq_app, "dashboard", None), "_panels", ())
