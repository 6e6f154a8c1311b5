"""A stream of server-sent events as it comes, byte by byte; nothing is read before it is asked."""

import json
import socket
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    name: str
    id: int | None
    text: str
    raw: bytes

    @property
    def data(self) -> dict:
        return json.loads(self.text)

    @property
    def topic(self) -> str:
        return self.data["topic"]


class Events:
    """An open stream; `status` and `headers` are those of its answer."""

    def __init__(
        self, port, path="/api/events", headers=(), method="GET", version="1.1", small=False,
        address="127.0.0.1",
    ):  # fmt: skip
        self.sock = socket.socket()
        if small:  # the kernel takes little for a reader that does not read
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(30)
        self.sock.connect((address, port))
        self.comments = 0
        self.waiting = b""
        pairs = dict(headers)
        pairs.setdefault("Host", f"127.0.0.1:{port}")
        lines = [f"{method} {path} HTTP/{version}", *(f"{k}: {v}" for k, v in pairs.items())]
        self.sock.sendall("\r\n".join([*lines, "", ""]).encode())
        head = self._until(b"\r\n\r\n", time.monotonic() + 30).decode()
        first, *rest = head.split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)}

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.sock.close()

    def _until(self, end: bytes, deadline: float) -> bytes:
        while end not in self.waiting:
            self.sock.settimeout(max(deadline - time.monotonic(), 0.001))
            data = self.sock.recv(65536)
            if not data:
                raise EOFError(self.waiting)
            self.waiting += data
        found, _, self.waiting = self.waiting.partition(end)
        return found

    def next(self, seconds: float = 30) -> Event:
        """The next event. TimeoutError: none came; EOFError: the stream has ended."""
        deadline = time.monotonic() + seconds
        while True:
            raw = self._until(b"\n\n", deadline)
            fields = [line.partition(":") for line in raw.decode().split("\n")]
            self.comments += sum(name == "" for name, _, _ in fields)
            found = {name: value.removeprefix(" ") for name, _, value in fields if name}
            if "data" in found:
                id = int(found["id"]) if "id" in found else None
                return Event(found["event"], id, found["data"], raw)

    def take(self, n: int, seconds: float = 30) -> list[Event]:
        return [self.next(seconds) for _ in range(n)]

    def until(self, wanted, seconds: float = 30) -> Event:
        """The first event for which it is true."""
        deadline = time.monotonic() + seconds
        while True:
            event = self.next(deadline - time.monotonic())
            if wanted(event):
                return event

    def all_for(self, seconds: float) -> list[Event]:
        """All that come within so many seconds."""
        deadline = time.monotonic() + seconds
        found = []
        while True:
            try:
                found.append(self.next(deadline - time.monotonic()))
            except TimeoutError:
                return found

    def ends(self, seconds: float = 30) -> bool:
        """Reads to the end of the stream."""
        try:
            while True:
                self.next(seconds)
        except EOFError:
            return True
        except TimeoutError:
            return False

    def wait_for(self, text: bytes, seconds: float) -> bool:
        """Reads until it stands there, in whatever chunks a proxy makes."""
        try:
            self._until(text, time.monotonic() + seconds)
        except (TimeoutError, EOFError):
            return False
        return True
