"""Our own program on a terminal of its own: what a person would see, and can answer."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from support import ours

SECONDS = 60


def _default_signals() -> None:
    """Also where the tests themselves run under nohup, or in the background of a script."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """`soniq ARGUMENTS`, or another program, with a terminal as its input, output and errors."""

    def __init__(self, *arguments, url=None, columns=80, env=None, program=None, **settings):
        self.parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = ours.environment(url, **settings) | {"TERM": "xterm-256color"} | (env or {})
        self.process = subprocess.Popen(
            [str(program or ours.binary()), *map(str, arguments)],
            stdin=child, stdout=child, stderr=child, env=environment, cwd=ours.BUILD,
            start_new_session=True, preexec_fn=_default_signals,
        )  # fmt: skip
        os.close(child)
        self.seen = b""

    def _read(self, deadline: float) -> bool:
        """Some more; False at the end."""
        left = deadline - time.monotonic()
        assert left > 0, self.seen
        ready, _, _ = select.select([self.parent], [], [], left)
        assert ready, self.seen
        more = b""
        with contextlib.suppress(OSError):  # EIO: the other side is closed
            more = os.read(self.parent, 65536)
        self.seen += more
        return bool(more)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + SECONDS
        while text.encode() not in self.seen:
            assert self._read(deadline), self.seen

    def type(self, text: str) -> None:
        os.write(self.parent, text.encode())

    def end(self) -> ours.Result:
        deadline = time.monotonic() + SECONDS
        while self._read(deadline):
            pass
        code = self.process.wait(SECONDS)
        os.close(self.parent)
        text = self.seen.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        ours.assert_no_report(text)
        return ours.Result(text, "", code)


def show(*arguments, **options) -> ours.Result:
    return Terminal(*arguments, **options).end()
