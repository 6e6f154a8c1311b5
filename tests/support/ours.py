"""Our own binary: its command line, and its dashboard as a server on loopback."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from support.paths import BUILD
from support.pg import free_port
from support.processes import Child

RUN_SECONDS = 120
# A program without symbols for leaks of libraries it did not write still has to be clean.
SANITIZER_REPORTS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "ThreadSanitizer")


def binary() -> Path:
    """SONIQ_BIN, or what `./dev build` leaves."""
    path = Path(os.environ.get("SONIQ_BIN", BUILD / "soniq"))
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: run ./dev build, or set SONIQ_BIN")
    return path.resolve()


def environment(url: str | None = None, **settings) -> dict[str, str]:
    """A clean environment: no setting of the caller's shell reaches the program."""
    own = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    own |= {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    if url is not None:
        own["SONIQ_DATABASE_URL"] = url
    return own | {f"SONIQ_{name.upper()}": str(value) for name, value in settings.items()}


def assert_no_report(stderr: str) -> None:
    for report in SANITIZER_REPORTS:
        assert report not in stderr, stderr


@dataclass(frozen=True)
class Result:
    """What a command left."""

    stdout: str
    stderr: str
    code: int

    def json(self):
        return json.loads(self.stdout)

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


def run(
    *arguments, url: str | None = None, stdin: str = "", cwd=None, timeout=RUN_SECONDS, **settings
) -> Result:
    """`soniq ARGUMENTS` to its end; settings become SONIQ_ variables."""
    done = subprocess.run(
        [str(binary()), *map(str, arguments)],
        env=environment(url, **settings),
        input=stdin.encode(),
        capture_output=True,
        cwd=cwd or BUILD,
        timeout=timeout,
    )
    result = Result(
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
        done.returncode,
    )
    assert_no_report(result.stderr)
    assert result.code >= 0, f"ended by signal {-result.code}\n{result}"
    return result


def ok(*arguments, **options) -> Result:
    """The same, for commands that have to succeed."""
    result = run(*arguments, **options)
    assert result.code == 0, f"soniq {' '.join(map(str, arguments))}: {result}"
    return result


def typed(line: str, *, url: str | None = None, timeout=RUN_SECONDS) -> Result:
    """A line as it is shown for a terminal, typed into bash."""
    script = f'soniq() {{ "$SONIQ" "$@"; }}; {line}'
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=environment(url) | {"SONIQ": str(binary()), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        cwd=BUILD,
        timeout=timeout,
    )
    assert_no_report(done.stderr.decode("utf-8", "replace"))
    return Result(done.stdout.decode(), done.stderr.decode("utf-8", "replace"), done.returncode)


def start(*arguments, url: str | None = None, cwd=None, **settings) -> Child:
    """`soniq ARGUMENTS` in the background."""
    return Child(
        [binary(), *map(str, arguments)],
        env=environment(url, **settings),
        cwd=cwd or BUILD,
        name=f"soniq {' '.join(map(str, arguments))}",
    )


class Dashboard:
    """`soniq dashboard` on a free port; `http` is a client that may write where the server lets it.

    settings: SONIQ_ variables, e.g. dashboard_api_key="...".
    """

    def __init__(self, url: str, *arguments, write: bool = False, **settings):
        if write:
            settings["dashboard_write_enabled"] = "true"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.child = start(
            "dashboard", "--port", self.port, "--database-url", url, *arguments, **settings
        )
        self.http = self.client()

    def __enter__(self) -> "Dashboard":
        try:
            self.wait()
        except BaseException:
            self.http.close()
            self.child.kill()
            raise
        return self

    def __exit__(self, kind, *_) -> None:
        self.http.close()
        if kind is None:
            self.stop()
        else:
            self.child.kill()

    def client(self, **headers) -> httpx.Client:
        """A new client; the header is what our own page sends with writes."""
        return httpx.Client(
            base_url=self.base,
            headers={"X-Soniq-Request": "1"} | headers,
            timeout=30,
            trust_env=False,
        )

    def wait(self) -> None:
        self.child.wait_for_http(f"{self.base}/health")

    def stop(self) -> None:
        """SIGTERM; it has to end with 0 and without a report of a sanitizer."""
        code = self.child.stop()
        assert_no_report(self.child.stderr())
        assert code == 0, self.child.said()

    def get(self, path: str, **parameters):
        """The JSON of an answer that has to be 200."""
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, f"{path} {parameters}: {answer.status_code} {answer.text}"
        return answer.json()
