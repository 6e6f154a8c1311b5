"""Start, watch and end child processes; only ever our own, by their handle."""

import contextlib
import ctypes
import math
import os
import signal
import subprocess
import tempfile
import time

import httpx

_libc = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """For preexec_fn: a test run that is killed leaves no child behind, and one in the background
    of a shell, which ignores SIGINT, has children that do not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _libc.prctl(PR_SET_PDEATHSIG, int(number))


class Child:
    """A process in the background whose output is kept."""

    def __init__(self, command, *, env, cwd=None, name=None, told_every=math.inf, **more):
        """told_every: seconds from one SIGTERM to the next, where one may be lost."""
        self.name = name or str(command[0])
        self._told_every = told_every
        # They live as long as the child.
        self._out = tempfile.TemporaryFile()  # noqa: SIM115
        self._err = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._err,
            preexec_fn=end_with_parent,
            **more,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stdout(self) -> str:
        return _whole(self._out)

    def stderr(self) -> str:
        return _whole(self._err)

    def said(self) -> str:
        return f"--- {self.name}: stdout\n{self.stdout()}\n--- stderr\n{self.stderr()}"

    def wait(self, seconds: float) -> int:
        return self.process.wait(seconds)

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM, and its exit status. One that does not listen is killed, which is an error."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.running:
                self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(min(left, self._told_every))
        self.process.kill()
        self.process.wait()
        raise AssertionError(
            f"{self.name} did not end within {seconds} s of SIGTERM\n{self.said()}"
        )

    def kill(self) -> None:
        if self.running:
            self.process.kill()
        self.process.wait()

    def wait_for_line(self, text: str, seconds: float = 60) -> str:
        """Wait until it has written this to stdout; all that it wrote there."""
        deadline = time.monotonic() + seconds
        while text not in self.stdout():
            assert self.running, f"{self.name} ended with {self.process.returncode}\n{self.said()}"
            assert time.monotonic() < deadline, f"{self.name} never wrote {text!r}\n{self.said()}"
            time.sleep(0.02)
        return self.stdout()

    def wait_for_http(self, url: str, seconds: float = 60) -> httpx.Response:
        """Wait until this child answers at the URL, whatever the status is."""
        deadline = time.monotonic() + seconds
        while True:
            if not self.running:
                code = self.process.returncode
                raise AssertionError(f"{self.name} ended with {code}\n{self.said()}")
            try:
                return httpx.get(url, timeout=5, trust_env=False)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{self.name} never answered\n{self.said()}") from None
            time.sleep(0.02)


def _whole(file) -> str:
    # Without a seek: the child writes where the same file description stands.
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode("utf-8", "replace")
