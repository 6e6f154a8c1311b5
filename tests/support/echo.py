"""The toy server on our HTTP room, and a client that sends exactly the bytes it is given."""

import contextlib
import json
import os
import re
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

from support import ours
from support.processes import Child
from support.waiting import wait_until

PATIENCE = 30


def program() -> Path:
    """SONIQ_ECHO, or what was built beside the program under test."""
    beside = ours.binary().parents[1] / "tests" / "http_echo_server"
    path = Path(os.environ.get("SONIQ_ECHO", beside))
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: run ./dev test, or set SONIQ_ECHO")
    return path.resolve()


@dataclass
class Answer:
    """One answer as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body)


@dataclass
class Raw:
    """A connection on which nothing is added, checked or repaired."""

    sock: socket.socket
    waiting: bytes = field(default=b"")

    def send(self, data: bytes) -> "Raw":
        # The server may have closed already: what it said is what counts.
        with contextlib.suppress(ConnectionError):
            self.sock.sendall(data)
        return self

    def ask(self, path="/echo", method="GET", body=None, **headers) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
        lines += [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        return self.answer(has_body=method != "HEAD")

    def _more(self) -> None:
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise EOFError(self.waiting)
        self.waiting += data

    def _take(self, n: int) -> bytes:
        while len(self.waiting) < n:
            self._more()
        taken, self.waiting = self.waiting[:n], self.waiting[n:]
        return taken

    def answer(self, has_body=True) -> Answer:
        while b"\r\n\r\n" not in self.waiting:
            self._more()
        head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Za-z ]+", first)
        assert found, first
        answer = Answer(int(found[1]), [tuple(line.split(": ", 1)) for line in lines])
        length = answer.header("Content-Length")
        if has_body and length is not None:
            answer.body = self._take(int(length))
        return answer

    def is_closed(self) -> bool:
        """Waits for the end; anything that still comes is a failure."""
        try:
            self._more()
        except EOFError:
            return self.waiting == b""
        raise AssertionError(f"not closed: {self.waiting!r}")

    def close(self) -> None:
        self.sock.close()


class Echo:
    """A running toy server; ends with the test, which fails if a sanitizer spoke."""

    def __init__(self, **options):
        options = {"host": "127.0.0.1"} | options
        command = [program(), *(f"{k}={v}" for k, v in options.items())]
        self.child = Child(command, env=ours.environment(), name="echo")
        self.host = options["host"]
        self._open: list[Raw] = []
        wait_until(lambda: self.child.stdout().endswith("\n") or not self.child.running, "ready")
        assert self.child.running, self.child.said()
        self.port = int(self.child.stdout().split()[0])

    def connect(self, host=None, **options) -> Raw:
        if self.host.startswith("/"):
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(PATIENCE)
            sock.connect(self.host)
        else:
            sock = socket.create_connection((host or self.host, self.port), PATIENCE, **options)
        raw = Raw(sock)
        self._open.append(raw)
        return raw

    def ask(self, path="/echo", method="GET", body=None, **headers) -> Answer:
        raw = self.connect()
        answer = raw.ask(path, method, body, **headers)
        raw.close()
        return answer

    def meter(self) -> dict:
        return self.ask("/meter").json()

    def wait_meter(self, **wanted) -> None:
        wait_until(
            lambda: all(self.meter()[k] >= v for k, v in wanted.items()), f"{wanted} is reached"
        )

    def background(self, path, method="GET", body=None, **headers) -> "Pending":
        return Pending(self, path, method, body, headers)

    def stop(self) -> None:
        for raw in self._open:
            raw.close()
        code = self.child.stop()
        ours.assert_no_report(self.child.stderr())
        assert code == 0, self.child.said()


class Pending:
    """A request that was sent in a thread; its answer is waited for by get()."""

    def __init__(self, echo, path, method, body, headers):
        self.raw = echo.connect()
        self._answer: Answer | None = None
        self._thread = threading.Thread(target=self._run, args=(path, method, body, headers))
        self._thread.start()

    def _run(self, path, method, body, headers):
        # No answer: get() says so.
        with contextlib.suppress(OSError, EOFError):
            self._answer = self.raw.ask(path, method, body, **headers)

    def get(self) -> Answer:
        self._thread.join(PATIENCE)
        assert self._answer is not None, "no answer"
        return self._answer

    def leave(self) -> None:
        """Close the connection without having waited."""
        self.raw.sock.shutdown(socket.SHUT_RDWR)
        self.raw.close()
        self._thread.join(PATIENCE)
