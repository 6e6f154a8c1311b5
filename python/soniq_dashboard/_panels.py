"""Panels of a Python Soniq object, `app.dashboard.add_panel(PanelSpec(...))`, for libsoniq.

A panel's `render(soniq_app)` is awaited in the application's own event loop, where its database
pools live. It gives text, or a dict: what fits PanelContent is shown as that, all else as a table
of keys and values. Nothing is ever taken for markup.
"""

import asyncio
import concurrent.futures
import inspect
import json
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


async def _rendered(panel: Any, soniq_app: Any) -> Any:
    """`render` should be a coroutine function; a plain one runs beside the loop."""
    if inspect.iscoroutinefunction(panel.render):
        return await panel.render(soniq_app)
    given = await asyncio.to_thread(panel.render, soniq_app)
    return await given if inspect.isawaitable(given) else given


def renderer(
    panel: Any, soniq_app: Any, loop: asyncio.AbstractEventLoop, timeout: float
) -> Callable[[], tuple[bool, bytes]]:
    """What libsoniq calls, in a thread of its own."""

    def render() -> tuple[bool, bytes]:
        task = asyncio.run_coroutine_threadsafe(_rendered(panel, soniq_app), loop)
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
