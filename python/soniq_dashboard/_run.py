"""One open dashboard on one event loop: who waits for what."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from soniq_dashboard import _core

LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
GOES_ON = 0.5


def log_line(level: int, part: str, line: str) -> None:
    logging.getLogger(f"soniq_dashboard.{part}").log(LEVELS[level], "%s", line)


class Run:
    """The dashboard's descriptor in the loop; each call has an event."""

    def __init__(self, options: dict[str, str], loop: asyncio.AbstractEventLoop):
        self.core = _core.Dashboard(options, log_line)
        self._loop = loop
        self._events: dict[_core.Call, asyncio.Event] = {}
        self._n_streams = 0
        self._watch: asyncio.Task[None] | None = None
        loop.add_reader(self.core.fileno(), self._on_news)

    def _on_news(self) -> None:
        while (call := self.core.next()) is not None:
            event = self._events.get(call)
            if event is not None:
                event.set()

    def begin(self, *asked: Any) -> tuple[_core.Call, asyncio.Event]:
        call = self.core.begin(*asked)
        event = self._events[call] = asyncio.Event()
        return call, event

    def end(self, call: _core.Call) -> None:
        self._events.pop(call, None)
        call.free()

    def stream_begins(self) -> None:
        self._n_streams += 1
        if self._watch is None:
            self._watch = self._loop.create_task(self._watch_for_end())

    def stream_ends(self) -> None:
        self._n_streams -= 1

    async def _watch_for_end(self) -> None:
        """A server that stops waits for its streams, which have no end of their own."""
        is_ending = _end_of_server()
        while self._n_streams > 0 and not is_ending():
            await asyncio.sleep(GOES_ON)
        self._watch = None
        if self._n_streams > 0:
            self.core.drain()

    def detach(self) -> None:
        if not self._loop.is_closed():
            self._loop.remove_reader(self.core.fileno())

    def close(self) -> None:
        """Waits; in the loop or after its end."""
        self.detach()
        self.core.close()


def _end_of_server() -> Callable[[], bool]:
    """Is the server that we are in about to end?

    uvicorn says so nowhere but in itself, and is to be found behind the signal it listens to. Of
    other servers nothing is known here: they cancel what runs, which ends streams as well.
    """
    import signal

    handler = signal.getsignal(signal.SIGTERM)
    server = getattr(handler, "__self__", None)
    return lambda: bool(getattr(server, "should_exit", False))
