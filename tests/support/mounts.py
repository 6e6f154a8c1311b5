"""Programs that have a server of their own, with the dashboard mounted below a path of theirs.

Each is a class of PROGRAMS, started by Program(url, ...) and used as ours.Dashboard is. What
another one has to give stands in Program: a command, how its options are said, and what to wait
for. What stands in front of `soniq dashboard` itself is in support/fronts.py.
"""

import re
from pathlib import Path

import httpx

from support import nginx, ours, wheel
from support.paths import BUILD, SUPPORT
from support.pg import free_port
from support.processes import Child

# A secret for each role; the programs know nobody without one.
SECRETS = {role: f"secret-of-{role}" for role in ("none", "viewer", "operator", "admin")}
PREFIX = "/admin/queue"


def shows(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {SECRETS[role]}"}


class Mount:
    """The dashboard at base, which is root + prefix.

    rewrites   addresses are not passed on as they come, but as what is in front reads them
    notices    that a reader has gone is passed on at once; else with what is written next
    resets     a client of HTTP/1.0 can be told that an answer broke off: it is reset
    role       as whom `http` asks
    options    of start(): `write`, whether it may, and settings of the dashboard, as ours.Dashboard
               takes them: dashboard_statement_timeout="60s"
    """

    name = ""
    prefix = PREFIX
    rewrites = False
    notices = True
    resets = True

    def __init__(self, url, *, folder, role="admin", **options):
        self.port = free_port()
        self.folder = Path(folder)
        self.root = f"http://127.0.0.1:{self.port}"
        self.base = self.root + self.prefix
        self.headers = self.shows(role)
        self.child = self.start(url, **options)
        self.http = self.client()

    def start(self, url: str, **options) -> Child:
        """What answers on self.port."""
        raise NotImplementedError

    def shows(self, role: str) -> dict[str, str]:
        """What is sent along by somebody of this role."""
        return shows(role)

    def __enter__(self) -> "Mount":
        try:
            self.wait()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is None:
            self.stop()
        else:
            self.kill()

    def wait(self) -> None:
        """The program's own page is there."""
        self.child.wait_for_http(self.root)

    def client(self, role: str | None = None, **headers) -> httpx.Client:
        """Below the prefix; the header is what our own page sends with writes."""
        shown = self.headers if role is None else self.shows(role)
        return httpx.Client(
            base_url=self.base,
            headers={"X-Soniq-Request": "1"} | shown | headers,
            timeout=30,
            trust_env=False,
        )

    def get(self, path: str, **parameters):
        """The JSON of an answer that has to be 200."""
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, f"{path} {parameters}: {answer.status_code} {answer.text}"
        return answer.json()

    def stop(self) -> None:
        """SIGTERM; it has to end with 0 and without a report of a sanitizer."""
        self.http.close()
        code = self.child.stop()
        ours.assert_no_report(self.child.stderr())
        assert code == 0, self.child.said()

    def kill(self) -> None:
        self.http.close()
        self.child.kill()

    def memory(self, name: str = "VmRSS") -> int:
        """Kilobytes."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+) kB", status)[1])


class Program(Mount):
    """Some program that is not ours, which knows whom it lets in.

    archive    a file that the panel "archive" reads
    bare       without the dashboard: what the program itself needs
    build      the build that has its libsoniq
    """

    def start(self, url, *, write=False, archive=None, bare=False, build=None, **settings):
        self.build = build or ours.binary().parent.parent
        arguments = ["--database-url", url]
        arguments += [
            part for name, value in SECRETS.items() for part in ("--token", f"{name}={value}")
        ]
        for name, value in settings.items():
            arguments += ["--set", f"{name.replace('_', '.', 1)}={value}"]
        arguments += ["--write"] if write else []
        arguments += ["--archive", archive] if archive else []
        arguments += ["--bare"] if bare else []
        return Child(self.command(arguments), env=ours.environment(), cwd=BUILD, name=self.name)

    def command(self, arguments: list) -> list:
        """Listens on self.port, with these options of the examples."""
        raise NotImplementedError


class Evhttp(Program):
    name = "evhttp"

    def command(self, arguments):
        program = self.build / "examples" / f"host_{self.name}"
        return [program, "--port", self.port, "--prefix", self.prefix, *arguments]


class Microhttpd(Evhttp):
    name = "microhttpd"


SERVER = """
    server {{
        listen 127.0.0.1:{port} backlog=511;
        location / {{
            fastcgi_pass unix:{socket};
            fastcgi_buffering off;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param REQUEST_URI $request_uri;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REMOTE_ADDR $remote_addr;
        }}
    }}
"""


class Fastcgi(Program):
    """Behind a real nginx, which listens on the port."""

    name = "fastcgi"
    resets = False

    def command(self, arguments):
        program = self.build / "examples" / "host_fastcgi"
        self._folder = self.folder / f"nginx-{self.port}"
        self._folder.mkdir()
        self._nginx = None
        # Short, for it is cut at 107 bytes.
        self.socket = f"/tmp/soniq-{self.port}.sock"
        return [program, "--socket", self.socket, "--prefix", self.prefix, *arguments]

    def wait(self):
        server = SERVER.format(port=self.port, socket=self.socket)
        self._nginx = nginx.start(self._folder, server)
        self._nginx.wait_for_http(self.root)
        while self._nginx.wait_for_http(self.root).status_code == 502:
            assert self.child.running, self.child.said()

    def stop(self):
        super().stop()
        self._nginx.stop()

    def kill(self):
        super().kill()
        if self._nginx:
            self._nginx.kill()


class Fastapi(Program):
    """The wheel that is built from this tree, below uvicorn."""

    name = "fastapi"
    resets = False

    def command(self, arguments):
        program = SUPPORT / "python_side" / f"host_{self.name}.py"
        own = ["--port", self.port, "--prefix", self.prefix]
        return [wheel.installed(), program, *own, *arguments]


PROGRAMS = {each.name: each for each in (Evhttp, Microhttpd, Fastcgi, Fastapi)}
