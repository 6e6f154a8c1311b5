"""Requests with exactly the headers that a test wants, Host included, on one connection."""

import http.client
import socket
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        values = self.all(name)
        return ", ".join(values) if values else None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Wire:
    """ask() keeps the connection where the server does."""

    def __init__(self, port: int, address: str = "127.0.0.1"):
        self.port, self.address = port, address
        self.host = f"127.0.0.1:{port}"
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def ask(self, method: str, path: str, headers=(), body: bytes | None = None) -> Answer:
        """headers: pairs or a dict; without a Host among them, the loopback one is sent."""
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        if not any(name.lower() == "host" for name, _ in pairs):
            pairs.insert(0, ("Host", self.host))
        try:
            return self._ask(method, path, pairs, body)
        except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
            # It had closed the connection since the last request, and did nothing with this one.
            self.close()
            return self._ask(method, path, pairs, body)

    def _ask(self, method, path, pairs, body) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.address, self.port, timeout=30)
        connection = self._connection
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in pairs:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        found = connection.getresponse()
        # A stream has no end: its head is the answer.
        is_endless = found.getheader("Content-Type", "").startswith("text/event-stream")
        body = b"" if is_endless else found.read()
        answer = Answer(found.status, found.getheaders(), body)
        if is_endless or found.will_close:
            self.close()
        return answer


def own_address() -> str | None:
    """An address of this machine that is not loopback; no packet is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))
            address = sock.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


needs_address = pytest.mark.skipif(
    own_address() is None, reason="this machine has no address but loopback"
)
