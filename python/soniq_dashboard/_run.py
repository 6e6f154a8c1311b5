"""One open dashboard on one event loop: who waits for which call."""

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Any

from soniq_dashboard import _core

LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
GOES_ON = 0.5
# Seconds that the library gives to what runs, and a little.
ENDS_WITHIN = 11


def log_line(level: int, part: str, line: str) -> None:
    logging.getLogger(f"soniq_dashboard.{part}").log(LEVELS[level], "%s", line)


class Run:
    """The dashboard's descriptor in the loop; it wakes whoever waits for a call."""

    def __init__(self, options: dict[str, str], loop: asyncio.AbstractEventLoop):
        self.core = _core.Dashboard(options, log_line)
        self._loop = loop
        self._waiters: dict[_core.Call, asyncio.Future[None]] = {}
        self._n_calls = 0
        self._n_streams = 0
        self._watch: asyncio.Task[None] | None = None
        loop.add_reader(self.core.fileno(), self._on_news)

    def _on_news(self) -> None:
        while (call := self.core.next()) is not None:
            self.wake(call)

    def begin(self, *asked: Any) -> _core.Call:
        call = self.core.begin(*asked)
        self._n_calls += 1
        return call

    async def wait(self, call: _core.Call) -> None:
        """Until it has something to take, or somebody wakes it."""
        waiter = self._waiters[call] = self._loop.create_future()
        await waiter

    def wake(self, call: _core.Call) -> None:
        waiter = self._waiters.pop(call, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def end(self, call: _core.Call) -> None:
        self._waiters.pop(call, None)
        self._n_calls -= 1
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

    async def aclose(self) -> None:
        """What runs is answered as long as it takes, ten seconds at most; then it breaks off."""
        self.core.drain()
        until = self._loop.time() + ENDS_WITHIN
        while self._n_calls > 0 and self._loop.time() < until:
            await asyncio.sleep(0.01)
        self._loop.remove_reader(self.core.fileno())
        await asyncio.to_thread(self.core.close)
        self._wake_all()

    def close(self) -> None:
        """Waits; in the loop or after its end."""
        is_over = self._loop.is_closed()
        if not is_over:
            self._loop.remove_reader(self.core.fileno())
        self.core.close()
        if not is_over:
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        """They find that it is over."""
        for call in list(self._waiters):
            self.wake(call)


def _end_of_server() -> Callable[[], bool]:
    """Is the server that we are in about to end?

    uvicorn says so nowhere but in itself, and is to be found behind the signal it listens to. Of
    other servers nothing is known here: they cancel what runs, which ends streams as well.
    """
    handler = signal.getsignal(signal.SIGTERM)
    server = getattr(handler, "__self__", None)
    return lambda: bool(getattr(server, "should_exit", False))
