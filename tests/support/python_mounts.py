"""The dashboard inside Python applications, served by real servers."""

import os

import httpx

from support import wheel
from support.paths import SUPPORT
from support.pg import free_port
from support.processes import Child
from support.waiting import wait_until

PREFIX = "/admin/queue"
SIDE = SUPPORT / "python_side"
TOKENS = {"a-viewer": "viewer", "an-operator": "operator", "an-admin": "admin", "a-nobody": "none"}


def command(server: str, application: str, port: int, workers: int = 1) -> list[str]:
    """A server with one of the applications of python_side/mounted.py."""
    scripts = wheel.installed().parent
    if server == "uvicorn":
        return [scripts / "uvicorn", "--factory", f"mounted:{application}", "--port", str(port),
                "--workers", str(workers), "--log-level", "info"]  # fmt: skip
    return [scripts / "hypercorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
            "--graceful-timeout", "3", f"mounted:{application}()"]  # fmt: skip


class PythonMount:
    """One application below PREFIX; with tokens, its own middleware lets nobody else in."""

    def __init__(self, url, application="fastapi", server="uvicorn", *, write=False, panels=False,
                 tokens=False, workers=1):  # fmt: skip
        self.port = free_port()
        self.host = f"http://127.0.0.1:{self.port}"
        self.base = self.host + PREFIX
        own = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(SIDE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MOUNT_URL": url,
            "MOUNT_WRITE": "1" if write else "",
            "MOUNT_PANELS": "1" if panels else "",
        }
        if tokens:
            own["MOUNT_TOKENS"] = ",".join(f"{token}={role}" for token, role in TOKENS.items())
        self.child = Child(
            command(server, application, self.port, workers), env=own, cwd=SIDE, name=application
        )
        self.http = self.client()

    def __enter__(self) -> "PythonMount":
        try:
            self.child.wait_for_http(f"{self.host}/")
            # It is this one that listens there, not another that was quicker.
            wait_until(lambda: "unning on http" in self.child.stderr(), "it says that it listens")
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

    def client(self, token: str | None = None, **headers) -> httpx.Client:
        headers = {"X-Soniq-Request": "1"} | headers
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return httpx.Client(base_url=self.base, headers=headers, timeout=30, trust_env=False)

    def stop(self) -> None:
        code = self.child.stop()
        assert code in (0, -15), self.child.said()
        # hypercorn shows how it cancels a connection that is open; what is ours is clean.
        assert "soniq_dashboard/" not in self.child.stderr(), self.child.said()

    def get(self, path: str, **parameters):
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, f"{path} {parameters}: {answer.status_code} {answer.text}"
        return answer.json()
