"""Asking a server many things at once, or until it answers."""

import threading
import time

from support.waiting import wait_until
from support.wire import Wire


def recovers(wire: Wire, path: str) -> None:
    """Each of the connections comes back by itself."""
    oks = []

    def answered() -> bool:
        oks.append(wire.ask("GET", path).status == 200)
        return oks[-12:] == [True] * 12

    wait_until(answered, f"{path} is answered again", seconds=30)


def in_parallel(port: int, requests, headers=None):
    """Ask all of them at once; call the result for the answers, in order, with what each took."""
    answers = [None] * len(requests)

    def ask(n: int, method: str, path: str) -> None:
        wire, begun = Wire(port), time.monotonic()
        answers[n] = (wire.ask(method, path, headers or {}), time.monotonic() - begun)
        wire.close()

    threads = [threading.Thread(target=ask, args=[n, *each]) for n, each in enumerate(requests)]
    for thread in threads:
        thread.start()

    def finish() -> list:
        for thread in threads:
            thread.join()
        assert None not in answers
        return answers

    return finish
