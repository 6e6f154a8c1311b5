"""What systemd does for a service: sockets that are handed over, and an ear for its notes."""

import json
import os
import socket
import sys

from support import ours
from support.processes import Child

# The process itself becomes the program, so that LISTEN_PID is right. Descriptors are moved out
# of the way before they are put where they belong.
SCRIPT = """
import json, os, sys
fds, pid, command = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3:]
high = [os.dup2(fd, 100 + i) for i, fd in enumerate(fds)]
os.closerange(3, 100)
for i, fd in enumerate(high):
    os.dup2(fd, 3 + i)
    os.close(fd)
os.environ["LISTEN_PID"] = pid or str(os.getpid())
os.execv(command[0], command)
"""


class Activated(Child):
    """A program that is started with these sockets; ours stay open, as systemd's do."""

    def __init__(self, program, *arguments, sockets=(), names=(), pid="", cwd=None, env=None):
        fds = [one if isinstance(one, int) else one.fileno() for one in sockets]
        own = {"LISTEN_FDS": str(len(fds)), "LISTEN_FDNAMES": ":".join(names)}
        words = [program, *arguments]
        super().__init__(
            [sys.executable, "-c", SCRIPT, json.dumps(fds), str(pid), *words],
            env=(env or ours.environment()) | own,
            cwd=cwd or ours.BUILD,
            name=f"soniq {' '.join(map(str, arguments))}",
            pass_fds=fds,
        )


def listening(address, family=socket.AF_INET, kind=socket.SOCK_STREAM, backlog=64):
    """backlog None: bound, but it does not listen."""
    one = socket.socket(family, kind)
    if family != socket.AF_UNIX:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(address)
    if backlog is not None:
        one.listen(backlog)
    return one


class Manager:
    """NOTIFY_SOCKET: what is told, in order, each note as its fields."""

    def __init__(self, address: str):
        self.address = address
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.bind("\0" + address[1:] if address[0] == "@" else address)

    def __enter__(self) -> "Manager":
        return self

    def __exit__(self, *_) -> None:
        self._sock.close()

    def next(self, seconds: float = 60) -> dict[str, str]:
        self._sock.settimeout(seconds)
        note = self._sock.recv(4096).decode()
        return dict(line.split("=", 1) for line in note.split("\n"))

    def until(self, field: str, seconds: float = 60) -> dict[str, str]:
        """The next note that has this field; watchdogs may bark in between."""
        while field not in (note := self.next(seconds)):
            pass
        return note


def environment(manager: Manager | None = None, **more) -> dict[str, str]:
    own = ours.environment()
    if manager:
        own["NOTIFY_SOCKET"] = manager.address
    return own | {name: str(value) for name, value in more.items()}


def is_root() -> bool:
    return os.geteuid() == 0
